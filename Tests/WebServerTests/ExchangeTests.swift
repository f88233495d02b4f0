import Testing
import WebServer

@Suite("Requests and answers")
struct ExchangeTests {
    @Test("method, path, query, fields and body reach the handler as they were sent")
    func parts() async throws {
        try await withServer(handler: echo) { _, address in
            let answer = try await onThread {
                let client = try RawClient(address)
                client.send("POST /a%20b/c?x=1&y=%7B?z HTTP/1.1\r\nHost: x\r\nX-TEST: Value\r\nContent-Length: 5\r\n\r\nhello")
                return try client.answer()
            }
            #expect(answer.text == "POST /a%20b/c?x=1&y=%7B?z Value 5")
            #expect(answer.status == 200)
            #expect(answer.field("content-type") == "text/plain; charset=utf-8")
            #expect(answer.field("date")?.hasSuffix(" GMT") == true)
        }
    }

    @Test("a target in absolute form is reduced to its path")
    func absoluteForm() async throws {
        try await withServer(handler: echo) { _, address in
            let path = try await onThread { try RawClient.request(address, "GET", "http://host:1/p?q").text }
            #expect(path == "GET /p?q - 0")
            let root = try await onThread { try RawClient.request(address, "GET", "http://host:1").text }
            #expect(root == "GET /? - 0")
        }
    }

    @Test("a connection serves requests one after another, also when they are sent at once")
    func keepAlive() async throws {
        try await withServer(handler: echo) { _, address in
            try await onThread {
                let client = try RawClient(address)
                for number in 1...3 {
                    client.send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try client.answer().text == "GET /\(number)? - 0")
                }
                let count = 3000
                client.send((1...count).map { "POST /\($0) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab" }.joined())
                for number in 1...count { #expect(try client.answer().text == "POST /\(number)? - 2") }
            }
        }
    }

    @Test("a body in chunks arrives whole")
    func chunkedRequest() async throws {
        try await withServer(handler: { WebResponse(body: .bytes($0.body)) }) { _, address in
            let answer = try await onThread {
                let client = try RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                client.send("A\r\n0123456789\r\n0\r\n\r\n")
                return try client.answer()
            }
            #expect(answer.text == "abc0123456789")
        }
    }

    @Test("a client that asks before it sends the body is told to go on")
    func expectContinue() async throws {
        try await withServer(handler: echo) { _, address in
            try await onThread {
                let client = try RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
                #expect(try client.answer().status == 100)
                client.send("abc")
                #expect(try client.answer().text == "POST /? - 3")
            }
        }
    }

    @Test("an answer to HEAD has the length of the body and no body")
    func head() async throws {
        try await withServer(handler: echo) { _, address in
            try await onThread {
                let client = try RawClient(address)
                client.send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try client.answer(toHead: true)
                #expect(answer.field("content-length") == "\("HEAD /h? - 0".utf8.count)")
                client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(try client.answer().text == "GET /? - 0")
                #expect(client.isAtEnd())
            }
        }
    }

