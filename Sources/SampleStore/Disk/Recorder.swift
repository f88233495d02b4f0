import NIOConcurrencyHelpers

/// Writes a store's samples to segments in its directory. All calls come from outside the shards' locks.
final class Recorder: Sendable {
    /// A shard with so many samples to write is written by whoever appends to it.
    static let crowd = 1 << 16

    struct State {
        /// Nil once closed.
        var directory: StoreDirectory?
        var log = SegmentStream(.log)
        var chunks = SegmentStream(.chunks)
        var lastSync = Int64.min
        var lastNow = Int64.min
        var problem: SampleStoreError?
        var failedWrites = 0
        var unsavedSamples = 0
    }

    let state: NIOLockedValueBox<State>

    init(_ state: State) { self.state = NIOLockedValueBox(state) }

    /// Writes what the shards have.
    func flush(_ store: SampleStore, now: Int64) -> FlushReport {
        let options = store.options
        var (report, files) = state.withLockedValue { state -> (FlushReport, [SegmentFile]) in
            guard state.directory != nil else { return (FlushReport(), []) }
            state.lastNow = now
            var report = state.write(store, now: now)
            if report.problem == nil { report.note(state.rotate(store, now: now)) }
            guard now &- state.lastSync >= options.syncInterval || now < state.lastSync else { return (report, []) }
            state.lastSync = now
            return (report, [state.log.takeUnsynced(), state.chunks.takeUnsynced()].compactMap(\.self))
        }
        // Without the lock: a sync may take long, and appends may have to wait for the lock.
        for file in files {
            do throws(SampleStoreError) { try file.sync() } catch { report.note(error) }
        }
        let problem = report.problem
        report.isNews = state.withLockedValue { state in
            guard state.directory != nil else { return false }
            return state.conclude(problem, syncsAgain: !files.isEmpty)
        }
        return report
    }

    /// Takes the samples of crowded shards out of memory between flushes.
    func relieve(_ store: SampleStore) {
        state.withLockedValue { state in
            guard state.directory != nil else { return }
            // The next flush tells about a failure.
            _ = state.write(store, now: state.lastNow)
        }
    }

    /// Removes segments that hold nothing newer than the cutoff, that are over the limit of size, or that chunks have made needless. Returns how many.
    func removeSegments(through cutoff: Int64, _ store: SampleStore) -> Int {
        state.withLockedValue { state in
            guard let directory = state.directory else { return 0 }
            var removed = state.chunks.remove(in: directory) { $0.lastTime <= cutoff }
            removed += state.removeLog(store)
            let limit = store.options.maxDiskBytes
            while limit > 0, state.log.bytes + state.chunks.bytes > limit {
                var isFirst = true
                let count = state.chunks.remove(in: directory) { _ in
                    defer { isFirst = false }
                    return isFirst
                }
                if count == 0 { break }
                removed += count
            }
            return removed
        }
    }

    /// Writes and syncs everything, and lets go of the directory.
    func close(_ store: SampleStore) -> FlushReport {
        state.withLockedValue { state in
            guard state.directory != nil else { return FlushReport() }
            var report = state.write(store, now: state.lastNow)
            for file in [state.log.takeUnsynced(), state.chunks.takeUnsynced()].compactMap(\.self) {
                do throws(SampleStoreError) { try file.sync() } catch { report.note(error) }
            }
            report.isNews = state.conclude(report.problem, syncsAgain: false)
            state.directory = nil
            return report
        }
    }

    func describe(in statistics: inout SampleStoreStatistics) {
        state.withLockedValue { state in
            statistics.segments = state.log.count + state.chunks.count
            statistics.diskBytes = state.log.bytes + state.chunks.bytes
            statistics.unwrittenBytes = state.log.waiting.count + state.chunks.waiting.count
            statistics.unsavedSamples = state.unsavedSamples
            statistics.failedWrites = state.failedWrites
            statistics.diskProblem = state.problem
        }
    }
}

extension FlushReport {
    /// Keeps the first problem.
    mutating func note(_ problem: SampleStoreError?) {
        if self.problem == nil { self.problem = problem }
    }
}

extension Recorder.State {
    /// Takes over what the shards have and writes it.
    fileprivate mutating func write(_ store: SampleStore, now: Int64) -> FlushReport {
        var report = FlushReport()
        guard let directory else { return report }
        if log.waiting.count + chunks.waiting.count > store.options.maxUnwrittenBytes {
            // The disk has refused for long: try once more before anything is given up.
            report = writeWaiting(in: directory, now: now, fault: store.options.writeFault())
            if report.problem != nil {
                for box in store.shards {
                    box.withLockedValue { shard in
                        unsavedSamples += shard.unwritten?.times.count ?? 0
                        shard.unwritten?.removeAll()
                    }
                }
                return report
            }
        }
        for box in store.shards { box.withLockedValue { take(&$0) } }
        let rest = writeWaiting(in: directory, now: now, fault: store.options.writeFault())
        report.writtenBytes += rest.writtenBytes
        report.note(rest.problem)
        return report
    }

    /// Writes what waits in both streams.
    private mutating func writeWaiting(in directory: StoreDirectory, now: Int64, fault: Int32) -> FlushReport {
        var report = FlushReport()
        // Each stream for itself: when the one fails, the other may still succeed.
        do throws(SampleStoreError) { report.writtenBytes += try log.write(in: directory, now: now, fault: fault) } catch {
            report.note(error)
        }
        do throws(SampleStoreError) { report.writtenBytes += try chunks.write(in: directory, now: now, fault: fault) } catch {
            report.note(error)
        }
        return report
    }

