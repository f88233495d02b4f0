import Glibc
import NIOConcurrencyHelpers

/// A small HTTP/1.1 server on 127.0.0.1, on plain sockets, a thread a connection: enough to see what a client really sends.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        var method = ""
        var target = ""
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// Counts the server's connections from 0.
        var connection = 0

        subscript(header name: String) -> String? { headers.first { $0.0.lowercased() == name.lowercased() }?.1 }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    enum Reply: Sendable {
        case answer(Int, headers: [(String, String)] = [], body: String = "")
        /// A body that is no text.
        case bytes([UInt8], headers: [(String, String)])
        /// These bytes, then the end of the connection.
        case raw(String)
        /// These bytes, then nothing until the client goes away.
        case stall(after: String)

        /// Nothing until the client goes away.
        static let hang = Reply.stall(after: "")
    }

    let port: Int
    private let listener: Int32
    private let handler: @Sendable (Request) -> Reply
    private let seen = NIOLockedValueBox<[Request]>([])
    /// What is open. Numbers are shut down and given up under the lock alone: once closed, a number is soon another's.
    private let open: NIOLockedValueBox<(listener: Int32?, connections: [Int32])>
    private let goneClients = NIOLockedValueBox<Int>(0)

    init(_ handler: @escaping @Sendable (Request) -> Reply) throws {
        self.handler = handler
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 256) == 0 && getsockname(listener, generic, &length) == 0
            }
        }
        guard bound else { throw SocketFailure(code: errno) }
        self.listener = listener
        open = NIOLockedValueBox((listener, []))
        port = Int(UInt16(bigEndian: address.sin_port))
        // The thread ends when the listener is shut down; it keeps the server alive only until then.
        startThread { [self] in acceptLoop() }
    }

    struct SocketFailure: Error { let code: Int32 }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.withLockedValue { $0 } }

    /// Ends the server: clients that wait see their connections close.
    func stop() {
        open.withLockedValue { open in
            if let listener = open.listener { shutdown(listener, Int32(SHUT_RDWR)) }
            for connection in open.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    /// Waits until this many clients went away while they were left hanging.
    func waitForGoneClients(_ count: Int) async {
        while goneClients.withLockedValue({ $0 }) < count { await Task.yield() }
    }

    /// Waits until this many requests have been read.
    func waitForRequests(_ count: Int) async {
        while seen.withLockedValue({ $0.count }) < count { await Task.yield() }
    }

    private func acceptLoop() {
        var number = 0
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            open.withLockedValue { $0.connections.append(connection) }
            let id = number
            number += 1
            startThread { [self] in
                serve(connection, number: id)
                open.withLockedValue { open in
                    open.connections.removeAll { $0 == connection }
                    close(connection)
                }
            }
        }
        open.withLockedValue { open in
            open.listener = nil
            close(listener)
        }
    }

    private func serve(_ connection: Int32, number: Int) {
        var buffer: [UInt8] = []
        while var request = readRequest(connection, &buffer) {
            request.connection = number
            seen.withLockedValue { $0.append(request) }
            switch handler(request) {
            case .answer(let status, let headers, let body):
                var head = "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.utf8.count)\r\n"
                for (name, value) in headers { head += "\(name): \(value)\r\n" }
                write(head + "\r\n" + (request.method == "HEAD" ? "" : body), to: connection)
            case .bytes(let body, let headers):
                var head = "HTTP/1.1 200 Status\r\nContent-Length: \(body.count)\r\n"
                for (name, value) in headers { head += "\(name): \(value)\r\n" }
                write(Array((head + "\r\n").utf8) + body, to: connection)
            case .raw(let text):
                write(text, to: connection)
                return
            case .stall(let text):
                write(text, to: connection)
                var byte: UInt8 = 0
                while read(connection, &byte, 1) > 0 {}
                goneClients.withLockedValue { $0 += 1 }
                return
            }
        }
    }

    private func readRequest(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        let separator = Array("\r\n\r\n".utf8)
        while true {
            if let head = buffer.firstRange(of: separator) {
                let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
                var request = Request()
                let words = lines[0].split(separator: " ")
                (request.method, request.target) = (String(words[0]), String(words[1]))
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    request.headers.append((String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""))
                }
                let length = Int(request[header: "Content-Length"] ?? "0") ?? 0
                while buffer.count < head.upperBound + length { guard fill(&buffer, from: connection) else { return nil } }
                request.body = Array(buffer[head.upperBound..<head.upperBound + length])
                buffer.removeFirst(head.upperBound + length)
                return request
            }
            guard fill(&buffer, from: connection) else { return nil }
        }
    }

    private func fill(_ buffer: inout [UInt8], from connection: Int32) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(connection, &chunk, chunk.count)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private func write(_ text: String, to connection: Int32) { write(Array(text.utf8), to: connection) }

    private func write(_ bytes: [UInt8], to connection: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { send(connection, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// A port on which nobody listens.
    static func closedPort() throws -> Int {
        let server = try LoopbackServer { _ in .hang }
        server.stop()
        return server.port
    }
}

/// A thread of its own for blocking calls; Swift's few shared ones must not be blocked.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    pthread_detach(thread)
}

/// Runs a test body with a server that is stopped afterwards.
func withServer<R>(
    _ handler: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Reply, _ body: (LoopbackServer) async throws -> R
) async throws -> R {
    let server = try LoopbackServer(handler)
    defer { server.stop() }
    return try await body(server)
}
