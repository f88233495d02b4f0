import AlertCore
import RE2
import Testing
import WebServer

@testable import AlertRouter

@Suite("Writes of pages")
struct TrustedOriginsTests {
    private static let writes = [
        ("POST", "/api/v2/alerts"), ("POST", "/api/v2/silences"), ("DELETE", "/api/v2/silence/00000000-0000-0000-0000-000000000000"),
        ("POST", "/-/reload"), ("POST", "/api/flatalert/v1/test-fire"), ("POST", "/api/flatalert/v1/inbox"),
    ]

    private func write(_ router: FakeRouter, _ method: String, _ path: String, _ headers: [(String, String)]) async -> Answer {
        await router.send(
            method, path, headers: WebHeaders([("Host", "10.1.2.3:9093"), ("Content-Type", "application/json")] + headers),
            body: method == "POST" && path.hasPrefix("/api/v2/alerts") ? #"[{"labels":{"alertname":"A"}}]"# : "")
    }

    @Test(
        "a page of another site changes nothing",
        arguments: ["http://evil.test", "null", "", "http://10.1.2.3", "https://am.test:444", "10.1.2.3:9093", "ftp://10.1.2.3:9093"])
    func foreign(origin: String) async {
        let router = FakeRouter()
        for (method, path) in Self.writes {
            let answer = await write(router, method, path, [("Origin", origin)])
            #expect(answer.status == 403 && answer.text.contains("a page of \(origin) may not do this"), "\(path) \(answer.text)")
        }
        #expect(router.state.withLockedValue { $0.reloads } == 0)
        #expect(await router.get("/api/v2/alerts").text == "[]\n")
        #expect(router.inbox.entries.isEmpty)
    }

    @Test(
        "programs and this instance's own page are let in",
        arguments: [
            [], [("Origin", "http://10.1.2.3:9093")], [("Origin", "https://10.1.2.3:9093")], [("Origin", "https://AM.test")],
            [("Origin", "https://behind.a.proxy"), ("Sec-Fetch-Site", "same-origin")],
        ])
    func own(headers: [(String, String)]) async {
        let router = FakeRouter()
        for (method, path) in Self.writes { #expect(await write(router, method, path, headers).status != 403, "\(path)") }
        #expect(await router.get("/api/v2/alerts").names == ["A"])
    }

    @Test("a site of the same registered domain is another site, too")
    func sameSite() async {
        let answer = await write(
            FakeRouter(), "POST", "/api/v2/alerts", [("Origin", "https://wiki.am.test"), ("Sec-Fetch-Site", "same-site")])
        #expect(answer.status == 403)
    }

    @Test("pages that are trusted write through API v2, but not through our own endpoints")
    func trusted() async throws {
        let karma = FakeRouter(origins: .matching(try RE2Regex(anchored: #"https://karma\.example\.com"#)))
        for (origin, status) in [
            ("https://karma.example.com", 200), ("https://karma.example.com.evil.test", 403), ("https://karmaXexample.com", 403),
        ] {
            #expect(await write(karma, "POST", "/api/v2/alerts", [("Origin", origin)]).status == status, "\(origin)")
            #expect(await write(karma, "POST", "/api/flatalert/v1/test-fire", [("Origin", origin)]).status == 403)
        }
        let everybody = FakeRouter(origins: .all)
        #expect(await write(everybody, "POST", "/api/v2/alerts", [("Origin", "http://x")]).status == 200)
        #expect(await write(everybody, "POST", "/api/flatalert/v1/inbox", [("Origin", "http://x")]).status == 403)
    }

    @Test("a browser that asks first is told that another site's page may read, not write")
    func preflight() async {
        let router = FakeRouter()
        for (method, allowed) in [("GET", "GET"), ("HEAD", "HEAD"), ("POST", nil), ("DELETE", nil)] as [(String, String?)] {
            let answer = await router.send(
                "OPTIONS", "/api/v2/silences",
                headers: ["Host": "am:9093", "Origin": "http://evil.test", "Access-Control-Request-Method": method])
            #expect(answer.status == 204 && answer["Access-Control-Allow-Methods"] == allowed, "\(method)")
            #expect((answer["Access-Control-Allow-Origin"] == "*") == (allowed != nil), "\(method)")
        }
    }
}
