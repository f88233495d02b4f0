public import Labels

/// Names a series for as long as it exists in this process: callers keep it to append without naming the labels again.
public struct SeriesReference: Hashable, Sendable {
    let id: UInt32

    init(id: UInt32) { self.id = id }
}

/// Samples to append at once. Meant to be filled, appended and emptied again and again: it keeps its memory.
///
/// ```swift
/// var batch = SampleBatch()
/// batch.append(reference, time: 1_700_000_000_000, value: 1)
/// let outcome = store.append(batch)
/// ```
public struct SampleBatch: Sendable {
    /// Ids of series; above 32 bits, 1 and the index into `labels`.
    private var keys: ContiguousArray<UInt64> = []
    private var times: ContiguousArray<Int64> = []
    private var values: ContiguousArray<Double> = []
    private(set) var labels: ContiguousArray<LabelSet> = []

    /// An empty batch.
    public init() {}

    /// The number of samples.
    public var count: Int { times.count }

    /// Adds a sample of a series that `SampleStore.reference(for:)` named. Time in milliseconds.
    public mutating func append(_ reference: SeriesReference, time: Int64, value: Double) {
        keys.append(UInt64(reference.id))
        times.append(time)
        values.append(value)
    }

    /// Adds a sample of the series with these labels, `__name__` among them, which is made if it is missing. Labels of empty value do not count. Time in milliseconds.
    public mutating func append(_ labels: LabelSet, time: Int64, value: Double) {
        keys.append(1 << 32 | UInt64(self.labels.count))
        self.labels.append(labels.removingEmptyValues())
        times.append(time)
        values.append(value)
    }

    /// Forgets the samples and keeps the memory.
    public mutating func removeAll() {
        keys.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
    }
}

extension SampleBatch {
    /// Calls the body with the columns.
    @inline(__always)
    func withColumns<Result>(
        _ body: (UnsafeBufferPointer<UInt64>, UnsafeBufferPointer<Int64>, UnsafeBufferPointer<Double>) -> Result
    ) -> Result {
        keys.withUnsafeBufferPointer { keys in
            times.withUnsafeBufferPointer { times in
                values.withUnsafeBufferPointer { values in body(keys, times, values) }
            }
        }
    }

    /// Writes the indices of the samples, those of each shard together and in their order. Returns where each shard's are.
    func order(byShardInto order: UnsafeMutableBufferPointer<UInt32>) -> [Range<Int>] {
        var starts = [Int](repeating: 0, count: Shard.count + 1)
        for key in keys { starts[shard(of: key) + 1] += 1 }
        for shard in 0..<Shard.count { starts[shard + 1] += starts[shard] }
        var next = starts
        for (index, key) in keys.enumerated() {
            let shard = shard(of: key)
            order[next[shard]] = UInt32(truncatingIfNeeded: index)
            next[shard] += 1
        }
        return (0..<Shard.count).map { starts[$0]..<starts[$0 + 1] }
    }

    @inline(__always)
    private func shard(of key: UInt64) -> Int {
        if key <= UInt64(UInt32.max) { return Int(truncatingIfNeeded: key) & (Shard.count - 1) }
        return Shard.index(of: labels[Int(truncatingIfNeeded: key & 0xFFFF_FFFF)])
    }
}
