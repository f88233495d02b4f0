import Testing
import WebServer

@testable import AlertRouter

@Suite("Runbooks over HTTP")
struct RunbookTests {
    let router = FakeRouter()

    @Test("are plain text for curl and a page for a browser")
    func forms() async {
        let plain = await router.get("/runbook/GatewayDown")
        #expect(plain.status == 200 && plain["Content-Type"] == "text/plain; charset=utf-8" && plain["Content-Language"] == "en")
        #expect(plain.text.hasPrefix("# GatewayDown: ") && plain.text.contains("`Get-Service OpenResty;"))
        let page = await router.send("GET", "/runbook/GatewayDown", headers: ["Accept": "text/html,*/*;q=0.8"])
        #expect(page["Content-Type"] == "text/html; charset=utf-8")
        for part in ["<h1>GatewayDown: ", "<ol>\n<li>", "</ol>\n", "<code>Get-Service OpenResty;", "name=\"viewport\"", "?lang=ja"] {
            #expect(page.text.contains(part), "\(part)")
        }
        #expect(!page.text.contains("</dev/null") && !page.text.contains("`"))
        let quoting = await router.send("GET", "/runbook/CNIPluginDown", headers: ["Accept": "text/html"])
        #expect(quoting.text.contains("flatnet &lt;/dev/null</code>"))
    }

    @Test(
        "are in the language that is asked for, else in the one that the reader prefers, else in English",
        arguments: [
            ("", "", "en"), ("?lang=ja", "", "ja"), ("?lang=en", "ja", "en"), ("", "ja-JP,en;q=0.8", "ja"),
            ("", "en-US,en;q=0.9,ja;q=0.8", "en"),
            ("", "fr, ja;q=0.2, en;q=0.7", "en"), ("?lang=fr", "ja", "ja"), ("", "ja;q=0", "en"),
        ])
    func languages(query: String, wish: String, expected: String) async {
        let answer = await router.send("GET", "/runbook/HighLatency\(query)", headers: ["Accept-Language": wish])
        #expect(answer["Content-Language"] == expected)
        #expect(answer.text.contains("影響: ") == (expected == "ja"))
    }

    @Test(
        "are a page only for whoever names HTML and does not refuse it",
        arguments: [
            ("*/*", false), ("text/html;q=0, */*", false), ("text/html;q=0.0", false), ("application/xhtml+xml, TEXT/HTML ;q=0.5", true),
            ("text/htmlx", false), ("text/plain, text/html", true),
        ])
    func accepted(accept: String, isPage: Bool) async {
        for path in ["/runbook/GatewayDown", "/runbook/"] {
            let answer = await router.send("GET", path, headers: ["Accept": accept])
            #expect(answer["Content-Type"] == (isPage ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"))
        }
    }

    @Test("are listed, with links that lead to each", arguments: ["en", "ja"])
    func list(language: String) async {
        let list = await router.get("/runbook/?lang=\(language)")
        #expect(list.status == 200 && list["Content-Language"] == language)
        let titles = list.text.split(separator: "\n")
        #expect(titles.count == 6 && (titles.first?.hasPrefix("CNIPluginDown: ") ?? false))
        let page = await router.send("GET", "/runbook/?lang=\(language)", headers: ["Accept": "text/html"])
        for (name, title) in zip(["CNIPluginDown", "DiskSpaceCritical", "DiskSpaceWarning", "GatewayDown"], titles) {
            #expect(page.text.contains("<li><a href=\"\(name)?lang=\(language)\">\(title.htmlEscaped)</a></li>"), "\(name)")
        }
        let bare = await router.get("/runbook?lang=\(language)")
        #expect(bare.status == 302 && bare["Location"] == "runbook/?lang=\(language)")
        #expect(await router.get("/runbook/GatewayDown/x").status == 404)
    }

    @Test("of an unknown name are 404 with those that there are; the route prefix stands before them")
    func others() async {
        let unknown = await router.get("/runbook/Nope")
        #expect(unknown.status == 404)
        for name in ["CNIPluginDown", "DiskSpaceCritical", "DiskSpaceWarning", "GatewayDown", "HighErrorRate", "HighLatency"] {
            #expect(unknown.text.contains("  \(name)\n"))
            for language in ["ja", "en"] {
                let answer = await router.get("/runbook/\(name)?lang=\(language)")
                #expect(answer.status == 200 && answer.text.hasPrefix("# \(name): ") && answer.text.split(separator: "\n").count >= 8)
            }
        }
        let prefixed = FakeRouter(prefix: "/am")
        #expect(await prefixed.get("/am/runbook/HighLatency").status == 200)
        #expect(await prefixed.get("/runbook/HighLatency").status == 404)
        #expect(await router.send("POST", "/runbook/HighLatency").status == 405)
    }
}
