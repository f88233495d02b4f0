import CPlatform
import Glibc

/// A directory that belongs to this process alone for as long as the value lives: made if it was missing, locked, on a file system that can be trusted.
final class StoreDirectory: Sendable {
    /// The directory.
    let path: String
    private let lock: Int32

    /// Takes the directory, or says who has it.
    init(_ path: String, magic: (String) -> UInt64?) throws(SampleStoreError) {
        self.path = path
        try Self.make(path, for: path)
        if let kind = magic(path).flatMap(Self.refusedKind) { throw .unsupportedFilesystem(path: path, kind: kind) }
        lock = try Self.lock("\(path)/samples.lock", for: path)
    }

    deinit {
        // Closing alone is not enough: a child between fork and exec still has the descriptor, and with it the lock.
        _ = flock(lock, LOCK_UN)
        close(lock)
    }

    /// A path inside the directory.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names of the files in it, sorted.
    func names() -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes renames and new files in the directory durable.
    func sync() { Self.sync(path) }

    /// The `statfs` magic of the file system that holds a path; nil when it cannot be told.
    @Sendable static func magic(of path: String) -> UInt64? {
        var magic: UInt64 = 0
        return cplatform_filesystem_magic(path, &magic) == 0 ? magic : nil
    }

    /// What to call a file system whose locks and syncs cannot be trusted; nil when it is fine.
    private static func refusedKind(magic: UInt64) -> String? {
        switch magic {
        case 0x0102_1997: "a Windows drive or another host's directory (9p, drvfs)"
        case 0x6969: "a network file system (NFS)"
        case 0xFF53_4D42, 0xFE53_4D42, 0x517B: "a Windows share (CIFS, SMB)"
        default: nil
        }
    }

    private static func sync(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// `mkdir -p`.
    private static func make(_ directory: String, for path: String) throws(SampleStoreError) {
        var code = mkdir(directory, 0o755) == 0 ? 0 : errno
        if code == ENOENT, let slash = directory.utf8.lastIndex(of: UInt8(ascii: "/")), slash > directory.startIndex {
            try make(String(directory[..<slash]), for: path)
            code = mkdir(directory, 0o755) == 0 ? 0 : errno
        }
        switch code {
        // A directory that a power cut takes away takes everything in it along.
        case 0: sync("\(directory)/..")
        case EEXIST:
            var status = stat()
            guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw .notWritable(path: path, reason: String(cString: strerror(ENOTDIR)))
            }
        default: throw .notWritable(path: path, reason: String(cString: strerror(code)))
        }
    }

    private static func lock(_ file: String, for path: String) throws(SampleStoreError) -> Int32 {
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .notWritable(path: path, reason: String(cString: strerror(errno))) }
        let code = cplatform_flock_exclusive(descriptor)
        guard code == 0 else {
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = pread(descriptor, &bytes, bytes.count, 0)
            close(descriptor)
            let pid = Int32(String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self))
            if code == EWOULDBLOCK { throw .heldByOtherProcess(path: path, pid: pid) }
            throw .notWritable(path: path, reason: "locking failed: \(String(cString: strerror(code)))")
        }
        let note = Array("\(getpid())\n".utf8)
        // The note only helps people: a directory without room for it can still be worked on.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, note, note.count, 0) }
        return descriptor
    }
}
