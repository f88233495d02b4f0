import Testing
import Time
import Transport

/// The error that sending ends with, or nil when it brings an answer.
func failure(of request: HTTPRequest, over transport: Transport = Transport(name: "test")) async -> TransportError? {
    do throws(TransportError) {
        _ = try await transport.send(request)
        return nil
    } catch {
        return error
    }
}

@Suite("sending a request")
struct TransportTests {
    let transport = Transport(name: "test", userAgent: "tester/1")

    @Test("this machine can send")
    func probe() {
        #expect(Transport.probe() == nil)
    }

    @Test("a POST brings its headers and body there and the answer back")
    func post() async throws {
        try await withServer({ _ in .answer(200, headers: [("X-Answer", " a:b ")], body: "hello") }) { server in
            let body = Array("{\"a\":1}".utf8)
            let answer = try await transport.send(
                HTTPRequest(
                    method: "POST", url: server.url + "/path?q=1", headers: [("Content-Type", "application/json"), ("X-Empty", "")],
                    body: body, timeout: .minutes(1)))
            #expect(answer.status == 200)
            #expect(answer[header: "x-answer"] == "a:b ")
            #expect(String(decoding: answer.body, as: UTF8.self) == "hello")
            #expect(!answer.bodyWasCut)
            let seen = try #require(server.requests.first)
            #expect(seen.method == "POST" && seen.target == "/path?q=1" && seen.body == body)
            #expect(seen[header: "Content-Type"] == "application/json")
            #expect(seen[header: "User-Agent"] == "tester/1")
            #expect(seen[header: "X-Empty"] == "")
            #expect(seen[header: "Expect"] == nil)
        }
    }

    @Test("a large body goes without waiting for a 100-continue, and a POST may be empty")
    func bodies() async throws {
        try await withServer({ .answer(200, body: String($0.body.count)) }) { server in
            for count in [0, 3 << 20] {
                let request = HTTPRequest(method: "POST", url: server.url, body: Array(repeating: 65, count: count))
                let answer = try await transport.send(request)
                #expect(answer.body == Array(String(count).utf8))
            }
            for request in server.requests {
                #expect(request[header: "Expect"] == nil)
                #expect(request[header: "Content-Type"] == nil)
            }
        }
    }

    @Test("any status is an answer", arguments: [204, 404, 429, 500, 503])
    func statuses(status: Int) async throws {
        try await withServer({ _ in .answer(status) }) { server in
            let answer = try await transport.send(HTTPRequest(url: server.url))
            #expect(answer.status == status)
        }
    }

    @Test("the method is sent as it is", arguments: ["GET", "HEAD", "PUT", "DELETE"])
    func methods(method: String) async throws {
        try await withServer({ _ in .answer(200, body: "x") }) { server in
            _ = try await transport.send(HTTPRequest(method: method, url: server.url))
            #expect(server.requests.first?.method == method)
        }
    }

    @Test("requests one after the other share a connection")
    func reuse() async throws {
        try await withServer({ _ in .answer(200, body: "x") }) { server in
            for _ in 0..<3 { _ = try await transport.send(HTTPRequest(method: "POST", url: server.url)) }
            #expect(server.requests.map(\.connection) == [0, 0, 0])
        }
    }

    @Test("two hundred requests at once are all answered, each with its own answer")
    func concurrent() async throws {
        try await withServer({ .answer(200, body: $0.target) }) { server in
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let answer = try await transport.send(HTTPRequest(method: "POST", url: server.url + "/\(number)", body: [1]))
                        return answer.body == Array("/\(number)".utf8)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 200 && answers.allSatisfy { $0 })
        }
    }

    @Test("a transport that was shut down fails what is under way and what comes later")
    func shutdown() async throws {
        try await withServer({ _ in .hang }) { server in
            async let pending = failure(of: HTTPRequest(url: server.url), over: transport)
            await server.waitForRequests(1)
            transport.shutdown()
            #expect(await pending == .shutDown(reachedWire: true))
            #expect(await failure(of: HTTPRequest(url: server.url), over: transport) == .shutDown(reachedWire: false))
            transport.shutdown()
        }
    }

    @Test(
        "what cannot be sent is refused before anything is",
        arguments: [
            HTTPRequest(url: "ftp://localhost/"), HTTPRequest(url: "localhost:9093"), HTTPRequest(url: "http:///x"),
            HTTPRequest(url: "http://localhost/a b"), HTTPRequest(method: "GET /", url: "http://localhost"),
            HTTPRequest(url: "http://localhost:70000"), HTTPRequest(url: "http://localhost", headers: [("A B", "c")]),
            HTTPRequest(url: "http://localhost", headers: [("A", "b\r\nC: d")]),
        ])
    func invalid(request: HTTPRequest) async throws {
        let error = try #require(await failure(of: request))
        guard case .invalidRequest = error else {
            Issue.record("got \(error)")
            return
        }
        #expect(!error.reachedWire)
    }
}

