import Glibc

/// Files that are on the disk when the call returns.
enum DurableFile {
    /// Writes a file that only its owner may read.
    static func write(_ bytes: [UInt8], to path: String) throws(ClientError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Gives a file another name, replacing what had it.
    static func rename(_ path: String, to name: String) throws(ClientError) {
        guard Glibc.rename(path, name) == 0 else { throw failure(name) }
        let directory = name.lastIndex(of: "/").map { String(name[...$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ path: String) -> ClientError {
        .failed("could not write \(path): \(String(cString: strerror(errno)))")
    }
}
