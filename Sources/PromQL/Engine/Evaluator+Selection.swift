import Labels

/// The aggregations that pick elements and leave them as they are: `topk`, `bottomk`, `limitk`, `limit_ratio` (reference 3.5).
extension Evaluator {
    /// A vector of which only the picked samples remain.
    private func picking(
        from vectors: StepVectors, _ pick: (inout ContiguousArray<Double>) throws(QueryError) -> Void
    ) throws(QueryError) -> StepVectors {
        var result = StepVectors(
            steps: vectors.steps, labels: vectors.labels, values: ContiguousArray(repeating: .staleMarker, count: vectors.values.count),
            distinctness: vectors.distinctness)
        try pick(&result.values)
        removeAbsentSeries(&result)
        return result
    }

    func selectExtremes(
        _ vectors: StepVectors, _ groups: Groups, _ parameter: ScalarColumn, largest: Bool
    ) throws(QueryError) -> StepVectors {
        guard parameter.contains(where: { $0 >= 1 }) else { return StepVectors(steps: vectors.steps) }
        if vectors.steps == 1 { return try selectExtremesOnce(vectors, groups, parameter[0], largest: largest) }
        return try picking(from: vectors) { (values) throws(QueryError) in
            var heap = ExtremesHeap(largest: largest)
            try groups.forEachColumn(of: vectors) { (_, step, column) throws(QueryError) in
                guard parameter[step] >= 1 else { return }
                heap.collect(column, limit: Self.limit(parameter[step]))
                for entry in heap.entries { values[Int(entry.series) * vectors.steps + step] = entry.value }
                try tick(column.values.count)
            }
        }
    }

    /// At one step the elements come sorted, group by group.
    private func selectExtremesOnce(
        _ vectors: StepVectors, _ groups: Groups, _ parameter: Double, largest: Bool
    ) throws(QueryError) -> StepVectors {
        var result = StepVectors(steps: 1)
        result.distinctness = vectors.distinctness
        var heap = ExtremesHeap(largest: largest)
        try groups.forEachColumn(of: vectors) { (_, _, column) throws(QueryError) in
            heap.collect(column, limit: Self.limit(parameter))
            for entry in heap.sorted() {
                result.labels.append(vectors.labels[Int(entry.series)])
                result.values.append(entry.value)
            }
            try tick(column.values.count)
        }
        return result
    }

    /// The checked number of elements; more than there can be is all.
    private static func limit(_ parameter: Double) -> Int { Int(min(parameter, Double(Int32.max))) }

    func selectFirst(_ vectors: StepVectors, _ groups: Groups, _ parameter: ScalarColumn) throws(QueryError) -> StepVectors {
        try picking(from: vectors) { (values) throws(QueryError) in
            var taken = ContiguousArray(repeating: 0, count: groups.count * vectors.steps)
            for series in 0..<vectors.seriesCount {
                let group = Int(groups.groupOfSeries[series])
                for step in 0..<vectors.steps where parameter[step] >= 1 {
                    let value = vectors.values[series * vectors.steps + step]
                    if value.isStaleMarker || taken[group * vectors.steps + step] >= Self.limit(parameter[step]) { continue }
                    taken[group * vectors.steps + step] += 1
                    values[series * vectors.steps + step] = value
                }
            }
        }
    }

    /// The share of the series whose labels' hash falls below the ratio, or at and above its complement for a negative one.
    func selectByHash(_ vectors: StepVectors, _ parameter: ScalarColumn) throws(QueryError) -> StepVectors {
        try picking(from: vectors) { (values) throws(QueryError) in
            for series in 0..<vectors.seriesCount {
                nameRemoval.project(vectors.labels[series].labels, hidesName: hidesName(vectors.labels[series]))
                let place = Double(KeyTable.hash(nameRemoval.output.bytes)) / Double(UInt64.max)
                for step in 0..<vectors.steps {
                    let ratio = max(-1, min(1, parameter[step]))
                    if ratio >= 0 ? place < ratio : place >= 1 + ratio {
                        values[series * vectors.steps + step] = vectors.values[series * vectors.steps + step]
                    }
                }
            }
        }
    }
}

/// The k largest or smallest values with their series. The root is the one that goes first. NaN loses against everything.
private struct ExtremesHeap {
    struct Entry {
        var value: Double
        var series: Int32
    }

    private let largest: Bool
    private(set) var entries: ContiguousArray<Entry> = []

    init(largest: Bool) { self.largest = largest }

    /// Whether an entry goes before another.
    @inline(__always)
    private func yields(_ entry: Double, to other: Double) -> Bool {
        if entry.isNaN { return true }
        return largest ? entry < other : entry > other
    }

    /// Starts anew with the samples of a column.
    mutating func collect(_ column: GroupColumn, limit: Int) {
        entries.removeAll(keepingCapacity: true)
        for index in 0..<column.values.count {
            let value = column.values[index]
            if entries.count < limit {
                entries.append(Entry(value: value, series: column.series[index]))
                siftUp(entries.count - 1)
            } else if yields(entries[0].value, to: value), !value.isNaN {
                entries[0] = Entry(value: value, series: column.series[index])
                siftDown()
            }
        }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard yields(entries[child].value, to: entries[parent].value) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { return }
            if child + 1 < entries.count, yields(entries[child + 1].value, to: entries[child].value) { child += 1 }
            guard yields(entries[child].value, to: entries[parent].value) else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }

    /// The entries, the best first; of equal values the earlier series first, NaN last.
    func sorted() -> [Entry] {
        entries.sorted { left, right in
            if left.value.isNaN || right.value.isNaN {
                return left.value.isNaN && right.value.isNaN ? left.series < right.series : right.value.isNaN
            }
            if left.value == right.value { return left.series < right.series }
            return largest ? left.value > right.value : left.value < right.value
        }
    }
}
