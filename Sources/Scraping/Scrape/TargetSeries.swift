import Exposition
import Labels
import MonitorFile
import PromQL
import SampleStore

/// All series of one target: those that it exposes and those that report on it. Puts bodies into the store and ends what is gone (reference 5.4).
///
/// A known series costs no allocation: its bytes are found in the cache, and its sample goes into a batch whose memory is there already.
struct TargetSeries {
    let store: SampleStore
    /// Labels of all of them.
    let target: LabelSet
    private var job: ScrapeJob
    private var cache = ScrapeCache()
    private var report: ReportSeries
    /// Series whose labels a reload has changed since the last scrape: they end with the next one, unless it has them all the same.
    private var orphans: [SeriesReference] = []
    /// Of all lines of metadata in the last body.
    private var metadata: UInt64 = 0

    /// Samples farther ahead of the scrape are dropped, milliseconds.
    static let farthestAhead: Int64 = 600_000

    init(store: SampleStore, target: LabelSet, job: ScrapeJob) {
        self.store = store
        self.target = target
        self.job = job
        report = ReportSeries(target: target)
    }

    /// The number of series that are known by the bytes in which they are exposed.
    var cachedCount: Int { cache.count }

    /// Goes on under another configuration of the job.
    mutating func adopt(_ new: ScrapeJob) {
        if !job.labelsLike(new) {
            cache.forEachTracked { orphans.append($0) }
            cache = ScrapeCache()
        }
        job = new
    }

    // MARK: One scrape

    /// Stores a body. After an error nothing of it is stored, and `end` is to be called.
    mutating func take(
        _ body: UnsafeBufferPointer<UInt8>, as format: ExpositionFormat, at time: Int64, _ scratch: inout ScrapeScratch,
        _ counts: inout ScrapeCounts
    ) throws(ScrapeFailure) {
        cache.begin()
        scratch.removeAll()
        let metadata = try read(body, as: format, at: time, &scratch, &counts)
        let limit = job.configuration.sampleLimit
        if limit > 0, counts.limited > limit { throw .sampleLimit(count: counts.limited, limit: limit) }
        let lost = settle(at: time, &scratch, &counts)
        if !lost.isEmpty { restore(lost, body, as: format, at: time, &scratch, &counts) }
        cache.finish()
        orphans = []
        if metadata != self.metadata {
            self.metadata = metadata
            MetadataReader.store(body, as: format, in: store)
        }
    }

    /// Ends a scrape that failed: every series of the scrape before gets a stale marker.
    ///
    /// - Parameter wasRead: whether `take` was called for this scrape.
    mutating func end(at time: Int64, wasRead: Bool, _ scratch: inout ScrapeScratch) {
        if !wasRead {
            cache.begin()
            scratch.inserted.removeAll(keepingCapacity: true)
        }
        scratch.batch.removeAll()
        for reference in orphans { scratch.batch.append(reference, time: time, value: .staleMarker) }
        orphans = []
        cache.forEachFormer { scratch.batch.append($0, time: time, value: .staleMarker) }
        for index in scratch.inserted { cache.remove(index) }
        cache.fail()
        if scratch.batch.count > 0 { store.append(scratch.batch) }
    }

    /// Writes the report on a scrape.
    mutating func report(_ values: ReportSeries.Values, at time: Int64, _ scratch: inout ScrapeScratch) {
        report.write(values, at: time, to: store, &scratch)
    }

    /// Gives all series a stale marker, those of the report as well: the target is gone for good.
    mutating func retire(at time: Int64, _ scratch: inout ScrapeScratch) {
        scratch.batch.removeAll()
        for reference in orphans { scratch.batch.append(reference, time: time, value: .staleMarker) }
        cache.forEachTracked { scratch.batch.append($0, time: time, value: .staleMarker) }
        report.forEach { scratch.batch.append($0, time: time, value: .staleMarker) }
        if scratch.batch.count > 0 { store.append(scratch.batch) }
        orphans = []
        cache = ScrapeCache()
    }

    // MARK: Reading

    /// Reads the whole body into the scratch. Returns the hash of its metadata.
    private mutating func read(
        _ body: UnsafeBufferPointer<UInt8>, as format: ExpositionFormat, at time: Int64, _ scratch: inout ScrapeScratch,
        _ counts: inout ScrapeCounts
    ) throws(ScrapeFailure) -> UInt64 {
        var parser = ExpositionParser(body, format: format)
        var metadata = SeededByteHash()
        var labels: SampleLabels?
        while true {
            let event: ExpositionEvent?
            do throws(ExpositionError) { event = try parser.next() } catch { throw .exposition(error) }
            guard let event else { return metadata.value }
            if case .sample(let sample) = event {
                try take(sample, parser, at: time, &labels, &scratch, &counts)
            } else {
                MetadataReader.combine(event, into: &metadata)
            }
        }
    }

    @inline(__always)
    private mutating func take(
        _ sample: ExpositionSample, _ parser: ExpositionParser, at time: Int64, _ maker: inout SampleLabels?,
        _ scratch: inout ScrapeScratch, _ counts: inout ScrapeCounts
    ) throws(ScrapeFailure) {
        counts.scraped &+= 1
        let known = cache.find(sample.series)
        if let known, cache.isDropped(known) {
            _ = cache.see(known)
            return
        }
        let stamp = job.configuration.honorsTimestamps ? sample.timestamp : nil
        if let known, let reference = cache.reference(known) {
            if accept(known, stamp, at: time, &counts) {
                scratch.batch.append(reference, time: stamp ?? time, value: sample.value)
                scratch.owners.append(UInt32(truncatingIfNeeded: known))
            }
            return
        }
        try takeNew(sample, known, stamp, parser, at: time, &maker, &scratch, &counts)
    }

