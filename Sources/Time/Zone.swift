import Glibc

/// A time zone: how far local time is from UTC at any instant (reference 10, `location`).
///
/// Zones come from the system's TZif files (RFC 8536), read once and kept.
public final class Zone: Sendable {
    /// What a zone says about an instant.
    public struct Offset: Hashable, Sendable {
        /// Seconds east of UTC.
        public let seconds: Int32
        /// The zone's short name at that time, such as `CEST`; empty for a zone made from a bare offset.
        public let abbreviation: String
        /// Whether daylight saving is in force.
        public let isDST: Bool
    }

    /// The name it was asked for by: `UTC`, `Local`, an IANA name, or empty for a zone made from a bare offset.
    public let name: String
    private let table: ZoneTable

    init(name: String, table: ZoneTable) {
        self.name = name
        self.table = table
    }

    /// A zone with one offset and no name.
    public convenience init(utcOffset: Int32) {
        let rule = Offset(seconds: utcOffset, abbreviation: utcOffset == 0 ? "UTC" : "", isDST: false)
        self.init(name: utcOffset == 0 ? "UTC" : "", table: ZoneTable(transitions: [], indices: [], rules: [rule], footer: nil))
    }

    /// Coordinated Universal Time.
    public static let utc = Zone(utcOffset: 0)

    /// The host's zone, as Go finds it: `TZ`, else `/etc/localtime`, else UTC. Read once.
    public static let local = Zone(name: "Local", table: ZoneDatabase.localTable())

    /// What Go prints as the name of the host's zone: that in `TZ`, or `Local`.
    public static let localName = ZoneDatabase.localName()

    /// The zone of a name: `UTC` (or nothing), `Local`, or an IANA name such as `Europe/Berlin`.
    ///
    /// Files are looked for in `TZDIR`, then in the system's usual directories.
    public static func named(_ name: String) throws(ZoneError) -> Zone {
        switch name {
        case "", "UTC": return utc
        case "Local": return local
        default: return try ZoneDatabase.shared.zone(named: name)
        }
    }

    /// What the zone says about an instant.
    public func offset(at time: Timestamp) -> Offset { table.offset(at: time.seconds) }

    /// The offset that a short name such as `CEST` means in this zone near a local time; nil when the zone never uses it.
    func offset(ofAbbreviation abbreviation: String, nearLocal seconds: Int64) -> Int32? {
        let candidates = table.namedRules.filter { $0.abbreviation == abbreviation }
        // Zones reuse names for different offsets, so the one in force at that time is preferred.
        let current = candidates.first { table.offset(at: seconds &- Int64($0.seconds)).abbreviation == abbreviation }
        return (current ?? candidates.first)?.seconds
    }

    /// The instant at which the zone's clocks show this date and time. Fields outside their range carry over.
    ///
    /// A time that a clock change skips or repeats gives one of the two readings around the change, as Go's `time.Date` does.
    public func timestamp(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, nanosecond: Int = 0
    ) -> Timestamp {
        let days = CivilTime.daysSinceEpoch(year: year, month: month, day: day)
        let local = days &* 86_400 &+ Int64(hour) &* 3600 &+ Int64(minute) &* 60 &+ Int64(second)
        let guess = table.offset(at: local).seconds
        let offset = table.offset(at: local &- Int64(guess)).seconds
        return Timestamp(seconds: local &- Int64(offset), nanoseconds: Int32(clamping: nanosecond), utcOffset: offset)
    }
}

extension Zone: Hashable {
    /// Whether both have the same name and rules.
    public static func == (left: Zone, right: Zone) -> Bool {
        left === right || (left.name == right.name && left.table == right.table)
    }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Why a zone could not be had.
public struct ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for, what is wrong with it, and where it was looked for.
    public let message: String

    /// An error with this message.
    public init(message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}

/// The changes of one zone over time.
struct ZoneTable: Hashable, Sendable {
    /// Instants at which a rule begins, ascending, in seconds since the epoch.
    let transitions: [Int64]
    /// For each transition, the index of its rule.
    let indices: [UInt8]
    /// The rules; never empty.
    let rules: [Zone.Offset]
    /// The rule for times after the last transition.
    let footer: PosixTimeZone?

    func offset(at seconds: Int64) -> Zone.Offset {
        guard let last = transitions.last else { return footer?.offset(at: seconds) ?? firstRule }
        if seconds >= last, let footer { return footer.offset(at: seconds) }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstRule : rules[Int(indices[low - 1])]
    }

    /// All rules that can apply.
    var namedRules: [Zone.Offset] { rules + (footer?.rules ?? []) }

    /// The rule before the first transition, by RFC 8536 section 3.2 the first one of the file.
    private var firstRule: Zone.Offset { rules[0] }
}
