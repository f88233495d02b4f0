import Glibc

/// Standard output, line by line.
enum Output {
    /// Writes a line.
    static func line(_ text: String) {
        var bytes = Array(text.utf8)
        bytes.append(10)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(1, $0.baseAddress.map { $0 + written }, bytes.count - written) }
            if count <= 0 { return }
            written += count
        }
    }
}