    @inline(never)
    private mutating func takeNew(
        _ sample: ExpositionSample, _ known: Int?, _ stamp: Int64?, _ parser: ExpositionParser, at time: Int64,
        _ maker: inout SampleLabels?, _ scratch: inout ScrapeScratch, _ counts: inout ScrapeCounts
    ) throws(ScrapeFailure) {
        var labelMaker = maker ?? SampleLabels(target: target, job: job)
        maker = nil
        defer { maker = labelMaker }
        guard let labels = try labelMaker.labels(of: sample, parser) else {
            if known == nil { _ = cache.see(cache.insert(sample.series, isDropped: true)) }
            return
        }
        let index: Int
        if let known {
            index = known
        } else {
            index = cache.insert(sample.series)
            scratch.inserted.append(index)
        }
        if accept(index, stamp, at: time, &counts) {
            scratch.fresh.append(ScrapeScratch.Fresh(entry: index, labels: labels, time: stamp ?? time, value: sample.value))
        }
    }

    /// Counts a sample that relabelling left, and marks its series. False for one that is not to be stored.
    @inline(__always)
    private mutating func accept(_ index: Int, _ stamp: Int64?, at time: Int64, _ counts: inout ScrapeCounts) -> Bool {
        counts.kept &+= 1
        let isRepeated = cache.see(index)
        guard let stamp else {
            if isRepeated {
                counts.duplicates &+= 1
                return false
            }
            counts.limited &+= 1
            cache.track(index)
            return true
        }
        counts.limited &+= 1
        guard stamp <= time + Self.farthestAhead else {
            counts.outOfBounds &+= 1
            return false
        }
        // A sample with a time of its own says itself how old it is.
        if job.configuration.tracksTimestampsStaleness { cache.track(index) }
        return true
    }

    // MARK: Storing

    /// Stores what was read, and the markers of what is gone. Returns entries whose series the store has forgotten.
    private mutating func settle(at time: Int64, _ scratch: inout ScrapeScratch, _ counts: inout ScrapeCounts) -> Set<Int> {
        for fresh in scratch.fresh {
            switch store.reference(for: fresh.labels) {
            case .success(let reference):
                cache.setReference(fresh.entry, reference)
                scratch.batch.append(reference, time: fresh.time, value: fresh.value)
                scratch.owners.append(UInt32(truncatingIfNeeded: fresh.entry))
            case .failure(let reason):
                counts.reject(reason)
                cache.untrack(fresh.entry)
            }
        }
        // Behind the samples: where another spelling of the same series has one, the store refuses the marker.
        for reference in orphans { scratch.batch.append(reference, time: time, value: .staleMarker) }
        cache.forEachStale { scratch.batch.append($0, time: time, value: .staleMarker) }
        var lost: Set<Int> = []
        var refused: [Int: Int] = [:]
        for rejection in store.append(scratch.batch).rejections {
            guard rejection.index < scratch.owners.count else { break }
            let entry = Int(scratch.owners[rejection.index])
            if rejection.reason == .unknownReference {
                lost.insert(entry)
            } else {
                counts.reject(rejection.reason)
                refused[entry, default: 0] += 1
            }
        }
        if !refused.isEmpty {
            // With times of their own, a series may have several samples in a body: one that was taken is enough.
            for owner in scratch.owners { refused[Int(owner)]? -= 1 }
            refused = refused.filter { $0.value == 0 }
            for entry in refused.keys { cache.untrack(entry) }
        }
        // A new series counts once the store took a sample of it.
        for entry in scratch.inserted {
            if cache.reference(entry) == nil || refused[entry] != nil { cache.remove(entry) } else { counts.added += 1 }
        }
        return lost
    }

    /// Stores the samples of series that the store has forgotten meanwhile, under new references: the body says their labels once more.
    private mutating func restore(
        _ lost: Set<Int>, _ body: UnsafeBufferPointer<UInt8>, as format: ExpositionFormat, at time: Int64,
        _ scratch: inout ScrapeScratch, _ counts: inout ScrapeCounts
    ) {
        var parser = ExpositionParser(body, format: format)
        var maker = SampleLabels(target: target, job: job)
        scratch.batch.removeAll()
        scratch.owners.removeAll(keepingCapacity: true)
        for entry in lost { cache.setReference(entry, nil) }
        cache.rewind()
        // The body was read without an error before.
        while case .some(let event) = try? parser.next() {
            guard case .sample(let sample) = event, let entry = cache.find(sample.series), lost.contains(entry),
                let labels = try? maker.labels(of: sample, parser)
            else { continue }
            let stamp = job.configuration.honorsTimestamps ? sample.timestamp : nil
            if stamp == nil, cache.reference(entry) != nil { continue }
            switch store.reference(for: labels) {
            case .success(let reference):
                cache.setReference(entry, reference)
                scratch.batch.append(reference, time: stamp ?? time, value: sample.value)
                scratch.owners.append(UInt32(truncatingIfNeeded: entry))
            case .failure(let reason):
                counts.reject(reason)
                cache.untrack(entry)
            }
        }
        for rejection in store.append(scratch.batch).rejections {
            counts.reject(rejection.reason)
            cache.untrack(Int(scratch.owners[rejection.index]))
        }
    }
}
