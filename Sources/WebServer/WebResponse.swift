/// What a handler answers. `Content-Length`, `Transfer-Encoding`, `Connection` and `Date` are the server's business.
public struct WebResponse: Sendable {
    /// The body of an answer.
    public enum Body: Sendable {
        /// The bytes, known whole.
        case bytes([UInt8])
        /// Written piece by piece while it is sent. It is not called for a HEAD request. When it throws, the connection is cut so that the
        /// client can tell the answer is not complete.
        case stream(@Sendable (inout WebBodyWriter) async throws -> Void)
    }

    /// The status code.
    public var status: Int
    /// Header fields, sent in this order.
    public var headers: [(String, String)]
    /// The body.
    public var body: Body

    /// An answer of these parts.
    public init(status: Int = 200, headers: [(String, String)] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A plain text answer.
    public init(status: Int, text: String) {
        self.init(
            status: status, headers: [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")],
            body: .bytes(Array(text.utf8)))
    }
}

/// Takes the pieces of a streamed body. Waits when the client reads more slowly than the handler writes, so memory stays bounded.
public struct WebBodyWriter {
    /// Pieces are collected until there are this many bytes.
    static let chunkBytes = 64 * 1024

    /// Bytes written so far.
    public private(set) var byteCount = 0
    private var pending: [UInt8] = []
    private let send: @Sendable ([UInt8]) async throws -> Void

    /// A writer over this sink; tests collect a body with it.
    public init(send: @escaping @Sendable ([UInt8]) async throws -> Void) { self.send = send }

    /// Writes these bytes. Throws `CancellationError` when the client is gone or too slow.
    public mutating func write(_ bytes: [UInt8]) async throws {
        byteCount += bytes.count
        if pending.isEmpty && bytes.count >= Self.chunkBytes {
            try await send(bytes)
            return
        }
        pending.append(contentsOf: bytes)
        if pending.count >= Self.chunkBytes { try await flush() }
    }

    /// Sends what was collected so far.
    public mutating func flush() async throws {
        guard !pending.isEmpty else { return }
        let bytes = pending
        pending = []
        try await send(bytes)
    }
}
