import Glibc
import Labels
import NIOConcurrencyHelpers

extension SampleStore {
    /// Opens the store in this directory, which is made if it is missing, fills it with the samples on the disk that are within the retention, and keeps the directory from
    /// every other process until `close`.
    ///
    /// A segment whose end is torn, as a killed process or a power cut leaves it, is cut there; a segment that is damaged otherwise is set aside, and what is whole in it is
    /// kept. The report tells.
    ///
    /// - Parameter now: Milliseconds.
    public static func open(
        directory path: String, options: SampleStoreOptions = SampleStoreOptions(), now: Int64
    ) throws(SampleStoreError) -> (store: SampleStore, report: ReplayReport) {
        let directory = try StoreDirectory(path, magic: options.filesystemMagic)
        var state = Recorder.State()
        state.directory = directory
        state.lastNow = now
        state.lastSync = now
        // Written once the replay has found out where the streams continue.
        let store = SampleStore(options: options, recorder: Recorder(state))
        var replay = Replay(store: store, directory: directory, state: state, now: now)
        replay.run()
        return (store, replay.report)
    }
}

/// Fills a store from the segments of its directory.
private struct Replay {
    let store: SampleStore
    let directory: StoreDirectory
    var state: Recorder.State
    let now: Int64
    var report = ReplayReport()
    private let cutoff: Int64

    init(store: SampleStore, directory: StoreDirectory, state: Recorder.State, now: Int64) {
        self.store = store
        self.directory = directory
        self.state = state
        self.now = now
        cutoff = store.options.retention > 0 ? now.subtractingReportingOverflow(store.options.retention).partialValue : .min
    }

    mutating func run() {
        for box in store.shards {
            box.withLockedValue { shard in
                shard.cutoff = cutoff
                shard.unwritten = UnwrittenSamples(takesSamples: false)
            }
        }
        let names = directory.names()
        for stream in [SegmentFormat.Stream.chunks, .log] {
            let numbers = names.compactMap(stream.number).sorted()
            for number in numbers { read(stream, number, isLast: number == numbers.last) }
            // Files that were set aside keep their numbers.
            for name in names where name.hasPrefix(stream.prefix) {
                let digits = name.dropFirst(stream.prefix.count).prefix { $0.isASCII && $0.isNumber }
                if let number = UInt32(digits), number < .max - 1 { skip(stream, number) }
            }
        }
        for box in store.shards {
            box.withLockedValue { shard in
                shard.unwritten?.takesSamples = true
                report.series += shard.directory.count
                report.samples += shard.account.samples
                shard.logSegment = state.log.number
                // What was replayed is not what was appended.
                shard.created = 0
                shard.appended = 0
                store.sampleBytes.wrappingAdd(shard.account.bytes, ordering: .relaxed)
                store.seriesCount.wrappingAdd(shard.directory.count, ordering: .relaxed)
            }
        }
        let finished = state
        store.recorder?.state.withLockedValue { $0 = finished }
        if report.samples > 0 { store.truncate(now: now) }
    }

    private mutating func skip(_ stream: SegmentFormat.Stream, _ number: UInt32) {
        if stream == .log { state.log.skip(number) } else { state.chunks.skip(number) }
    }

    private mutating func read(_ stream: SegmentFormat.Stream, _ number: UInt32, isLast: Bool) {
        let path = directory.file(stream.fileName(number))
        guard let bytes = Self.contents(of: path) else {
            report.damage.append(
                .init(path: path, problem: "cannot be read: \(String(cString: strerror(errno)))", setAsideAs: path, lostBytes: 0))
            return
        }
        report.segments += 1
        report.bytes += bytes.count
        if stream == .log { setLogSegment(number) }
        var lastTime = Int64.min
        let damage = bytes.withUnsafeBytes { bytes -> SegmentScan in
            var scan = SegmentScan(bytes, stream)
            var segment = SegmentSeries(cutoff: cutoff)
            scan.run { payload in
                var record = RecordReader(payload)
                return segment.replay(&record, stream, into: store, lastTime: &lastTime)
            }
            return scan
        }
        // Nothing in it can be read any more: not worth the room.
        if stream == .chunks, damage.problem == nil, lastTime <= cutoff {
            if unlink(path) == 0 { report.expiredSegments += 1 }
            return
        }
        let size = repair(path, bytes, damage, isLast: isLast)
        guard size > 0 else { return }
        let ended = SegmentStream.Ended(number: number, bytes: size, lastTime: stream == .log ? .max : lastTime, endedAt: now)
        if stream == .log { state.log.restore(ended) } else { state.chunks.restore(ended) }
    }

