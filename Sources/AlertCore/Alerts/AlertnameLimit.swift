import Labels
import Time

/// How many alerts may share an alertname (reference 4.4). Costs nothing while there is no limit.
struct AlertnameLimit {
    private let limit: Int
    private var buckets: [String: [Int32]] = [:]

    init(_ limit: Int) { self.limit = limit }

    var isUnlimited: Bool { limit <= 0 }

    static func name(of labels: LabelSet) -> String { labels["alertname"] ?? "" }

    /// Makes room for one more alert of this name: those that ended first give way. False when there are too many that have not ended.
    mutating func makeRoom(for name: String, at now: Timestamp, in store: AlertStore) -> Bool {
        guard !isUnlimited else { return true }
        while let bucket = buckets[name], bucket.count >= limit {
            guard let first = bucket.min(by: { store[$0].endsAt < store[$1].endsAt }), store[first].isEnded(at: now) else { return false }
            remove(first, name)
        }
        return true
    }

    /// Counts an alert, once.
    mutating func insert(_ slot: Int32, _ name: String) {
        if buckets[name]?.contains(slot) != true { buckets[name, default: []].append(slot) }
    }

    mutating func remove(_ slot: Int32, _ name: String) {
        buckets[name]?.removeAll { $0 == slot }
        if buckets[name]?.isEmpty == true { buckets[name] = nil }
    }
}
