import Glibc

/// A segment that is being written.
final class SegmentFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Makes the file; the header is for the caller to write.
    init(path: String) throws(SampleStoreError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit { Glibc.close(descriptor) }

    /// Writes bytes at an offset. After an error the file may hold some of them: the next attempt overwrites these, and a start cuts them off.
    func write(_ bytes: [UInt8], at offset: Int) throws(SampleStoreError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(offset + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path) }
            done += count
        }
    }

    /// Makes what was written durable.
    func sync() throws(SampleStoreError) {
        guard fdatasync(descriptor) == 0 else { throw Self.failure(path) }
    }

    /// What the call that failed last means for a file.
    static func failure(_ path: String, code: Int32 = errno) -> SampleStoreError {
        code == ENOSPC || code == EDQUOT ? .full(path: path) : .io(path: path, message: String(cString: strerror(code)))
    }
}

/// One stream of segments: the older ones, the one that is written, and what waits to be written.
struct SegmentStream {
    /// A segment that is not written any more.
    struct Ended {
        var number: UInt32
        var bytes: Int
        /// The newest time in it, milliseconds; for the log not known, so the largest number.
        var lastTime: Int64
        /// When it was ended, milliseconds.
        var endedAt: Int64
    }

    let stream: SegmentFormat.Stream
    /// The number of the segment that is written.
    private(set) var number: UInt32 = 1
    private(set) var ended: [Ended] = []
    /// Framed records that are not on the disk yet.
    var waiting: [UInt8] = []
    /// The newest time in the segment that is written, with what waits.
    var lastTime = Int64.min
    private(set) var size = 0
    private var file: SegmentFile?
    private var startedAt: Int64 = 0
    /// Whether something was written since the last sync.
    private(set) var isUnsynced = false

    init(_ stream: SegmentFormat.Stream) { self.stream = stream }

    /// Bytes on the disk.
    var bytes: Int { ended.reduce(size) { $0 + $1.bytes } }

    /// Segments on the disk.
    var count: Int { ended.count + (file == nil ? 0 : 1) }

    /// Takes note of a segment of an earlier run.
    mutating func restore(_ segment: Ended) {
        ended.append(segment)
        number = max(number, segment.number + 1)
    }

    /// A number that was taken, though its file is not ours to use.
    mutating func skip(_ taken: UInt32) { number = max(number, taken + 1) }

    /// Writes what waits. Returns the number of bytes. A fault is the error to fail with instead, for tests.
    mutating func write(in directory: StoreDirectory, now: Int64, fault: Int32 = 0) throws(SampleStoreError) -> Int {
        guard !waiting.isEmpty else { return 0 }
        if fault != 0 { throw SegmentFile.failure(directory.file(stream.fileName(number)), code: fault) }
        let file: SegmentFile
        if let open = self.file {
            file = open
        } else {
            file = try SegmentFile(path: directory.file(stream.fileName(number)))
            self.file = file
            startedAt = now
            directory.sync()
        }
        if size == 0 {
            try file.write(stream.header, at: 0)
            size = SegmentFormat.headerSize
        }
        try file.write(waiting, at: size)
        let written = waiting.count
        size += written
        isUnsynced = true
        // The memory of a burst is given back.
        waiting.removeAll(keepingCapacity: waiting.capacity <= 1 << 20)
        return written
    }

    /// The file that is to be synced; nil when there is nothing new in it. Whoever asks syncs it.
    mutating func takeUnsynced() -> SegmentFile? {
        guard isUnsynced else { return nil }
        isUnsynced = false
        return file
    }

    /// A sync failed: it is to be tried again.
    mutating func markUnsynced() { isUnsynced = file != nil }

    /// Whether the segment is as large or as old as segments become.
    func isComplete(maxBytes: Int, maxAge: Int64, now: Int64) -> Bool {
        file != nil && waiting.isEmpty && (size >= maxBytes || now - startedAt >= maxAge)
    }

    /// Ends the segment that is written, synced; what comes next goes to a new one.
    mutating func end(now: Int64) throws(SampleStoreError) {
        guard let file else { return }
        try file.sync()
        ended.append(Ended(number: number, bytes: size, lastTime: stream == .log ? .max : lastTime, endedAt: now))
        begin()
    }

    private mutating func begin() {
        file = nil
        size = 0
        isUnsynced = false
        lastTime = .min
        number += 1
    }

    /// Removes ended segments from the disk, oldest first for as long as the condition holds. Returns how many.
    mutating func remove(in directory: StoreDirectory, while condition: (Ended) -> Bool) -> Int {
        var removed = 0
        while removed < ended.count, condition(ended[removed]) {
            unlink(directory.file(stream.fileName(ended[removed].number)))
            removed += 1
        }
        ended.removeFirst(removed)
        return removed
    }
}
