import Glibc

/// Why a file or a directory could not be read.
struct FileError: Error, Hashable, CustomStringConvertible {
    /// What hindered it.
    enum Cause: Hashable {
        /// The system's error.
        case system(Int32)
        /// It has more bytes than are read.
        case larger(than: Int)
        /// It is something else, such as `a directory`.
        case noFile(String)
    }

    let path: String
    let cause: Cause

    /// Whether there is nothing of that name.
    var isMissing: Bool { cause == .system(ENOENT) || cause == .system(ENOTDIR) }

    /// What was found there.
    var found: String {
        switch cause {
        case .system(let code): String(cString: strerror(code))
        case .larger(let limit): "it is larger than \(limit) bytes"
        case .noFile(let kind): "it is \(kind)"
        }
    }

    var description: String { "\(path) cannot be read: \(found)" }
}

/// Small files as a whole, and the names in directories.
enum SmallFile {
    /// What becomes of a file that is larger than the limit.
    enum Excess {
        /// It is an error.
        case refused
        /// It is read up to the limit.
        case cut
    }

    /// The bytes of a plain file: a pipe would be waited for, and a device has no end.
    ///
    /// - Parameters:
    ///   - directory: an open one that a relative path begins at.
    ///   - limit: how many bytes are read at most.
    ///   - size: how many are expected: files of the kernel are made while they are read, best in one piece.
    static func read(
        _ path: String, in directory: Int32 = AT_FDCWD, limit: Int, _ excess: Excess = .refused, expecting size: Int = 16 << 10
    ) throws(FileError) -> [UInt8] {
        let file = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else { throw FileError(path: path, cause: .system(errno)) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileError(path: path, cause: .system(errno)) }
        if let kind = status.kindOfNoFile { throw FileError(path: path, cause: .noFile(kind)) }
        var bytes: [UInt8] = []
        var size = size
        while true {
            var (count, failure) = (0, Int32(0))
            let piece = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
                count = Glibc.read(file, buffer.baseAddress, size)
                failure = errno
                filled = max(count, 0)
            }
            if count < 0, failure == EINTR { continue }
            guard count >= 0 else { throw FileError(path: path, cause: .system(failure)) }
            if count == 0 { return bytes }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            if bytes.count > limit {
                guard excess == .cut else { throw FileError(path: path, cause: .larger(than: limit)) }
                return Array(bytes.prefix(limit))
            }
            size = max(size, bytes.count)
        }
    }

    /// What is in a directory, without `.` and `..`.
    static func names(in path: String) throws(FileError) -> [String] {
        guard let directory = opendir(path) else { throw FileError(path: path, cause: .system(errno)) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
