public import Labels
import NIOConcurrencyHelpers
public import PromQL

extension SampleStore {
    /// The series that match all matchers and may have samples with `after` < time <= `through`; each stays readable while the store changes.
    public func select(_ matchers: [Matcher], after: Int64, through: Int64) -> any SeriesSelection {
        StoreSelection(store: self, series: matching(matchers, after: after, through: through))
    }

    func matching(_ matchers: [Matcher], after: Int64, through: Int64) -> ContiguousArray<Series> {
        let index = self.index.withLockedValue { $0 }
        let selection = index.select(matchers)
        var found: ContiguousArray<Series> = []
        found.reserveCapacity(selection.ids.count)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: selection.ids.count) { order in
            let ranges = IDs.order(selection.ids, byShardInto: order)
            for (shard, range) in ranges.enumerated() where !range.isEmpty {
                shards[shard].withLockedValue { shard in
                    for id in order[range] {
                        guard let series = shard.directory[Shard.number(of: id)]?._withUnsafeGuaranteedRef({ $0 }) else { continue }
                        if series.samples.mayOverlap(after: max(after, shard.cutoff), through: through) { found.append(series) }
                    }
                }
            }
        }
        // Labels do not change, so this needs no lock.
        if !selection.unchecked.isEmpty { found.removeAll { series in !selection.unchecked.allSatisfy { $0.matches(series.labels) } } }
        return found
    }
}

/// Series of the store.
private struct StoreSelection: SeriesSelection {
    let store: SampleStore
    let series: ContiguousArray<Series>

    var count: Int { series.count }

    func labels(at index: Int) -> LabelSet { series[index].labels }

    func read(at index: Int, after: Int64, through: Int64, into buffer: inout SampleBuffer) {
        let series = series[index]
        let box = store.shard(of: series.id)
        // Closed chunks are read without the lock; what was closed meanwhile comes with the open one.
        let (closed, cutoff): (ContiguousArray<Chunk>, Int64) = box.withLockedValue { shard in
            let cutoff = max(after, shard.cutoff)
            if series.samples.reachesClosed(after: cutoff) { return (series.samples.closed, cutoff) }
            series.samples.readOpen(after: cutoff, through: through, into: &buffer)
            return ([], cutoff)
        }
        guard let last = closed.last else { return }
        SeriesSamples.read(closed, after: cutoff, through: through, into: &buffer)
        let read = last.header.lastTime
        guard read < through else { return }
        box.withLockedValue { _ in
            if series.samples.reachesClosed(after: read) {
                SeriesSamples.read(series.samples.closed, after: read, through: through, into: &buffer)
            }
            series.samples.readOpen(after: read, through: through, into: &buffer)
        }
    }

    func newest(at index: Int, after: Int64, through: Int64) -> Sample? {
        let series = series[index]
        return store.shard(of: series.id).withLockedValue { shard in
            series.samples.newest(after: max(after, shard.cutoff), through: through)
        }
    }
}

extension IDs {
    /// Writes the ids, those of each shard together. Returns where each shard's are.
    static func order(_ ids: ContiguousArray<UInt32>, byShardInto order: UnsafeMutableBufferPointer<UInt32>) -> [Range<Int>] {
        var starts = [Int](repeating: 0, count: Shard.count + 1)
        for id in ids { starts[Int(id) & (Shard.count - 1) + 1] += 1 }
        for shard in 0..<Shard.count { starts[shard + 1] += starts[shard] }
        var next = starts
        for id in ids {
            let shard = Int(id) & (Shard.count - 1)
            order[next[shard]] = id
            next[shard] += 1
        }
        return (0..<Shard.count).map { starts[$0]..<starts[$0 + 1] }
    }
}
