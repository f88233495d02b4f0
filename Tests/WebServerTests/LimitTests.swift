import Foundation
import Testing
import WebServer

@Suite("Limits", .serialized)
struct LimitTests {
    /// Peak resident memory of this process in bytes.
    static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (Int(line?.split(separator: " ", omittingEmptySubsequences: true)[1] ?? "") ?? 0) * 1024
    }

    @Test("a body of 1 GB is refused with 413 in bounded memory", arguments: [true, false])
    func hugeBody(declared: Bool) async throws {
        let called = Gate()
        let handler: @Sendable (WebRequest) async -> WebResponse = { request in
            await called.open()
            return await echo(request)
        }
        try await withServer(handler: handler) { server, address in
            let before = try Self.peakMemory()
            let answer = try await onThread {
                let client = try RawClient(address)
                let framing = declared ? "Content-Length: 1073741824" : "Transfer-Encoding: chunked"
                client.send("POST / HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n")
                let mebibyte = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
                let piece = declared ? mebibyte : Array("100000\r\n".utf8) + mebibyte + Array("\r\n".utf8)
                for _ in 0..<1024 where client.send(piece) < piece.count { break }
                return try client.answer()
            }
            #expect(answer.status == 413)
            #expect(answer.text == "The body is longer than 33554432 bytes.\n")
            #expect(answer.field("connection") == "close")
            #expect(try Self.peakMemory() - before < 160 << 20)
            #expect(server.bodyBytesInFlight == 0)
            let small = try await onThread { try RawClient.request(address, "POST", "/", body: "abc") }
            #expect(small.text == "POST /? - 3")
        }
    }

    @Test("a body of exactly the limit is taken, one byte more is not")
    func edge() async throws {
        try await withServer({ $0.maximumBodyBytes = 100 }, handler: echo) { _, address in
            let whole = String(repeating: "a", count: 100)
            let atLimit = try await onThread { try RawClient.request(address, "POST", "/", body: whole).text }
            #expect(atLimit == "POST /? - 100")
            let over = try await onThread { try RawClient.request(address, "POST", "/", body: whole + "a").status }
            #expect(over == 413)
        }
    }

    @Test("a request that arrives byte by byte is dropped at the limit, in its header fields and in its body")
    func slowRequest() async throws {
        try await withServer({ $0.requestTimeout = .milliseconds(150) }, handler: echo) { _, address in
            for start in ["GET / HTTP/1.1\r\nX-Slow: ", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"] {
                let answer = try await onThread {
                    let client = try RawClient(address)
                    client.send(start)
                    // Each byte would start a limit anew that counted from the last one.
                    while client.send("a") == 1 { usleep(10_000) }
                    return try client.answer()
                }
                #expect(answer.status == 408)
            }
        }
    }

    @Test("a connection that sends nothing is closed")
    func silentClient() async throws {
        try await withServer({ $0.requestTimeout = .milliseconds(50) }, handler: echo) { _, address in
            let isClosed = try await onThread { try RawClient(address).isAtEnd() }
            #expect(isClosed)
        }
    }

    @Test("an idle connection is closed after its own limit, which is longer than that of a request")
    func idle() async throws {
        let change: (inout WebServerOptions) -> Void = {
            $0.requestTimeout = .milliseconds(300)
            $0.idleTimeout = .seconds(3)
        }
        try await withServer(change, handler: echo) { _, address in
            try await onThread {
                let client = try RawClient(address)
                client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.answer().status == 200)
                usleep(600_000)
                client.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.answer().status == 200)
                #expect(client.isAtEnd())
            }
        }
    }

    @Test("bodies in flight are bounded: what exceeds them is answered 503 until others are done")
    func bodiesInFlight() async throws {
        let gate = Gate()
        let change: (inout WebServerOptions) -> Void = { $0.bodiesInFlightBytes = 1_000_000 }
        let handler: @Sendable (WebRequest) async -> WebResponse = { request in
            if request.path == "/hold" { await gate.pass() }
            return await echo(request)
        }
        try await withServer(change, handler: handler) { server, address in
            let large = String(repeating: "a", count: 900_000)
            let next = String(repeating: "b", count: 200_000)
            async let held = onThread { try RawClient.request(address, "POST", "/hold", body: large) }
            await gate.came(1)
            #expect(server.bodyBytesInFlight == 900_000)
            let refused = try await onThread { try RawClient.request(address, "POST", "/", body: next) }
            #expect(refused.status == 503)
            #expect(refused.field("retry-after") == "1")
            let small = try await onThread { try RawClient.request(address, "POST", "/", body: "small").status }
            #expect(small == 200)
            await gate.open()
            let kept = try await held
            #expect(kept.status == 200)
            let later = try await onThread { try RawClient.request(address, "POST", "/", body: next).status }
            #expect(later == 200)
        }
    }

    @Test("a client that does not read its answer is dropped, and the stream learns of it without having produced much")
    func stalledReader() async throws {
        let produced = Tally()
        let ended = Gate()
        let change: (inout WebServerOptions) -> Void = { $0.writeStallTimeout = .milliseconds(150) }
        let handler: @Sendable (WebRequest) async -> WebResponse = { _ in
            WebResponse(
                body: .stream { writer in
                    do {
                        while true {
                            try await writer.write([UInt8](repeating: 1, count: 100_000))
                            await produced.add(100_000)
                        }
                    } catch {
                        await ended.open()
                        throw error
                    }
                })
        }
        try await withServer(change, handler: handler) { _, address in
            let client = try await onThread { UncheckedBox(try RawClient(address)) }
            try await onThread { _ = client.value.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
            await ended.pass()
            #expect(await produced.total < 64 << 20)
        }
    }

    @Test("a client that does not read a long known body is dropped")
    func stalledReaderOfBytes() async throws {
        let change: (inout WebServerOptions) -> Void = {
            $0.writeStallTimeout = .milliseconds(150)
            $0.getConcurrency = 1
        }
        let arrived = Gate()
        let handler: @Sendable (WebRequest) async -> WebResponse = { request in
            guard request.path == "/long" else { return await echo(request) }
            await arrived.open()
            return WebResponse(body: .bytes([UInt8](repeating: 1, count: 40 << 20)))
        }
        try await withServer(change, handler: handler) { server, address in
            let client = try await onThread { UncheckedBox(try RawClient(address)) }
            try await onThread { _ = client.value.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n") }
            await arrived.pass()
            // The slot is free again only after the first client was dropped.
            while try await onThread({ try RawClient.request(address, "GET", "/").status }) != 200 {}
            let received = try await onThread { client.value.rest().count }
            #expect(received < 40 << 20)
        }
    }

    @Test("more GET requests than allowed are answered 503 with Alertmanager's text; other methods are not limited")
    func getConcurrency() async throws {
        let gate = Gate()
        let handler: @Sendable (WebRequest) async -> WebResponse = { request in
            if request.path == "/hold" { await gate.pass() }
            return await echo(request)
        }
        try await withServer({ $0.getConcurrency = 1 }, handler: handler) { server, address in
            async let held = onThread { try RawClient.request(address, "GET", "/hold") }
            await gate.came(1)
            #expect(server.getsInFlight == 1)
            let refused = try await onThread { try RawClient.request(address, "GET", "/") }
            #expect(refused.status == 503)
            #expect(refused.text.hasPrefix("Limit of concurrent GET requests reached (1), try again later.\n"))
            #expect(server.getsRefused == 1)
            let post = try await onThread { try RawClient.request(address, "POST", "/").status }
            #expect(post == 200)
            await gate.open()
            let first = try await held
            #expect(first.status == 200)
            let next = try await onThread { try RawClient.request(address, "GET", "/").status }
            #expect(next == 200)
        }
    }

    @Test("a handler that exceeds the time-out is cancelled and answered for with 503")
    func handlerTimeout() async throws {
        let cancelled = Gate()
        let handler: @Sendable (WebRequest) async -> WebResponse = { request in
            guard request.path == "/slow" else { return await echo(request) }
            try? await Task.sleep(for: .seconds(60))
            if Task.isCancelled { await cancelled.open() }
            return WebResponse(status: 200, text: "too late")
        }
        try await withServer({ $0.timeout = .milliseconds(500) }, handler: handler) { _, address in
            try await onThread {
                let client = try RawClient(address)
                client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try client.answer()
                #expect(answer.status == 503)
                #expect(answer.text == "Exceeded configured timeout of 500ms.\n")
                client.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.answer().text == "GET /next? - 0")
            }
            await cancelled.pass()
        }
    }
}

/// Moves a client from one test thread to the next; they never use it at one time.
struct UncheckedBox<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// A sum.
actor Tally {
    private(set) var total = 0
    func add(_ count: Int) { total += count }
}