    /// Encodes what a shard has, with the names of series that the segment does not know yet.
    private mutating func take(_ shard: inout Shard) {
        guard let unwritten = shard.unwritten else { return }
        shard.logSegment = log.number
        var names = RecordWriter(.series)
        var entries = RecordWriter(.samples)
        for index in unwritten.times.indices {
            let id = unwritten.ids[index]
            // A series that went meanwhile takes its samples along.
            guard let series = shard.directory[Shard.number(of: id)] else { continue }
            series._withUnsafeGuaranteedRef { series in
                guard series.samples.logSegment != log.number else { return }
                series.samples.logSegment = log.number
                names.append(series: id, series.labels)
            }
            entries.append(sample: id, time: unwritten.times[index], value: unwritten.values[index])
            if entries.bytes.count >= SegmentFormat.recordSize || names.bytes.count >= SegmentFormat.recordSize {
                names.finish(into: &log.waiting)
                entries.finish(into: &log.waiting)
            }
        }
        names.finish(into: &log.waiting)
        entries.finish(into: &log.waiting)
        takeChunks(unwritten, of: shard)
        shard.unwritten?.removeAll()
    }

    private mutating func takeChunks(_ unwritten: UnwrittenSamples, of shard: Shard) {
        var names = RecordWriter(.series)
        var entries = RecordWriter(.chunks)
        for (id, chunk) in unwritten.chunks {
            guard let series = shard.directory[Shard.number(of: id)] else { continue }
            series._withUnsafeGuaranteedRef { series in
                guard series.samples.chunkSegment != chunks.number else { return }
                series.samples.chunkSegment = chunks.number
                names.append(series: id, series.labels)
            }
            entries.append(chunk: chunk, of: id)
            chunks.lastTime = max(chunks.lastTime, chunk.header.lastTime)
            if entries.bytes.count >= SegmentFormat.recordSize || names.bytes.count >= SegmentFormat.recordSize {
                names.finish(into: &chunks.waiting)
                entries.finish(into: &chunks.waiting)
            }
        }
        names.finish(into: &chunks.waiting)
        entries.finish(into: &chunks.waiting)
    }

    /// Ends segments that are large or old enough, and removes those of the log that chunks have made needless.
    fileprivate mutating func rotate(_ store: SampleStore, now: Int64) -> SampleStoreError? {
        let options = store.options
        do throws(SampleStoreError) {
            let chunkBytes = options.maxDiskBytes > 0 ? min(options.chunkSegmentBytes, options.maxDiskBytes / 8) : options.chunkSegmentBytes
            let chunkAge = options.retention > 0 ? max(options.retention / 8, 600_000) : 21_600_000
            if chunks.isComplete(maxBytes: chunkBytes, maxAge: chunkAge, now: now) { try chunks.end(now: now) }
            guard log.isComplete(maxBytes: options.logSegmentBytes, maxAge: options.logSegmentAge, now: now) else { return nil }
            try log.end(now: now)
            closeLongOpen(store, now: now)
            if let problem = write(store, now: now).problem { throw problem }
            // Only what is certainly in chunks may go from the log.
            do throws(SampleStoreError) {
                try chunks.takeUnsynced()?.sync()
            } catch {
                chunks.markUnsynced()
                throw error
            }
            _ = removeLog(store)
            return nil
        } catch {
            return error
        }
    }

    /// Closes chunks of slow series, so that the log does not grow without end for them.
    private mutating func closeLongOpen(_ store: SampleStore, now: Int64) {
        let options = store.options
        let allowed = options.maxDiskBytes > 0 ? min(options.maxLogBytes, options.maxDiskBytes / 4) : options.maxLogBytes
        var bytes = log.bytes
        var oldest: UInt32 = 0
        for segment in log.ended {
            guard bytes > allowed || now - segment.endedAt > 2 * options.logSegmentAge else { break }
            oldest = segment.number
            bytes -= segment.bytes
        }
        guard oldest > 0 else { return }
        for box in store.shards {
            box.withLockedValue { shard in
                guard shard.unwritten != nil else { return }
                var account = shard.account
                var closed: [(id: UInt32, chunk: Chunk)] = []
                shard.directory.forEach { _, series in
                    guard series.samples.open.count > 0, series.samples.openSince <= oldest else { return }
                    closed.append((series.id, series.samples.close(account: &account)))
                }
                shard.account = account
                for (id, chunk) in closed { shard.unwritten?.append(id: id, chunk: chunk) }
            }
        }
    }

    /// Removes segments of the log that no open chunk needs. Returns how many.
    mutating func removeLog(_ store: SampleStore) -> Int {
        // Chunks that wait are not certainly on the disk.
        guard let directory, !log.ended.isEmpty, chunks.waiting.isEmpty, !chunks.isUnsynced else { return 0 }
        var needed = log.number
        for box in store.shards {
            box.withLockedValue { shard in
                shard.directory.forEach { _, series in
                    if series.samples.open.count > 0 { needed = min(needed, series.samples.openSince) }
                }
                if let unwritten = shard.unwritten, !unwritten.chunks.isEmpty { needed = 0 }
            }
        }
        return log.remove(in: directory) { $0.number < needed }
    }

    /// Takes note of how a flush went. Returns whether that is news.
    fileprivate mutating func conclude(_ problem: SampleStoreError?, syncsAgain: Bool) -> Bool {
        let isNews: Bool
        if let problem {
            failedWrites += 1
            isNews = !problem.isSameKind(as: self.problem)
            if syncsAgain {
                log.markUnsynced()
                chunks.markUnsynced()
            }
        } else {
            isNews = self.problem != nil
        }
        self.problem = problem
        return isNews
    }
}
