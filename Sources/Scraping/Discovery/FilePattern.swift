import Glibc

/// A path of `file_sd_configs`, whose last part may be a glob.
struct FilePattern {
    /// The path up to and with its last slash; empty when there is none.
    let prefix: String
    /// The last part.
    let name: String

    init(_ path: String) {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        prefix = String(path[..<slash])
        name = String(path[slash...])
    }

    /// The directory to list and to watch.
    var directory: String {
        prefix.isEmpty ? "." : prefix == "/" ? "/" : String(prefix.dropLast())
    }

    /// Whether more than one name may match.
    var isGlob: Bool { name.contains { "*?[\\".contains($0) } }

    /// Whether a name in the directory is meant.
    func matches(_ candidate: String) -> Bool { isGlob ? fnmatch(name, candidate, 0) == 0 : name == candidate }

    /// What a directory holds.
    enum Listing {
        case names([String])
        case missing
        /// The system's words.
        case failed(String)
    }

    /// The names in a directory.
    static func list(_ directory: String) -> Listing {
        guard let stream = opendir(directory) else {
            return errno == ENOENT || errno == ENOTDIR ? .missing : .failed(String(cString: strerror(errno)))
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
                })
            errno = 0
        }
        return errno == 0 ? .names(names) : .failed(String(cString: strerror(errno)))
    }
}

/// A file of targets as the system sees it.
enum TargetFile {
    /// What reading one brings.
    enum Content {
        case bytes([UInt8])
        case missing
        /// The system's words.
        case failed(String)
    }

    /// Changes whenever what a path leads to is another file or has been written; only its difference means something.
    struct Signature: Equatable {
        var device: UInt
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    /// A list beyond this is a mistake in the path.
    private static let limit = 64 << 20

    static func read(_ path: String) -> Content {
        // Without O_NONBLOCK a pipe under this name would hold everything up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return fault() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return fault() }
        guard status.st_mode & S_IFMT == S_IFREG else { return .failed("is not a regular file") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(0, min(Int(status.st_size) + 1, limit)))
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return fault() }
            if count == 0 { return .bytes(bytes) }
            bytes += chunk[..<count]
        }
        return .failed("larger than \(limit >> 20) MiB")
    }

    /// Of what the path leads to; nil when there is nothing.
    static func signature(_ path: String) -> Signature? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Signature(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }

    /// Whether something has this name.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 || errno != ENOENT && errno != ENOTDIR
    }

    static func isSymbolicLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Whether the name came by linking: then no write follows that would announce what it holds.
    static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && (status.st_mode & S_IFMT == S_IFLNK || status.st_nlink > 1)
    }

    private static func fault() -> Content {
        errno == ENOENT || errno == ENOTDIR ? .missing : .failed(String(cString: strerror(errno)))
    }
}
