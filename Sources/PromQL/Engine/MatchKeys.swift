import Labels

/// Which series of two vectors have equal match keys (reference 3.4). Labels do not change between steps, so this is found once.
struct MatchKeys {
    /// For each series of the "one" side the number of its key; keys are numbered over this side.
    private(set) var keyOfOne: ContiguousArray<Int32> = []
    /// For each series of the "many" side the key of the other side that it matches; -1 for none.
    private(set) var keyOfMany: ContiguousArray<Int32> = []
    /// The first series of the "one" side with a key.
    private(set) var firstOne: ContiguousArray<Int32> = []
    /// The next series of the "one" side with the same key; -1 at the end.
    private(set) var nextOne: ContiguousArray<Int32>
    /// Whether some key has two series of the "one" side.
    private(set) var hasEqualOnes = false
    let keys: KeyTable

    /// The key of a matching: the listed labels, or all but those and the name.
    static func projection(for matching: VectorMatching) -> LabelProjection {
        matching.isOn ? .keeping(matching.labels) : .removing(matching.labels + [ReservedLabel.name])
    }

    init(one: StepVectors, many: StepVectors, matching: VectorMatching, hidesName: (SeriesLabels) -> Bool) {
        let projection = Self.projection(for: matching)
        keys = KeyTable(expected: one.seriesCount)
        nextOne = ContiguousArray(repeating: -1, count: one.seriesCount)
        keyOfOne.reserveCapacity(one.seriesCount)
        firstOne.reserveCapacity(one.seriesCount)
        var lastOne = ContiguousArray<Int32>()
        lastOne.reserveCapacity(one.seriesCount)
        for (index, series) in one.labels.enumerated() {
            projection.project(series.labels, hidesName: hidesName(series))
            let key = keys.intern(projection)
            keyOfOne.append(Int32(key))
            if key == firstOne.count {
                firstOne.append(Int32(index))
                lastOne.append(Int32(index))
            } else {
                hasEqualOnes = true
                nextOne[Int(lastOne[key])] = Int32(index)
                lastOne[key] = Int32(index)
            }
        }
        keyOfMany.reserveCapacity(many.seriesCount)
        for series in many.labels {
            projection.project(series.labels, hidesName: hidesName(series))
            keyOfMany.append(Int32(keys.find(projection) ?? -1))
        }
    }

    /// The series of the "one" side with a key, in their order.
    func ones(of key: Int32) -> OneSeries { OneSeries(next: Int(firstOne[Int(key)]), chain: nextOne) }

    struct OneSeries: Sequence, IteratorProtocol {
        fileprivate var current: Int
        private let chain: ContiguousArray<Int32>

        fileprivate init(next: Int, chain: ContiguousArray<Int32>) {
            current = next
            self.chain = chain
        }

        mutating func next() -> Int? {
            guard current >= 0 else { return nil }
            defer { current = Int(chain[current]) }
            return current
        }
    }
}
