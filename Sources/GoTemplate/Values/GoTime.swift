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

    /// An instant, shown at its own offset.
    public init(_ timestamp: Timestamp) {
        self.init(timestamp, zone: timestamp.utcOffset == 0 ? .utc : Zone(utcOffset: timestamp.utcOffset))
    }

    /// Whether both name the same instant in the same zone, which is what Go's `==` asks.
    func isIdentical(to other: GoTime) -> Bool { timestamp == other.timestamp && zone == other.zone }

    /// Go's name of the type.
    public var goType: String { "time.Time" }
    public var kind: TemplateKind { .structure }
    public func writeJSON(into writer: inout JSONWriter) {
        writer.string(RFC3339.string(timestamp, fraction: .asNeeded))
    }
}
