import Testing

@testable import Transport

@Suite("proxies")
struct ProxyTests {
    let transport = Transport(name: "test")

    @Test("a plain request goes to the proxy with its whole URL")
    func plain() async throws {
        try await withServer({ _ in .answer(200, body: "by proxy") }) { proxy in
            let options = HTTPClientOptions(
                proxy: ProxyOptions(
                    url: "http://me:sesame@127.0.0.1:\(proxy.port)",
                    connectHeaders: [CustomHeader(name: "X-Tunnel", values: [.inline("t")])]))
            let answer = try await transport.send(HTTPRequest(url: "http://example.invalid/x", options: options))
            #expect(answer.body == Array("by proxy".utf8))
            let seen = try #require(proxy.requests.first)
            #expect(seen.target == "http://example.invalid/x")
            #expect(seen[header: "Proxy-Authorization"] == "Basic " + base64(Array("me:sesame".utf8)))
            #expect(seen[header: "X-Tunnel"] == nil)
        }
    }

    @Test("a TLS request asks for a tunnel, without the server's credentials; a refusal has sent nothing")
    func tunnel() async throws {
        try await withServer({ _ in .answer(407) }) { proxy in
            let options = HTTPClientOptions(
                authorization: Authorization(credentials: .inline("sesame")),
                proxy: ProxyOptions(
                    url: "http://127.0.0.1:\(proxy.port)", connectHeaders: [CustomHeader(name: "X-Tunnel", values: [.inline("t")])]))
            let error = try #require(
                await failure(of: HTTPRequest(url: "https://example.invalid/secret", options: options), over: transport))
            #expect(!error.reachedWire && !"\(error)".contains("secret"))
            let seen = try #require(proxy.requests.first)
            #expect(seen.method == "CONNECT" && seen.target == "example.invalid:443")
            #expect(seen[header: "X-Tunnel"] == "t" && seen[header: "Authorization"] == nil)
        }
    }

    struct Choice: Sendable {
        let url: String
        let options: ProxyOptions
        var environment: [String: String] = [:]
        let proxy: String?
    }

    static let listed = ProxyOptions(url: "p", noProxy: "a.test, .b.test,10.0.0.0/8,192.0.2.7, c.test:8080,fd00::/8,*.d.test")
    static let fromEnvironment = ProxyOptions(fromEnvironment: true)

    @Test(
        "the proxy is chosen as Go's programs choose it",
        arguments: [
            Choice(url: "http://a.test", options: ProxyOptions(), environment: ["HTTP_PROXY": "e"], proxy: nil),
            Choice(url: "http://localhost", options: ProxyOptions(url: "p"), proxy: "p"),
            Choice(url: "http://x.test", options: listed, proxy: "p"),
            Choice(url: "http://a.test", options: listed, proxy: nil),
            Choice(url: "http://A.TEST:81", options: listed, proxy: nil),
            Choice(url: "http://sub.a.test", options: listed, proxy: nil),
            Choice(url: "http://nota.test", options: listed, proxy: "p"),
            Choice(url: "http://b.test", options: listed, proxy: "p"),
            Choice(url: "http://sub.b.test", options: listed, proxy: nil),
            Choice(url: "http://10.200.3.4", options: listed, proxy: nil),
            Choice(url: "http://11.0.0.1", options: listed, proxy: "p"),
            Choice(url: "http://192.0.2.7:9093", options: listed, proxy: nil),
            Choice(url: "http://192.0.2.8", options: listed, proxy: "p"),
            Choice(url: "http://c.test", options: listed, proxy: "p"),
            Choice(url: "http://c.test:8080", options: listed, proxy: nil),
            Choice(url: "http://[fd12::1]:9093", options: listed, proxy: nil),
            Choice(url: "http://[2001:db8::1]", options: listed, proxy: "p"),
            Choice(url: "http://sub.d.test", options: listed, proxy: nil),
            Choice(url: "http://127.0.0.1", options: listed, proxy: nil),
            Choice(url: "http://x.test", options: ProxyOptions(url: "p", noProxy: "*"), proxy: nil),
            Choice(url: "http://x.test", options: fromEnvironment, environment: ["HTTP_PROXY": "H", "http_proxy": "h"], proxy: "H"),
            Choice(url: "http://x.test", options: fromEnvironment, environment: ["HTTP_PROXY": "", "http_proxy": "h"], proxy: "h"),
            Choice(url: "https://x.test", options: fromEnvironment, environment: ["HTTP_PROXY": "H", "https_proxy": "s"], proxy: "s"),
            Choice(url: "https://x.test", options: fromEnvironment, environment: ["HTTP_PROXY": "H"], proxy: nil),
            Choice(url: "http://x.test", options: fromEnvironment, environment: ["HTTP_PROXY": "H", "no_proxy": "test"], proxy: nil),
            Choice(url: "http://[::1]", options: fromEnvironment, environment: ["HTTP_PROXY": "H"], proxy: nil),
        ])
    func choice(_ choice: Choice) throws {
        let parts = try #require(URLParts(choice.url))
        #expect(choice.options.choose(for: parts) { choice.environment[$0] } == choice.proxy)
    }
}
