import JSON
import Time

/// What is counted from nginx's error log: lines by level, and failures of upstreams by reason.
struct ErrorLogTotals: LogTotals {
    typealias Level = ErrorLogLine.Level
    typealias Reason = ErrorLogLine.Reason

    private let names: UpstreamNames
    /// Of the log's times.
    private let zone: Zone
    private var levels = [UInt64](repeating: 0, count: Level.allCases.count)
    /// By upstream; for each the counts in the order of the reasons.
    private var failures: [String: [UInt64]] = [:]
    private var last: ErrorLogLine.LocalTime?

    /// Zeros. Names are looked up when a line is counted.
    init(names: UpstreamNames, zone: Zone) {
        self.names = names
        self.zone = zone
    }

    mutating func count(_ line: UnsafeBufferPointer<UInt8>) -> LineResult {
        guard let read = ErrorLogLine(line) else { return ErrorLogLine.isContinuation(line) ? .ignored : .unparsed }
        levels[Self.index(read.level)] &+= 1
        if let time = read.time { last = time }
        if let failure = read.upstreamFailure {
            let address = failure.address.map { String(decoding: $0, as: UTF8.self) }
            add(1, to: address.map(names.name(of:)) ?? UpstreamNames.other, failure.reason)
        }
        return .ok
    }

    var lastEvent: Timestamp? {
        last.map {
            zone.timestamp(year: $0.year, month: $0.month, day: $0.day, hour: $0.hour, minute: $0.minute, second: $0.second)
        }
    }

    // MARK: Shown

    /// Lines of a level.
    func lines(_ level: Level) -> UInt64 { levels[Self.index(level)] }

    /// Failures by upstream and reason: all that were counted, and zeros for all that are known.
    var upstreamFailures: [(upstream: String, reason: Reason, count: UInt64)] {
        let upstreams = Set(failures.keys).union(names.all).union([UpstreamNames.other]).sorted()
        return upstreams.flatMap { upstream in
            zip(Reason.allCases, failures[upstream] ?? Self.zeros).map { (upstream, $0, $1) }
        }
    }

    // MARK: Written down

    var state: JSONValue {
        var lines = JSONObject()
        for level in Level.allCases { lines[level.rawValue] = .number(JSONNumber(self.lines(level))) }
        var upstreams = JSONObject()
        for (upstream, counts) in failures.sorted(by: { $0.key < $1.key }) {
            upstreams[upstream] = .object(JSONObject(zip(Reason.allCases.map(\.rawValue), counts.map { .number(JSONNumber($0)) })))
        }
        var members: JSONObject = ["levels": .object(lines), "upstreams": .object(upstreams)]
        if let last {
            members["last"] = .array(
                [last.year, last.month, last.day, last.hour, last.minute, last.second].map { .number(JSONNumber($0)) })
        }
        return .object(members)
    }

    mutating func restore(_ state: JSONValue) {
        func count(_ value: JSONValue?) -> UInt64? { value?.int64Value.flatMap(UInt64.init(exactly:)) }
        for level in Level.allCases {
            if let lines = count(state["levels"]?[level.rawValue]) { levels[Self.index(level)] = lines }
        }
        for member in state["upstreams"]?.objectValue ?? [:] where member.key.utf8.count <= 256 {
            for reason in Reason.allCases {
                if let number = count(member.value[reason.rawValue]) { add(number, to: member.key, reason) }
            }
        }
        let fields = (state["last"]?.arrayValue ?? []).compactMap { $0.int64Value.flatMap(Int.init(exactly:)) }
        if fields.count == 6, (1970...9999).contains(fields[0]), fields.dropFirst().allSatisfy({ (0...60).contains($0) }) {
            last = .init(year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4], second: fields[5])
        }
    }

    // MARK: Parts

    private static var zeros: [UInt64] { Array(repeating: 0, count: Reason.allCases.count) }

    private static func index(_ level: Level) -> Int { Level.allCases.firstIndex(of: level) ?? Level.allCases.count - 1 }

    /// Names come and go with configurations; those that were counted stay, up to a limit.
    private mutating func add(_ count: UInt64, to upstream: String, _ reason: Reason) {
        let isKnown = failures[upstream] != nil || upstream == UpstreamNames.other || failures.count <= UpstreamNames.limit
        let name = isKnown ? upstream : UpstreamNames.other
        guard let index = Reason.allCases.firstIndex(of: reason) else { return }
        failures[name, default: Self.zeros][index] &+= count
    }
}
