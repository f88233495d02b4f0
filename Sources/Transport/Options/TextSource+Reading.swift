import Glibc

extension TextSource {
    /// The text, read from its file now if it is in one, white space around it dropped.
    ///
    /// `purpose` names the value in the error, such as "the password".
    func read(as purpose: String) throws(TransportError) -> String {
        switch self {
        case .inline(let text): return text
        case .file(let path):
            let text = String(decoding: try Self.bytes(at: path, purpose: purpose), as: UTF8.self)
            return String(text.trimmingPrefix { $0.isWhitespace }.reversed().trimmingPrefix { $0.isWhitespace }.reversed())
        }
    }

    /// The bytes as they are, for PEM.
    func readBytes(as purpose: String) throws(TransportError) -> [UInt8] {
        switch self {
        case .inline(let text): Array(text.utf8)
        case .file(let path): try Self.bytes(at: path, purpose: purpose)
        }
    }

    /// No secret, token or certificate bundle is longer; a path such as /dev/zero must not fill the memory.
    private static let longestFile = 16 << 20

    private static func bytes(at path: String, purpose: String) throws(TransportError) -> [UInt8] {
        func failure(_ reason: String) -> TransportError { .unreadableFile(purpose: purpose, path: path, reason: reason) }
        func systemFailure() -> TransportError { failure(String(cString: strerror(errno))) }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw systemFailure() }
        defer { close(file) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw systemFailure() }
            guard count > 0 else { return contents }
            contents.append(contentsOf: chunk[..<count])
            guard contents.count <= longestFile else { throw failure("longer than \(longestFile) bytes") }
        }
    }
}
