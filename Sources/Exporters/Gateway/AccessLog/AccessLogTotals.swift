public import JSON
public import Time

/// What is counted from the Gateway's access log, in nginx's combined form or our JSON one, told apart line by line (reference 2.1).
public struct AccessLogTotals: LogTotals {
    /// The histogram's bounds. Logs have whole milliseconds, so their sum is exact.
    static let bounds: [UInt64] = [5, 10, 25, 50, 100, 250, 500, 1000, 2000, 3000, 5000, 10_000, 30_000]

    private let options: AccessLogOptions
    private(set) var statuses = StatusCounts()
    /// Of each bucket alone; the last is beyond every bound.
    private(set) var buckets = [UInt64](repeating: 0, count: Self.bounds.count + 1)
    private(set) var milliseconds: UInt64 = 0
    private(set) var responseBytes: UInt64 = 0
    private var last: Timestamp?

    /// Zeros.
    public init(options: AccessLogOptions = AccessLogOptions()) {
        self.options = options
    }

    /// Counts one line.
    public mutating func count(_ line: UnsafeBufferPointer<UInt8>) -> LineResult {
        guard let record = AccessRecord(line) else { return .unparsed }
        if let time = record.time { last = time }
        if isIgnored(record) { return .ignored }
        statuses.count(record.status)
        responseBytes = Self.sum(responseBytes, record.bytes ?? 0)
        // The time of a WebSocket is the life of its connection.
        if let time = record.milliseconds, record.status != 101, !isExcluded(record) {
            buckets[Self.bounds.firstIndex { time <= $0 } ?? Self.bounds.count] &+= 1
            milliseconds = Self.sum(milliseconds, time)
        }
        return .ok
    }

    /// What a hostile line claims must not make a counter go back.
    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 { min(left &+ right, UInt64(Int64.max)) }

    private func isIgnored(_ record: AccessRecord) -> Bool {
        if let port = record.port, options.ignoredPorts.contains(port) { return true }
        let path = record.path
        return options.ignoredPaths.contains { $0.utf8.count == path.count && $0.utf8.elementsEqual(path) }
    }

    private func isExcluded(_ record: AccessRecord) -> Bool {
        options.latencyExclusions.contains { $0.matches(record.uri) }
    }

    /// When the last request ended.
    public var lastEvent: Timestamp? { last }

    /// Requests by status, `other` last; the expected ones are there from the start.
    public var requests: [(status: String, count: UInt64)] { statuses.labelled }

    /// Whether any line told how long its request took. The combined form does not.
    public var hasTimes: Bool { buckets.contains { $0 > 0 } }

    // MARK: Written down

    /// The totals as they are written down.
    public var state: JSONValue {
        var members: JSONObject = [
            "statuses": statuses.state, "bytes": .number(JSONNumber(responseBytes)),
            "buckets": .array(buckets.map { .number(JSONNumber($0)) }), "milliseconds": .number(JSONNumber(milliseconds)),
        ]
        if let last { members["last"] = last.logState }
        return .object(members)
    }

    /// Takes over totals that were written down.
    public mutating func restore(_ state: JSONValue) {
        statuses.restore(state["statuses"])
        if let bytes = Self.count(state["bytes"]) { responseBytes = bytes }
        if let found = state["buckets"]?.arrayValue?.compactMap({ Self.count($0) }), found.count == buckets.count {
            buckets = found
            milliseconds = Self.count(state["milliseconds"]) ?? milliseconds
        }
        if let time = Timestamp(logState: state["last"]) { last = time }
    }

    private static func count(_ value: JSONValue?) -> UInt64? { value?.int64Value.flatMap(UInt64.init(exactly:)) }
}

extension Timestamp {
    /// As totals write it down: seconds and nanoseconds, because a line may claim a time that no calendar writes.
    var logState: JSONValue { .array([.number(JSONNumber(seconds)), .number(JSONNumber(nanoseconds))]) }

    init?(logState: JSONValue?) {
        guard let seconds = logState?[0]?.int64Value, let nanoseconds = logState?[1]?.int64Value, (0..<1_000_000_000).contains(nanoseconds)
        else { return nil }
        self.init(seconds: seconds, nanoseconds: Int32(nanoseconds))
    }
}
