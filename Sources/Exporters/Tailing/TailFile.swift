import Glibc

/// A file that is open for reading, with the place up to which it has been read.
final class TailFile {
    /// A file's identity while it exists.
    struct Key: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    let key: Key
    var place: LogPlace
    /// Since when nothing has been added to a file that is not the log any more, in monotonic nanoseconds.
    var quietSince: Int64 = 0
    /// Whether nobody writes to it any more, so that it is done with when it has been read: a copy.
    var endsWhenRead = false
    let descriptor: Int32

    /// Takes over the descriptor.
    private init(descriptor: Int32, status: stat) {
        self.descriptor = descriptor
        key = status.key
        place = LogPlace()
        place.inode = status.key.inode
        place.modified = status.modified
    }

    deinit { close(descriptor) }

    /// Why a path cannot be read.
    enum Refusal: Error, Hashable {
        /// There is no file; the system's error.
        case missing(Int32)
        /// There is something else than a file, such as a directory.
        case notAFile(String)
        /// The system's error.
        case failed(Int32)

        init(code: Int32) { self = code == ENOENT || code == ENOTDIR ? .missing(code) : .failed(code) }
    }

    /// Why a part of it cannot be read: the system's error.
    struct Failure: Error, Hashable {
        var code: Int32
    }

    /// Opens the file at a path with its place at the start.
    static func open(_ path: String) -> Result<TailFile, Refusal> {
        // Without O_NONBLOCK a named pipe would hold up the thread.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(Refusal(code: errno)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            defer { close(descriptor) }
            return .failure(Refusal(code: errno))
        }
        let file = TailFile(descriptor: descriptor, status: status)
        if let kind = status.kindOfNoFile { return .failure(.notAFile(kind)) }
        if let code = file.startOver() { return .failure(.failed(code)) }
        return .success(file)
    }

    var status: stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    /// Puts the place at the start of the content that is there now. The system's error, or nil.
    func startOver() -> Int32? {
        guard let status else { return errno }
        place = LogPlace()
        place.inode = key.inode
        place.modified = status.modified
        switch fingerprint(at: 0, count: Int(min(Int64(LogPlace.headLimit), Int64(status.st_size)))) {
        case .success(let head): place.head = head
        case .failure(let failure): return failure.code
        }
        return nil
    }

    // MARK: Comparing

    enum Match: Equatable {
        case yes, no
        case failed(Int32)
    }

    /// Whether this place is in this file: it is long enough, and has the same first bytes and the same ones before the place.
    func holds(_ place: LogPlace) -> Match {
        for (expected, offset) in [(place.head, 0), (place.window, place.seen - Int64(place.window.count))] where expected.count > 0 {
            switch fingerprint(at: offset, count: expected.count) {
            case .success(let found): if found != expected { return .no }
            case .failure(let failure): return .failed(failure.code)
            }
        }
        guard let status else { return .failed(errno) }
        return status.st_size >= place.seen ? .yes : .no
    }

    /// Of the bytes at a place; of fewer where the file ends before.
    func fingerprint(at offset: Int64, count: Int) -> Result<ByteFingerprint, Failure> {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: LogPlace.headLimit) { buffer in
            let piece = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<min(count, LogPlace.headLimit)])
            return read(into: piece, at: offset).map { ByteFingerprint(UnsafeBufferPointer(rebasing: buffer[..<$0])) }
        }
    }

    /// Fills a buffer from a place on; fewer bytes only at the file's end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Result<Int, Failure> {
        var filled = 0
        while filled < buffer.count {
            let count = pread(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(offset) + off_t(filled))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return .failure(Failure(code: errno)) }
            if count == 0 { break }
            filled += count
        }
        return .success(filled)
    }
}

extension stat {
    var key: TailFile.Key { TailFile.Key(device: UInt64(st_dev), inode: UInt64(st_ino)) }

    /// Nanoseconds since the epoch.
    var modified: Int64 { Int64(st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(st_mtim.tv_nsec) }

    /// What it is if it is no regular file.
    var kindOfNoFile: String? {
        switch st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a directory"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}
