import Foundation
import Glibc

/// A client over a blocking socket, which can misbehave. Use it inside `onThread`, never on the threads of Swift's tasks.
final class RawClient {
    struct Answer {
        var status: Int
        var head: String
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }
    }

    struct Failure: Error { let message: String }

    private let descriptor: Int32
    private var received: [UInt8] = []

    init(_ address: String) throws {
        let port = UInt16(address.split(separator: ":").last ?? "") ?? 0
        if address.hasPrefix("[::1]") {
            descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
            var target = sockaddr_in6()
            target.sin6_family = sa_family_t(AF_INET6)
            target.sin6_port = port.bigEndian
            target.sin6_addr = in6addr_loopback
            try connect(&target)
        } else {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = port.bigEndian
            target.sin_addr.s_addr = inet_addr("127.0.0.1")
            try connect(&target)
        }
        // No test waits for ever.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    private func connect<Address>(_ target: inout Address) throws {
        let size = socklen_t(MemoryLayout<Address>.size)
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
        }
        guard result == 0 else { throw Failure(message: "connect: \(String(cString: strerror(errno)))") }
    }

    /// Sends all bytes, or as many as the server takes; returns how many.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Some more bytes; false at the end.
    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }

    /// Whether the server has closed and nothing more comes.
    func isAtEnd() -> Bool { received.isEmpty && !receive() }

    /// Everything until the server closes.
    func rest() -> [UInt8] {
        while receive() {}
        defer { received = [] }
        return received
    }

    private func line() throws -> String {
        while true {
            if let end = received.firstIndex(of: 10) {
                defer { received.removeFirst(end + 1) }
                return String(decoding: received[..<end].filter { $0 != 13 }, as: UTF8.self)
            }
            guard receive() else { throw Failure(message: "closed within a line: \(String(decoding: received, as: UTF8.self))") }
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while received.count < count {
            guard receive() else { throw Failure(message: "closed after \(received.count) of \(count) bytes") }
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// The next answer. `toHead`: the answer is to a HEAD request and has no body.
    func answer(toHead: Bool = false) throws -> Answer {
        let status = try line()
        var head = status
        while case let field = try line(), !field.isEmpty { head += "\r\n" + field }
        var answer = Answer(status: Int(status.split(separator: " ")[1]) ?? 0, head: head, body: [])
        if toHead || answer.status == 204 || answer.status < 200 { return answer }
        if let length = answer.field("content-length") {
            answer.body = try take(Int(length) ?? 0)
        } else if answer.field("transfer-encoding") == "chunked" {
            while let size = Int(try line(), radix: 16), size > 0 {
                answer.body += try take(size)
                _ = try line()
            }
            _ = try line()
        } else {
            answer.body = rest()
        }
        return answer
    }

    /// One request over a new connection.
    static func request(_ address: String, _ method: String, _ target: String, body: String = "") throws -> Answer {
        let client = try RawClient(address)
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        client.send("\(method) \(target) HTTP/1.1\r\nHost: x\r\n\(length)\r\n\(body)")
        return try client.answer(toHead: method == "HEAD")
    }
}

/// Runs blocking code on a thread of its own.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}

extension RawClient.Answer: Sendable {}

/// A door that stays shut until it is opened; counts who came.
actor Gate {
    private var isOpen = false
    private var count = 0
    private var passers: [CheckedContinuation<Void, Never>] = []
    private var watchers: [(Int, CheckedContinuation<Void, Never>)] = []

    func pass() async {
        count += 1
        for (wanted, watcher) in watchers where wanted <= count { watcher.resume() }
        watchers.removeAll { $0.0 <= count }
        if !isOpen { await withCheckedContinuation { passers.append($0) } }
    }

    /// Waits until this many came.
    func came(_ wanted: Int) async {
        if count < wanted { await withCheckedContinuation { watchers.append((wanted, $0)) } }
    }

    func open() {
        isOpen = true
        for passer in passers { passer.resume() }
        passers = []
    }
}
