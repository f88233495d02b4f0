import Glibc

/// Whole files, read without Foundation.
public enum FileReader {
    /// Why a file cannot be read, in the system's words.
    public struct Fault: Error {
        /// The words.
        public let message: String
    }

    /// A configuration beyond this is a mistake in the path.
    static let limit = 64 << 20

    /// The bytes of a file.
    public static func contents(of path: String) -> Result<[UInt8], Fault> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(systemFault()) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(systemFault())
            }
            if count == 0 { return .success(bytes) }
            bytes += chunk[..<count]
        }
        return .failure(Fault(message: "larger than \(limit >> 20) MiB"))
    }

    /// Why a file cannot be read, if so.
    public static func fault(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, access(path, R_OK) == 0 else { return systemFault().message }
        return status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : nil
    }

    private static func systemFault() -> Fault { Fault(message: String(cString: strerror(errno))) }
}
