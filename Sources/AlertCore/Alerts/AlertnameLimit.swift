import Labels
import Time

/// How many alerts may share an alertname (reference 4.4). Costs nothing while there is no limit.
struct AlertnameLimit {
    private let limit: Int
    private var buckets: [String: [Int32]] = [:]

    init(_ limit: Int) { self.limit = limit }

    var isUnlimited: Bool { limit <= 0 }

    static func name(of labels: LabelSet) -> String { labels["alertname"] ?? "" }

    /// Makes room for one more alert of this name: the one that ends first gives way if it is over. False when there is none to give way.
    mutating func makeRoom(for name: String, at now: Timestamp, in store: AlertStore) -> Bool {
        guard !isUnlimited, let bucket = buckets[name], bucket.count >= limit else { return true }
        guard let first = bucket.min(by: { store[$0].endsAt < store[$1].endsAt }), store[first].isEnded(at: now) else { return false }
        remove(first, name)
        return true
    }

    mutating func insert(_ slot: Int32, _ name: String) { buckets[name, default: []].append(slot) }

    mutating func remove(_ slot: Int32, _ name: String) {
        buckets[name]?.removeAll { $0 == slot }
        if buckets[name]?.isEmpty == true { buckets[name] = nil }
    }
}
