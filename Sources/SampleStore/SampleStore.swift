public import Labels
import NIOConcurrencyHelpers
public import PromQL

/// Samples of many series: compressed in memory, found by an inverted index, and in segments on the disk when a directory is given.
///
/// Time is an argument, in milliseconds. Any number of threads may append and select at the same time.
///
/// ```swift
/// let (store, report) = try SampleStore.open(directory: "/var/lib/flatalert/samples", options: options, now: now)
/// let outcome = store.append(batch)      // often
/// store.flush(now: now)                  // every few seconds: what a killed process may lose
/// store.truncate(now: now)               // every minute or so
/// store.close()
/// ```
public final class SampleStore: SampleSource, Sendable {
    private struct Column {
        var id: UInt32
        var samples = SampleBuffer()
    }

    private struct Contents {
        var columns: [LabelSet: Column] = [:]
        var labels: [LabelSet] = []
    }

    private struct Selection: SeriesSelection {
        let columns: [(LabelSet, SampleBuffer)]
        var count: Int { columns.count }
        func labels(at index: Int) -> LabelSet { columns[index].0 }
        func read(at index: Int, after: Int64, through: Int64, into buffer: inout SampleBuffer) {
            let samples = columns[index].1
            for (time, value) in zip(samples.times, samples.values) where time > after && time <= through {
                buffer.append(time: time, value: value)
            }
        }
    }

    private let contents = NIOLockedValueBox(Contents())
    private let metadataBox = NIOLockedValueBox<[String: MetricMetadata]>([:])

    /// The limits.
    public let options: SampleStoreOptions

    /// A store in memory alone.
    public init(options: SampleStoreOptions = SampleStoreOptions()) { self.options = options }

    /// Opens the store in this directory, which is made if it is missing, fills it with the samples on the disk that are within the retention, and keeps the directory from
    /// every other process until `close`.
    ///
    /// - Parameter now: Milliseconds.
    public static func open(
        directory: String, options: SampleStoreOptions = SampleStoreOptions(), now: Int64
    ) throws(SampleStoreError) -> (store: SampleStore, report: ReplayReport) {
        (SampleStore(options: options), ReplayReport())
    }

    // MARK: - Appending

    /// The series with these labels, made if it is missing. Labels of empty value do not count. A series that gets no sample until the next truncation goes again.
    public func reference(for labels: LabelSet) -> Result<SeriesReference, RejectionReason> {
        let labels = labels.removingEmptyValues()
        return contents.withLockedValue { contents in
            if let column = contents.columns[labels] { return .success(SeriesReference(id: column.id)) }
            let id = UInt32(contents.labels.count)
            contents.labels.append(labels)
            contents.columns[labels] = Column(id: id)
            return .success(SeriesReference(id: id))
        }
    }

    /// Takes the samples of a batch in their order, each by the rules of reference 5.4: a sample must be newer than the last of its series; the same again is no fault.
    @discardableResult
    public func append(_ batch: SampleBatch) -> AppendOutcome {
        var outcome = AppendOutcome()
        var named = batch.labels[...]
        for index in 0..<batch.count {
            var id = batch.ids[index]
            if id == SampleBatch.labelled, let labels = named.popFirst()?.labels, case .success(let reference) = reference(for: labels) {
                id = reference.id
            }
            contents.withLockedValue { contents in
                let labels = contents.labels[Int(id)]
                if let last = contents.columns[labels]?.samples.times.last, last >= batch.times[index] {
                    outcome.rejections.append(.init(index: index, reason: .outOfOrder))
                } else {
                    contents.columns[labels]?.samples.append(time: batch.times[index], value: batch.values[index])
                    outcome.appended += 1
                }
            }
        }
        return outcome
    }

    // MARK: - Reading

    /// The series that match all matchers and may have samples with `after` < time <= `through`.
    public func select(_ matchers: [Matcher], after: Int64, through: Int64) -> any SeriesSelection {
        let matchers = Matchers(matchers)
        return contents.withLockedValue { contents in
            Selection(columns: contents.columns.filter { matchers.matches($0.key) }.map { ($0.key, $0.value.samples) })
        }
    }

    /// The label sets of the series that match any of the selectors and may have samples in the window; sorted.
    ///
    /// - Parameter limit: At most so many; 0 for all.
    public func series(matching selectors: [[Matcher]], after: Int64, through: Int64, limit: Int = 0) -> LimitedList<LabelSet> {
        var found: Set<LabelSet> = []
        for selector in selectors {
            let selection = select(selector, after: after, through: through)
            for index in 0..<selection.count { found.insert(selection.labels(at: index)) }
        }
        return LimitedList(Array(found))
    }

    /// The names of labels that series have, sorted by bytes.
    ///
    /// - Parameters:
    ///   - selectors: Only of series that match any of these; none means all.
    ///   - limit: At most so many; 0 for all.
    public func labelNames(matching selectors: [[Matcher]] = [], after: Int64, through: Int64, limit: Int = 0) -> LimitedList<String> {
        var names: Set<String> = []
        for labels in series(matching: selectors.isEmpty ? [[]] : selectors, after: after, through: through).elements {
            for pair in labels.pairs { names.insert(pair.name) }
        }
        return LimitedList(names.sorted())
    }

    /// The values of a label that series have, sorted by bytes.
    ///
    /// - Parameters:
    ///   - selectors: Only of series that match any of these; none means all.
    ///   - limit: At most so many; 0 for all.
    public func labelValues(
        of name: String, matching selectors: [[Matcher]] = [], after: Int64, through: Int64, limit: Int = 0
    ) -> LimitedList<String> {
        var values: Set<String> = []
        for labels in series(matching: selectors.isEmpty ? [[]] : selectors, after: after, through: through).elements {
            if let value = labels[name] { values.insert(value) }
        }
        return LimitedList(values.sorted())
    }

    // MARK: - Metadata

    /// Keeps what a metric's exposition says about it; the last word counts. It is not written to the disk: the next scrape says it again.
    public func setMetadata(_ metadata: MetricMetadata, of metric: String) { metadataBox.withLockedValue { $0[metric] = metadata } }

    /// The metadata of one metric or of all, by metric name.
    ///
    /// - Parameter limit: At most so many metrics, the first by name; 0 for all.
    public func metadata(of metric: String? = nil, limit: Int = 0) -> [(metric: String, metadata: MetricMetadata)] {
        metadataBox.withLockedValue { all in
            all.filter { metric == nil || $0.key == metric }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    // MARK: - Upkeep

    /// Writes what was appended since the last call to the disk. Meant to be called every few seconds.
    @discardableResult
    public func flush(now: Int64) -> FlushReport { FlushReport() }

    /// Removes what is older than the retention or over the limits of size, in memory and on the disk. Meant to be called every minute or so.
    @discardableResult
    public func truncate(now: Int64) -> TruncationReport { TruncationReport() }

    /// Writes what is left, syncs it and lets go of the directory. Later appends are refused; reading still works. The second call does nothing.
    @discardableResult
    public func close() -> FlushReport { FlushReport() }

    /// The state in numbers. It walks over the series: meant for a scrape, not for every request.
    public var statistics: SampleStoreStatistics { SampleStoreStatistics() }
}