    private func setLogSegment(_ number: UInt32) {
        for box in store.shards { box.withLockedValue { $0.logSegment = number } }
    }

    /// Makes a damaged segment one that reads without a fault. Returns its size; 0 when nothing of it is left.
    private mutating func repair(_ path: String, _ bytes: [UInt8], _ scan: SegmentScan, isLast: Bool) -> Int {
        guard let problem = scan.problem else { return bytes.count }
        // A torn end is what every crash leaves in the newest segment; anything else is kept for people to look at.
        if isLast, scan.isTornAtEnd, let first = scan.whole.first, scan.whole.count == 1 {
            report.damage.append(.init(path: path, problem: problem, setAsideAs: nil, lostBytes: scan.lostBytes))
            if first.upperBound > SegmentFormat.headerSize, Glibc.truncate(path, off_t(first.upperBound)) == 0 { return first.upperBound }
            unlink(path)
            return 0
        }
        var aside = "\(path).damaged"
        var copy = 2
        while access(aside, F_OK) == 0 {
            aside = "\(path).damaged-\(copy)"
            copy += 1
        }
        guard rename(path, aside) == 0 else {
            report.damage.append(.init(path: path, problem: problem, setAsideAs: path, lostBytes: scan.lostBytes))
            return bytes.count
        }
        report.damage.append(.init(path: path, problem: problem, setAsideAs: aside, lostBytes: scan.lostBytes))
        let whole = scan.whole.flatMap { bytes[$0] }
        guard whole.count > SegmentFormat.headerSize else { return 0 }
        do throws(SampleStoreError) {
            let file = try SegmentFile(path: path)
            try file.write(whole, at: 0)
            try file.sync()
            directory.sync()
            return whole.count
        } catch {
            unlink(path)
            return 0
        }
    }

    private static func contents(of path: String) -> [UInt8]? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var done = 0
        var failed = false
        let size = Int(status.st_size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while done < size {
                let read = Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, size - done)
                if read < 0, errno == EINTR { continue }
                if read < 0 { failed = true }
                if read <= 0 { break }
                done += read
            }
            count = done
        }
        return failed ? nil : bytes
    }
}

/// Goes through the records of a segment and finds what is whole in it.
struct SegmentScan {
    private let bytes: UnsafeRawBufferPointer
    private let stream: SegmentFormat.Stream
    /// The parts that are whole, header and records.
    private(set) var whole: [Range<Int>] = []
    /// What was found wrong first; nil for a whole segment.
    private(set) var problem: String?
    /// Whether nothing whole comes after what is wrong.
    private(set) var isTornAtEnd = true
    /// Bytes in no whole record.
    var lostBytes: Int { whole.reduce(bytes.count) { $0 - $1.count } }

    init(_ bytes: UnsafeRawBufferPointer, _ stream: SegmentFormat.Stream) {
        self.bytes = bytes
        self.stream = stream
    }

