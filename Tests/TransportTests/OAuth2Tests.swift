import NIOConcurrencyHelpers
import Testing

@testable import Transport

@Suite("OAuth 2")
struct OAuth2Tests {
    let transport = Transport(name: "test")

    /// Options for a token server at this URL.
    private func options(_ server: LoopbackServer) -> HTTPClientOptions {
        HTTPClientOptions(
            oauth2: OAuth2Options(
                clientID: "my id", clientSecret: .inline("s&cret"), scopes: ["a", "b"], tokenURL: server.url + "/token",
                endpointParameters: [.init(name: "audience", value: "x=y")]))
    }

    @Test("the token is fetched once and sent with every request")
    func fetchedOnce() async throws {
        try await withServer({ request in
            request.target == "/token"
                ? .answer(200, body: #"{"access_token":"tok","token_type":"bearer","expires_in":3600}"#) : .answer(200)
        }) { server in
            let request = HTTPRequest(url: server.url, options: options(server))
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<5 { group.addTask { try await transport.send(request).status } }
                for try await status in group { #expect(status == 200) }
            }
            _ = try await transport.send(request)
            let fetches = server.requests.filter { $0.target == "/token" }
            #expect(fetches.count == 1)
            let fetch = try #require(fetches.first)
            #expect(fetch.method == "POST" && fetch[header: "Content-Type"] == "application/x-www-form-urlencoded")
            #expect(fetch.text == "grant_type=client_credentials&scope=a+b&audience=x%3Dy")
            #expect(fetch[header: "Authorization"] == "Basic " + base64(Array("my+id:s%26cret".utf8)))
            #expect(server.requests.filter { $0.target != "/token" }.allSatisfy { $0[header: "Authorization"] == "Bearer tok" })
        }
    }

    @Test("a token that ends within ten seconds is not used again")
    func shortLived() async throws {
        let count = NIOLockedValueBox(0)
        try await withServer({ request in
            guard request.target == "/token" else { return .answer(200) }
            let number = count.withLockedValue { count in
                count += 1
                return count
            }
            return .answer(200, body: #"{"access_token":"tok\#(number)","expires_in":"9"}"#)
        }) { server in
            for _ in 0..<2 { _ = try await transport.send(HTTPRequest(url: server.url, options: options(server))) }
            let sent = server.requests.filter { $0.target != "/token" }.map { $0[header: "Authorization"] }
            #expect(sent == ["Bearer tok1", "Bearer tok2"])
        }
    }

    @Test("a server that wants the credentials in the form gets them there, from then on at once")
    func inForm() async throws {
        try await withServer({ request in
            guard request.target == "/token" else { return .answer(200) }
            guard request.text.contains("client_id=my+id&client_secret=s%26cret") else { return .answer(401) }
            return .answer(200, body: #"{"access_token":"tok","expires_in":1}"#)
        }) { server in
            for _ in 0..<2 { _ = try await transport.send(HTTPRequest(url: server.url, options: options(server))) }
            #expect(server.requests.filter { $0.target == "/token" }.count == 3)
            #expect(server.requests.last?[header: "Authorization"] == "Bearer tok")
        }
    }

    @Test("cancelling one of those who wait for a token leaves the others waiting")
    func cancelled() async throws {
        try await withServer({ $0.target == "/token" ? .hang : .answer(200) }) { server in
            let patient = HTTPRequest(url: server.url, timeout: .minutes(1), options: options(server))
            let first = Task { await failure(of: patient, over: transport) }
            await server.waitForRequests(1)
            let second = Task { await failure(of: patient, over: transport) }
            first.cancel()
            #expect(await first.value == .cancelled(reachedWire: false))
            // The fetch goes on for the second one, until the server ends.
            server.stop()
            let error = await second.value
            guard case .token = error else {
                Issue.record("got \(String(describing: error))")
                return
            }
        }
    }

    @Test(
        "without a token nothing is sent, and the error shows no secret",
        arguments: [
            LoopbackServer.Reply.answer(403, body: "s&cret is wrong"), .answer(200, body: "nonsense s&cret"), .answer(200, body: "{}"),
            .raw(""),
        ])
    func noToken(reply: LoopbackServer.Reply) async throws {
        try await withServer({ _ in reply }) { server in
            let error = try #require(await failure(of: HTTPRequest(url: server.url, options: options(server)), over: transport))
            guard case .token(let message) = error else {
                Issue.record("got \(error)")
                return
            }
            #expect(!error.reachedWire && !message.contains("cret is") && !message.contains("s&cret"))
            #expect(server.requests.allSatisfy { $0.target == "/token" })
        }
    }
}
