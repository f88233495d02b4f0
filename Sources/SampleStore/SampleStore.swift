public import Labels
import NIOConcurrencyHelpers
public import PromQL
import Synchronization

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
    /// The limits.
    public let options: SampleStoreOptions
    let shards: [NIOLockedValueBox<Shard>]
    /// Taken while a shard is held, never the other way round.
    let index = NIOLockedValueBox(LabelIndex())
    let metadata = NIOLockedValueBox<[[UInt8]: MetricMetadata]>([:])
    let recorder: Recorder?
    /// Sums over the shards that limits look at.
    let seriesCount = Atomic(0)
    let sampleBytes = Atomic(0)

    /// A store in memory alone.
    public convenience init(options: SampleStoreOptions = SampleStoreOptions()) { self.init(options: options, recorder: nil) }

    init(options: SampleStoreOptions, recorder: Recorder?) {
        self.options = options
        self.recorder = recorder
        shards = (0..<Shard.count).map { NIOLockedValueBox(Shard(index: UInt32($0))) }
    }

    deinit {
        for shard in shards { shard.withLockedValue { $0.directory.deallocate() } }
    }

    /// The shard of an id.
    func shard(of id: UInt32) -> NIOLockedValueBox<Shard> { shards[Int(id) & (Shard.count - 1)] }
}

extension SampleStore {
    /// The series with these labels, `__name__` among them, made if it is missing. Labels of empty value do not count.
    ///
    /// A series that gets no sample until the next truncation goes again; its reference is unknown from then on.
    public func reference(for labels: LabelSet) -> Result<SeriesReference, RejectionReason> {
        let labels = labels.removingEmptyValues()
        return shards[Shard.index(of: labels)].withLockedValue { shard in
            do throws(RejectionReason) {
                return .success(SeriesReference(id: try findOrMake(labels, in: &shard)._withUnsafeGuaranteedRef { $0.id }))
            } catch {
                shard.rejected[error] += 1
                return .failure(error)
            }
        }
    }

    /// Takes the samples of a batch in their order, each by the rules of reference 5.4: a sample must be newer than the last one of its series; the very same again is
    /// no fault. What is refused is counted and told, and keeps nothing else out.
    @discardableResult
    public func append(_ batch: SampleBatch) -> AppendOutcome {
        if let reason = refusal(of: batch) {
            var outcome = AppendOutcome()
            outcome.rejections = (0..<batch.count).map { AppendOutcome.Rejection(index: $0, reason: reason) }
            shards[0].withLockedValue { $0.rejected[reason] += batch.count }
            return outcome
        }
        var outcome = AppendOutcome()
        var mustFlush = false
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: batch.count) { order in
            let ranges = batch.order(byShardInto: order)
            for (index, range) in ranges.enumerated() where !range.isEmpty {
                let samples = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(order)[range])
                let isCrowded = shards[index].withLockedValue { shard in
                    append(samples, of: batch, to: &shard, &outcome)
                    return (shard.unwritten?.times.count ?? 0) >= Recorder.crowd
                }
                if isCrowded { mustFlush = true }
            }
        }
        outcome.rejections.sort { $0.index < $1.index }
        // Keeps what waits for the disk small when samples come faster than flushes.
        if mustFlush { recorder?.relieve(self) }
        return outcome
    }

    /// Why a batch is refused as a whole.
    private func refusal(of batch: SampleBatch) -> RejectionReason? {
        if options.maxSamplesPerBatch > 0, batch.count > options.maxSamplesPerBatch { return .batchLimit }
        if options.maxMemoryBytes > 0, sampleBytes.load(ordering: .relaxed) >= options.maxMemoryBytes { return .memoryLimit }
        return nil
    }

    private func append(
        _ order: UnsafeBufferPointer<UInt32>, of batch: SampleBatch, to shard: inout Shard, _ outcome: inout AppendOutcome
    ) {
        let (before, created) = (shard.account, shard.created)
        var (appended, unchanged) = (0, 0)
        batch.withColumns { keys, times, values in
            for index in order {
                let index = Int(index)
                let result: AppendResult
                do throws(RejectionReason) {
                    let series = try series(keys[index], of: batch, in: &shard)
                    result = series._withUnsafeGuaranteedRef { shard.append(to: $0, time: times[index], value: values[index]) }
                } catch {
                    result = .rejected(error)
                }
                switch result {
                case .appended: appended &+= 1
                case .unchanged: unchanged &+= 1
                case .rejected(let reason):
                    shard.rejected[reason] += 1
                    outcome.rejections.append(AppendOutcome.Rejection(index: index, reason: reason))
                }
            }
        }
        shard.appended += appended
        outcome.appended += appended
        outcome.unchanged += unchanged
        outcome.createdSeries += shard.created - created
        sampleBytes.wrappingAdd(shard.account.bytes - before.bytes, ordering: .relaxed)
    }

    @inline(__always)
    private func series(_ key: UInt64, of batch: SampleBatch, in shard: inout Shard) throws(RejectionReason) -> Unmanaged<Series> {
        if shard.isClosed { throw .closed }
        if key > UInt64(UInt32.max) { return try findOrMake(batch.labels[Int(truncatingIfNeeded: key & 0xFFFF_FFFF)], in: &shard) }
        guard let series = shard.directory[Shard.number(of: UInt32(truncatingIfNeeded: key))] else { throw .unknownReference }
        return series
    }

    private func findOrMake(_ labels: LabelSet, in shard: inout Shard) throws(RejectionReason) -> Unmanaged<Series> {
        if let series = shard.directory.find(labels) { return series }
        if shard.isClosed { throw .closed }
        try check(labels)
        // Numbers are not used twice; four thousand million series in one process end them.
        guard shard.directory.next < .max >> Shard.bits else { throw .seriesLimit }
        let count = seriesCount.wrappingAdd(1, ordering: .relaxed).newValue
        if options.maxSeries > 0, count > options.maxSeries {
            seriesCount.wrappingSubtract(1, ordering: .relaxed)
            throw .seriesLimit
        }
        return insert(labels, into: &shard)
    }

    /// Adds a series that is not there yet.
    func insert(_ labels: LabelSet, into shard: inout Shard) -> Unmanaged<Series> {
        let series = Series(id: shard.id(of: shard.directory.next), labels: labels)
        shard.directory.insert(series)
        shard.created += 1
        shard.labelBytes += labels.footprint
        index.withLockedValue { $0.insert(series.id, labels) }
        return .passUnretained(series)
    }

    private func check(_ labels: LabelSet) throws(RejectionReason) {
        if options.maxLabels > 0, labels.count > options.maxLabels { throw .labelLimit }
        let (maxName, maxValue) = (options.maxLabelNameBytes, options.maxLabelValueBytes)
        var isTooLong = false
        labels.forEach { name, value in
            if maxName > 0, name.count > maxName { isTooLong = true }
            if maxValue > 0, value.count > maxValue { isTooLong = true }
        }
        if isTooLong { throw .labelLimit }
    }
}
