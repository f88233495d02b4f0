public import JSON
public import Time

/// What is counted from the log of the Gateway's API server: requests by method and status (reference 2.1).
public struct RegistryLogTotals: LogTotals {
    /// The methods that are told apart; all others are `other`.
    static let methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "other"]
    /// What the registry answers in everyday use: shown from the start.
    private static let expected = [[200], [201, 400], [], [200], [], [], [], []]

    /// In the order of the methods.
    private var counts = Self.expected.map { StatusCounts(expected: $0) }
    private var last: Timestamp?

    /// Zeros.
    public init() {}

    /// Counts one line.
    public mutating func count(_ line: UnsafeBufferPointer<UInt8>) -> LineResult {
        guard let record = AccessRecord(line) else { return .unparsed }
        if let time = record.time { last = time }
        counts[Self.methods.firstIndex { $0.utf8.elementsEqual(record.method) } ?? Self.methods.count - 1].count(record.status)
        return .ok
    }

    /// When the last request ended.
    public var lastEvent: Timestamp? { last }

    /// Requests by method and status.
    public var requests: [(method: String, status: String, count: UInt64)] {
        zip(Self.methods, counts).flatMap { method, counts in counts.labelled.map { (method, $0.status, $0.count) } }
    }

    // MARK: Written down

    /// The totals as they are written down.
    public var state: JSONValue {
        var members = JSONObject(zip(Self.methods, counts.map(\.state)))
        if let last { members["last"] = last.logState }
        return .object(members)
    }

    /// Takes over totals that were written down.
    public mutating func restore(_ state: JSONValue) {
        for (index, method) in Self.methods.enumerated() { counts[index].restore(state[method]) }
        if let time = Timestamp(logState: state["last"]) { last = time }
    }
}
