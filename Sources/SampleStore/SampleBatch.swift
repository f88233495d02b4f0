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
    /// Stands in `ids` for a sample that names its labels.
    static let labelled = UInt32.max

    private(set) var ids: ContiguousArray<UInt32> = []
    private(set) var times: ContiguousArray<Int64> = []
    private(set) var values: ContiguousArray<Double> = []
    /// Labels by the index of their sample, ascending.
    private(set) var labels: ContiguousArray<(index: Int, labels: LabelSet)> = []

    /// An empty batch.
    public init() {}

    /// The number of samples.
    public var count: Int { times.count }

    /// Adds a sample of a series that `SampleStore.reference(for:)` named. Time in milliseconds.
    public mutating func append(_ reference: SeriesReference, time: Int64, value: Double) {
        ids.append(reference.id)
        times.append(time)
        values.append(value)
    }

    /// Adds a sample of the series with these labels, `__name__` among them, which is made if it is missing. Labels of empty value do not count. Time in milliseconds.
    public mutating func append(_ labels: LabelSet, time: Int64, value: Double) {
        self.labels.append((times.count, labels))
        ids.append(Self.labelled)
        times.append(time)
        values.append(value)
    }

    /// Forgets the samples and keeps the memory.
    public mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
    }
}
