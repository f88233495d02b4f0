import Glibc

/// Where a client command's words go.
struct Console: Sendable {
    /// The two streams of a process.
    enum Stream: Int32, Sendable {
        case output = 1
        case error = 2
    }

    /// Takes a text as it is, line ends included.
    let write: @Sendable (Stream, String) -> Void

    /// Writes a line to standard output.
    func print(_ line: String) { write(.output, line + "\n") }

    /// Writes a line to standard error.
    func complain(_ line: String) { write(.error, line + "\n") }

    /// This process's own streams.
    static let standard = Console { stream, text in
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(stream.rawValue, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            // A reader that went away is no reason to fail.
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
