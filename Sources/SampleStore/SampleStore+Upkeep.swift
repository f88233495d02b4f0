import NIOConcurrencyHelpers

extension SampleStore {
    /// Writes what was appended since the last call to the disk. Meant to be called every few seconds.
    ///
    /// While the disk refuses, samples stay readable, and what is to be written waits up to a limit.
    @discardableResult
    public func flush(now: Int64) -> FlushReport { recorder?.flush(self, now: now) ?? FlushReport() }

    /// Removes what is older than the retention or over the limits of size, in memory and on the disk. Meant to be called every minute or so.
    ///
    /// Samples that are too old cannot be read from then on; their memory goes when all of their chunk is too old.
    @discardableResult
    public func truncate(now: Int64) -> TruncationReport {
        var cutoff = options.retention > 0 ? now.subtractingReportingOverflow(options.retention).partialValue : Int64.min
        cutoff = max(cutoff, cutoffForMemory())
        var report = TruncationReport()
        for box in shards {
            let removed = box.withLockedValue { shard in
                let (before, numbers) = (shard.account, shard.truncate(through: cutoff))
                var removed: [(id: UInt32, labels: Series)] = []
                for number in numbers {
                    guard let series = shard.directory[number]?._withUnsafeGuaranteedRef({ $0 }) else { continue }
                    shard.directory.remove(number)
                    shard.labelBytes -= series.labels.footprint
                    removed.append((series.id, series))
                }
                shard.removed += removed.count
                report.samples += before.samples - shard.account.samples
                sampleBytes.wrappingAdd(shard.account.bytes - before.bytes, ordering: .relaxed)
                return removed
            }
            guard !removed.isEmpty else { continue }
            seriesCount.wrappingSubtract(removed.count, ordering: .relaxed)
            report.series += removed.count
            index.withLockedValue { $0.remove(removed.map { ($0.id, $0.labels.labels) }) }
        }
        report.segments = recorder?.removeSegments(through: cutoff, self) ?? 0
        return report
    }

    /// Writes what is left, syncs it and lets go of the directory. Later appends are refused; reading still works. The second call does nothing.
    @discardableResult
    public func close() -> FlushReport {
        for shard in shards { shard.withLockedValue { $0.isClosed = true } }
        return recorder?.close(self) ?? FlushReport()
    }

    /// The cutoff that brings compressed samples to nine tenths of their limit; the least number when they are within it.
    private func cutoffForMemory() -> Int64 {
        guard options.maxMemoryBytes > 0 else { return .min }
        let limit = options.maxMemoryBytes / 10 * 9
        var excess = sampleBytes.load(ordering: .relaxed) - limit
        guard excess > 0 else { return .min }
        var chunks: [(lastTime: Int64, bytes: Int)] = []
        for shard in shards {
            shard.withLockedValue { shard in
                shard.directory.forEach { _, series in
                    for chunk in series.samples.closed { chunks.append((chunk.header.lastTime, chunk.footprint)) }
                }
            }
        }
        chunks.sort { $0.lastTime < $1.lastTime }
        for chunk in chunks {
            excess -= chunk.bytes
            if excess <= 0 { return chunk.lastTime }
        }
        return chunks.last?.lastTime ?? .min
    }

    /// The times of the oldest and the newest sample.
    var timeBounds: (oldest: Int64?, newest: Int64?) {
        var (oldest, newest): (Int64?, Int64?)
        for shard in shards {
            shard.withLockedValue { shard in
                guard shard.account.samples > 0 else { return }
                newest = max(newest ?? .min, shard.newestTime)
                shard.directory.forEach { _, series in
                    guard let first = series.samples.firstTime else { return }
                    oldest = min(oldest ?? .max, max(first, shard.cutoff &+ 1))
                }
            }
        }
        return (oldest, newest)
    }

    /// The state in numbers. It walks over the series: meant for a scrape, not for every request.
    public var statistics: SampleStoreStatistics {
        var statistics = SampleStoreStatistics()
        for shard in shards {
            shard.withLockedValue { shard in
                statistics.series += shard.directory.count
                statistics.createdSeries += shard.created
                statistics.removedSeries += shard.removed
                statistics.samples += shard.account.samples
                statistics.chunks += shard.account.chunks
                statistics.sampleBytes += shard.account.bytes
                statistics.labelBytes += shard.labelBytes
                statistics.indexBytes += shard.directory.footprint
                statistics.appendedSamples += shard.appended
                statistics.rejectedSamples.add(shard.rejected)
            }
        }
        statistics.indexBytes += index.withLockedValue { $0 }.footprint
        (statistics.oldestTime, statistics.newestTime) = timeBounds
        recorder?.describe(in: &statistics)
        return statistics
    }
}

extension Shard {
    /// Drops what is not newer than the cutoff. Returns the numbers of the series that have nothing left.
    fileprivate mutating func truncate(through cutoff: Int64) -> [UInt32] {
        self.cutoff = max(self.cutoff, cutoff)
        var empty: [UInt32] = []
        var account = account
        directory.forEach { number, series in
            series.samples.truncate(before: self.cutoff, account: &account)
            if series.samples.isEmpty { empty.append(number) }
        }
        self.account = account
        return empty
    }
}