    /// Calls the body with the payload of each record whose checksum holds; false from it means that the record makes no sense all the same.
    mutating func run(_ body: (UnsafeRawBufferPointer) -> Bool) {
        let header = stream.header
        guard bytes.count >= header.count, bytes.prefix(header.count).elementsEqual(header) else {
            let isPart = bytes.count < header.count && header.starts(with: bytes)
            problem = isPart ? "its beginning was not written whole" : "not a segment of this version of the store"
            if isPart { whole = [0..<0] } else { isTornAtEnd = false }
            return
        }
        var position = header.count
        var start = 0
        while position < bytes.count {
            guard let length = record(at: position) else {
                if problem == nil { problem = "a record at byte \(position) is torn" }
                break
            }
            let payload = UnsafeRawBufferPointer(
                rebasing: bytes[position + SegmentFormat.frameSize..<position + SegmentFormat.frameSize + length])
            let next = position + SegmentFormat.frameSize + length
            let isWhole = checksum(at: position) == CRC32C.of(payload)
            if isWhole, body(payload) {
                position = next
                continue
            }
            if problem == nil { problem = "the record at byte \(position) is damaged" }
            // The length may be what is damaged: it is believed when a whole record follows.
            guard isWhole || isRecordWhole(at: next) else { break }
            isTornAtEnd = false
            whole.append(start..<position)
            (start, position) = (next, next)
        }
        whole.append(start..<min(position, bytes.count))
    }

    private func isRecordWhole(at position: Int) -> Bool {
        guard let length = record(at: position) else { return false }
        let payload = UnsafeRawBufferPointer(
            rebasing: bytes[position + SegmentFormat.frameSize..<position + SegmentFormat.frameSize + length])
        return checksum(at: position) == CRC32C.of(payload)
    }

    /// The length of the payload of the record at a position; nil when there is no room for one.
    private func record(at position: Int) -> Int? {
        guard position + SegmentFormat.frameSize < bytes.count else { return nil }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        guard length > 0, length <= SegmentFormat.maxRecord, length <= bytes.count - position - SegmentFormat.frameSize else { return nil }
        return length
    }

    private func checksum(at position: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
    }
}

/// The series that a segment names, and what is done with their samples.
private struct SegmentSeries {
    private enum Entry {
        case named(LabelSet)
        case found(Unmanaged<Series>)
    }

    private var entries: [UInt32: Entry] = [:]
    private let cutoff: Int64

    init(cutoff: Int64) { self.cutoff = cutoff }

    /// Takes over what a record holds; false when it makes no sense.
    mutating func replay(_ record: inout RecordReader, _ stream: SegmentFormat.Stream, into store: SampleStore, lastTime: inout Int64)
        -> Bool
    {
        switch record.kind {
        case .series:
            while !record.isAtEnd {
                guard let (id, packed) = record.series(), let labels = LabelSet(packed: packed) else { return false }
                entries[id] = .named(labels)
            }
        case .samples where stream == .log:
            while !record.isAtEnd {
                guard let (id, time, value) = record.sample() else { return false }
                guard time > cutoff, let series = series(id, in: store) else { continue }
                series._withUnsafeGuaranteedRef { series in
                    // What is in chunks already is no news: not an error.
                    store.shard(of: series.id).withLockedValue { shard in _ = shard.append(to: series, time: time, value: value) }
                }
            }
        case .chunks where stream == .chunks:
            while !record.isAtEnd {
                guard let (id, header, bits) = record.chunk() else { return false }
                lastTime = max(lastTime, header.lastTime)
                guard header.lastTime > cutoff else { continue }
                let chunk = Chunk(header, bytes: bits.assumingMemoryBound(to: UInt8.self))
                guard let last = chunk.verifiedLast else { return false }
                guard let series = series(id, in: store) else { continue }
                series._withUnsafeGuaranteedRef { series in
                    store.shard(of: series.id).withLockedValue { shard in
                        _ = series.samples.restore(chunk, last, account: &shard.account)
                        shard.newestTime = max(shard.newestTime, header.lastTime)
                    }
                }
            }
        default: return false
        }
        return true
    }

    /// The series that an id stands for in this segment. It is made here, not when it is named: it may have no samples that are new enough.
    @inline(__always)
    private mutating func series(_ id: UInt32, in store: SampleStore) -> Unmanaged<Series>? {
        switch entries[id] {
        case .found(let series): return series
        case .named(let labels):
            let series = store.shards[Shard.index(of: labels)].withLockedValue { shard in
                shard.directory.find(labels) ?? store.insert(labels, into: &shard)
            }
            entries[id] = .found(series)
            return series
        case nil: return nil
        }
    }
}
