import CPlatform
import Glibc

/// A directory that belongs to this process alone for as long as the value lives: made if it was missing, locked, on a file system that can be trusted.
final class StorageDirectory: Sendable {
    /// The directory.
    let path: String
    private let lock: Int32

    /// Takes the directory, or says who has it.
    ///
    /// - Parameter name: The lock file's name without `.lock`.
    init(_ path: String, name: String, magic: (String) -> UInt64?) throws(JournalError) {
        self.path = path
        try Self.create(path)
        if let kind = magic(path).flatMap(Filesystem.refusedKind) { throw .unsupportedFilesystem(path: path, kind: kind) }
        lock = try Self.lock("\(path)/\(name).lock", for: path)
    }

    deinit {
        // Closing alone is not enough: a child between fork and exec still has the descriptor, and with it the lock.
        _ = flock(lock, LOCK_UN)
        close(lock)
    }

    /// A path inside the directory.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes renames and new files in the directory durable.
    func sync() { Self.sync(path) }

    private static func sync(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func create(_ path: String) throws(JournalError) {
        try make(path, for: path)
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .notWritable(path: path, reason: String(cString: strerror(ENOTDIR)))
        }
    }

    /// `mkdir -p`.
    private static func make(_ directory: String, for path: String) throws(JournalError) {
        var code = mkdir(directory, 0o755) == 0 ? 0 : errno
        if code == ENOENT, let parent = parent(of: directory) {
            try make(parent, for: path)
            code = mkdir(directory, 0o755) == 0 ? 0 : errno
        }
        switch code {
        // A directory that a power cut takes away takes everything in it along.
        case 0: sync("\(directory)/..")
        case EEXIST: return
        default: throw .notWritable(path: path, reason: String(cString: strerror(code)))
        }
    }

    private static func parent(of path: String) -> String? {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count > 1 else { return nil }
        parts.removeLast()
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    private static func lock(_ file: String, for path: String) throws(JournalError) -> Int32 {
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .notWritable(path: path, reason: String(cString: strerror(errno))) }
        let code = cplatform_flock_exclusive(descriptor)
        guard code == 0 else {
            let holder = holder(written: descriptor)
            close(descriptor)
            if code == EWOULDBLOCK { throw .heldByOtherProcess(path: path, pid: holder.pid, command: holder.command) }
            throw .notWritable(path: path, reason: "locking failed: \(String(cString: strerror(code)))")
        }
        let note = Array("\(getpid())\n\(CommandLine.arguments.joined(separator: " "))\n".utf8)
        // The note only helps people: a directory without room for it can still be worked on.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, note, note.count, 0) }
        return descriptor
    }

    /// What the holder of the lock wrote about itself.
    private static func holder(written descriptor: Int32) -> (pid: Int32?, command: String?) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n", maxSplits: 1)
        let command = lines.dropFirst().first?.split(separator: "\n").first.map(String.init)
        return (lines.first.flatMap { Int32($0) }, command)
    }
}
