public import JSON
public import Time

/// Go's `time.Time`: an instant and the zone that it is shown in.
public struct GoTime: TemplateObject {
    /// The instant.
    public let timestamp: Timestamp
    /// Where it is shown.
    public let zone: Zone

    /// An instant, shown in a zone.
    public init(_ timestamp: Timestamp, zone: Zone) {
        self.timestamp = timestamp
        self.zone = zone
    }

    /// An instant, shown at its own offset. Where that is the host's at this instant it is the host's zone, as for a time that Go has parsed.
    public init(_ timestamp: Timestamp) {
        let offset = timestamp.utcOffset
        self.init(
            timestamp, zone: offset == 0 ? .utc : Zone.local.offset(at: timestamp).seconds == offset ? .local : Zone(utcOffset: offset))
    }

    /// Go's name of the type.
    public var goType: String { "time.Time" }
    /// A structure; its fields are Go's own business.
    public var kind: TemplateKind { .structure }
    /// What `String()` gives: `2006-01-02 15:04:05.999999999 -0700 MST`.
    public var text: String? { formatted("2006-01-02 15:04:05.999999999 -0700 MST") }

    /// Writes RFC 3339 with as many digits of the second as needed, at the zone's offset.
    public func writeJSON(into writer: inout JSONWriter) {
        writer.string(RFC3339.string(shown, fraction: .asNeeded))
    }

    /// The instant with the offset of its zone.
    var shown: Timestamp {
        var shown = timestamp
        shown.utcOffset = zone.offset(at: timestamp).seconds
        return shown
    }

    /// The time by a Go layout.
    public func formatted(_ layout: String) -> String { GoLayout.format(timestamp, in: zone, layout: layout) }

    /// What the clocks of its zone show.
    var civil: CivilTime { CivilTime(timestamp, in: zone) }

    /// Whether both name the same instant in the same zone, which is what Go's `==` asks.
    func isIdentical(to other: GoTime) -> Bool { timestamp == other.timestamp && zone == other.zone }

    /// An argument that was declared as a time.
    static func argument(_ value: TemplateValue) throws(TemplateFault) -> GoTime {
        guard case .object(let time as GoTime) = value else {
            throw TemplateFault("wrong type for value; expected time.Time; got \(GoFormat.typeName(value))")
        }
        return time
    }
}
