import JSON

/// Requests by status, at most 70 different ones by their own name and the rest as `other`.
struct StatusCounts: Sendable, Equatable {
    /// Shown from the start, so that the first of them is seen as an increase.
    static let expected = [200, 404, 500, 502, 503, 504]
    private static let maximumNamed = expected.count + 64

    /// By status; only those in `isNamed` count here.
    private var counts = [UInt64](repeating: 0, count: 600)
    private var isNamed = [Bool](repeating: false, count: 600)
    private var named = 0
    private(set) var other: UInt64 = 0

    init(expected: [Int] = Self.expected) {
        for status in expected { name(status) }
    }

    private mutating func name(_ status: Int) {
        guard !isNamed[status] else { return }
        isNamed[status] = true
        named += 1
    }

    @inline(__always)
    mutating func count(_ status: Int) { add(1, to: status) }

    @inline(__always)
    private mutating func add(_ number: UInt64, to status: Int) {
        guard (100..<600).contains(status) else {
            other &+= number
            return
        }
        if !isNamed[status] {
            guard named < Self.maximumNamed else {
                other &+= number
                return
            }
            name(status)
        }
        counts[status] &+= number
    }

    /// The labels with their counts, by status; `other` is last, once there is one.
    var labelled: [(status: String, count: UInt64)] {
        var all = counts.indices.filter { isNamed[$0] }.map { (String($0), counts[$0]) }
        if other > 0 { all.append(("other", other)) }
        return all
    }

    var total: UInt64 { counts.reduce(other, &+) }

    // MARK: Written down

    var state: JSONValue {
        .object(JSONObject(labelled.map { ($0.status, .number(JSONNumber($0.count))) }))
    }

    mutating func restore(_ state: JSONValue?) {
        guard let members = state?.objectValue else { return }
        self = StatusCounts(expected: counts.indices.filter { isNamed[$0] })
        for member in members {
            guard let number = member.value.int64Value.flatMap(UInt64.init(exactly:)) else { continue }
            if member.key == "other" { other &+= number } else if let status = Int(member.key) { add(number, to: status) }
        }
    }
}