@Suite("answers that do not come whole")
struct AnswerTests {
    let transport = Transport(name: "test")

    @Test("without an answer the timeout ends the request, and the request counts as sent")
    func timeout() async throws {
        try await withServer({ _ in .hang }) { server in
            let error = await failure(of: HTTPRequest(method: "POST", url: server.url, timeout: .milliseconds(500)), over: transport)
            #expect(error == .timeout(.milliseconds(500), reachedWire: true))
            await server.waitForGoneClients(1)
        }
    }

    @Test("cancelling the task ends the transfer")
    func cancellation() async throws {
        try await withServer({ _ in .hang }) { server in
            let task = Task { await failure(of: HTTPRequest(url: server.url), over: transport) }
            await server.waitForRequests(1)
            task.cancel()
            #expect(await task.value == .cancelled(reachedWire: true))
            await server.waitForGoneClients(1)
        }
    }

    @Test("a task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
        try await withServer({ _ in .answer(200) }) { server in
            let error = await withTaskGroup(of: TransportError?.self) { group in
                group.cancelAll()
                group.addTask { await failure(of: HTTPRequest(url: server.url), over: transport) }
                return await group.next() ?? nil
            }
            #expect(error == .cancelled(reachedWire: false))
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a refused connection has sent nothing")
    func refused() async throws {
        let port = try LoopbackServer.closedPort()
        let error = try #require(await failure(of: HTTPRequest(method: "POST", url: "http://127.0.0.1:\(port)/secret-path")))
        guard case .connect(let message) = error else {
            Issue.record("got \(error)")
            return
        }
        #expect(!error.reachedWire)
        #expect(message.contains("127.0.0.1") && message.contains("\(port)") && !message.contains("secret-path"))
    }

    @Test("a server that closes without an answer may have acted on the request")
    func closed() async throws {
        try await withServer({ _ in .raw("") }) { server in
            let error = await failure(of: HTTPRequest(method: "POST", url: server.url, body: [1]), over: transport)
            #expect(error == .io("the server closed the connection without an answer", reachedWire: true))
        }
    }

    @Test("a body that breaks off is an error only to those who need it whole")
    func brokenBody() async throws {
        try await withServer({ _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789") }) { server in
            let answer = try await transport.send(HTTPRequest(url: server.url))
            #expect(answer.status == 200 && answer.body.count == 10 && answer.bodyWasCut)
            let error = try #require(await failure(of: HTTPRequest(url: server.url, bodyPolicy: .whole), over: transport))
            guard case .io(_, reachedWire: true) = error else {
                Issue.record("got \(error)")
                return
            }
        }
    }

    @Test("a stalled body of an accepted request is cut at the timeout")
    func stalledBody() async throws {
        try await withServer({ _ in .stall(after: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n01") }) { server in
            let answer = try await transport.send(HTTPRequest(url: server.url, timeout: .seconds(3)))
            #expect(answer.status == 200 && answer.bodyWasCut)
        }
    }

    @Test("a body longer than allowed is cut, or an error to those who need it whole")
    func maximumBytes() async throws {
        try await withServer({ _ in .answer(200, body: String(repeating: "x", count: 100_000)) }) { server in
            let answer = try await transport.send(HTTPRequest(url: server.url, maximumResponseBytes: 1000))
            #expect(answer.body.count == 1000 && answer.bodyWasCut && answer.status == 200)
            let whole = HTTPRequest(url: server.url, maximumResponseBytes: 1000, bodyPolicy: .whole)
            #expect(await failure(of: whole, over: transport) == .responseTooLarge(limit: 1000))
            let exact = try await transport.send(HTTPRequest(url: server.url, maximumResponseBytes: 100_000, bodyPolicy: .whole))
            #expect(exact.body.count == 100_000 && !exact.bodyWasCut)
        }
    }
}