    @Test("a stream is not run for HEAD")
    func headOfStream() async throws {
        let handler: @Sendable (WebRequest) async -> WebResponse = { _ in
            WebResponse(body: .stream { try await $0.write(Array("body".utf8)) })
        }
        try await withServer(handler: handler) { _, address in
            try await onThread {
                let client = try RawClient(address)
                client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.answer(toHead: true).status == 200)
                #expect(try client.answer().text == "body")
            }
        }
    }

    @Test("a stream arrives whole: in chunks over HTTP/1.1, until the end of the connection over HTTP/1.0")
    func stream() async throws {
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000)
        let handler: @Sendable (WebRequest) async -> WebResponse = { _ in
            WebResponse(
                body: .stream { writer in
                    for _ in 0..<200 { try await writer.write(piece) }
                })
        }
        try await withServer(handler: handler) { _, address in
            let chunked = try await onThread { try RawClient.request(address, "GET", "/") }
            #expect(chunked.field("transfer-encoding") == "chunked")
            #expect(chunked.body.count == 2_000_000)
            let old = try await onThread {
                let client = try RawClient(address)
                client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                return try client.answer()
            }
            #expect(old.field("transfer-encoding") == nil)
            #expect(old.body.count == 2_000_000)
        }
    }

    @Test("a stream that fails is cut, so that the client does not take it for complete")
    func failingStream() async throws {
        let handler: @Sendable (WebRequest) async -> WebResponse = { _ in
            WebResponse(
                body: .stream { writer in
                    try await writer.write(Array("half".utf8))
                    try await writer.flush()
                    throw CancellationError()
                })
        }
        try await withServer(handler: handler) { _, address in
            let rest = try await onThread {
                let client = try RawClient(address)
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return String(decoding: client.rest(), as: UTF8.self)
            }
            #expect(rest.contains("half"))
            #expect(!rest.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test("a long body arrives whole")
    func longBody() async throws {
        let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await withServer(handler: { _ in WebResponse(body: .bytes(bytes)) }) { _, address in
            let answer = try await onThread { try RawClient.request(address, "GET", "/") }
            #expect(answer.body == bytes)
        }
    }

    @Test("a status without a body is sent without length, and the connection goes on")
    func noContent() async throws {
        try await withServer(handler: { _ in WebResponse(status: 204) }) { _, address in
            try await onThread {
                let client = try RawClient(address)
                for _ in 0..<2 {
                    client.send("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n")
                    let answer = try client.answer()
                    #expect(answer.status == 204)
                    #expect(answer.field("content-length") == nil)
                }
            }
        }
    }

    @Test("a line break in a field value does not make a field")
    func fieldInjection() async throws {
        try await withServer(handler: { _ in WebResponse(headers: [("X-A", "b\r\nX-Evil: yes")]) }) { _, address in
            let answer = try await onThread { try RawClient.request(address, "GET", "/") }
            #expect(answer.field("X-Evil") == nil)
            #expect(answer.field("X-A") == "b  X-Evil: yes")
        }
    }

    @Test("what is not HTTP is answered 400 and closed; too long header fields 431")
    func badRequests() async throws {
        try await withServer(handler: echo) { _, address in
            try await onThread {
                let client = try RawClient(address)
                client.send("this is not HTTP\r\n\r\n")
                #expect(try client.answer().status == 400)
                #expect(client.isAtEnd())
                let long = try RawClient(address)
                long.send("GET / HTTP/1.1\r\n" + (0..<1000).map { "X-\($0): \(String(repeating: "y", count: 200))\r\n" }.joined() + "\r\n")
                #expect(try long.answer().status == 431)
            }
        }
    }

    @Test("a request without a host, or with two, is answered 400; HTTP/1.0 knows none")
    func hosts() async throws {
        try await withServer(handler: echo) { _, address in
            try await onThread {
                for fields in ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\nContent-Length: 5\r\n"] {
                    let client = try RawClient(address)
                    client.send("POST / HTTP/1.1\r\n\(fields)\r\n")
                    #expect(try client.answer().status == 400, "\(fields)")
                    #expect(client.isAtEnd())
                }
                let old = try RawClient(address)
                old.send("GET / HTTP/1.0\r\n\r\n")
                #expect(try old.answer().status == 200)
            }
        }
    }

    @Test("a client that closes its side after the request still gets the answer")
    func halfClosed() async throws {
        let gate = Gate()
        let handler: @Sendable (WebRequest) async -> WebResponse = { request in
            await gate.pass()
            return await echo(request)
        }
        try await withServer(handler: handler) { _, address in
            async let answer = onThread {
                let client = try RawClient(address)
                client.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
                client.halfClose()
                return try client.answer()
            }
            await gate.came(1)
            await gate.open()
            let late = try await answer
            #expect(late.text == "GET /late? - 0")
        }
    }
}
