import Glibc

/// Small files as a whole, and the names in directories.
enum SmallFile {
    /// The bytes of a file, or nil with errno when it cannot be read or is larger than allowed (EFBIG).
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return read(file, limit: limit)
    }

    /// The rest of an open file.
    static func read(_ file: Int32, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        let size = 16 << 10
        while true {
            var failure: Int32 = 0
            var count = 0
            let part = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
                count = Glibc.read(file, buffer.baseAddress, size)
                failure = count < 0 ? errno : 0
                filled = max(count, 0)
            }
            if count < 0, failure == EINTR { continue }
            guard count > 0 else {
                errno = failure
                return count == 0 ? bytes : nil
            }
            bytes += part
            guard bytes.count <= limit else {
                errno = EFBIG
                return nil
            }
        }
    }

    /// What is in a directory, without `.` and `..`; nil with errno when it cannot be read.
    static func names(in path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
