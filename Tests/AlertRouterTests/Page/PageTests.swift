import AlertCore
import Testing

@testable import AlertRouter

@Suite("The status page")
struct PageTests {
    let router = FakeRouter()

    @Test("every file says what it is and what a browser may do with it", arguments: PageFile.allCases)
    func headers(_ file: PageFile) async throws {
        let answer = await router.get(file.path)
        #expect(answer.status == 200 && answer["Content-Type"] == file.contentType)
        let policy = try #require(answer["Content-Security-Policy"])
        #expect(
            policy.split(separator: "; ").map(String.init) == [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:",
                "base-uri 'none'",
                "form-action 'none'", "frame-ancestors 'none'",
            ])
        #expect(answer["X-Content-Type-Options"] == "nosniff" && answer["Referrer-Policy"] == "no-referrer")
        #expect(answer["Cache-Control"] == "no-cache, no-store, must-revalidate")
        #expect(await router.send("POST", file.path).status == 405)
    }

    @Test("with a route prefix its files are below it, and it names them relatively")
    func prefix() async {
        let router = FakeRouter(prefix: "/am")
        for file in PageFile.allCases {
            #expect(await router.get("/am" + file.path).text == file.text)
            #expect(await router.get("/am2" + file.path).status == 404)
        }
        #expect(await router.get("/page.js").status == 404)
        let html = PageDocument.html
        #expect(html.contains("src=\"page.js\"") && html.contains("href=\"page.css\""))
        for absolute in ["=\"/", "\"http", "(\"/", "//"] where absolute != "//" {
            #expect(!html.contains(absolute), "\(absolute)")
            #expect(!PageScript.js.contains("ask(" + absolute))
        }
    }

    @Test("the document has no code and no style of its own, and the script makes no elements from text")
    func noInlineCode() {
        let html = PageDocument.html
        #expect(html.components(of: "<script").count == 2 && !html.contains("<style") && !html.contains("style="))
        for event in [" onclick", " onload", " onerror", " onsubmit", "javascript:"] { #expect(!html.contains(event), "\(event)") }
        for door in [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", "setTimeout(\"",
        ] {
            #expect(!PageScript.js.contains(door), "\(door)")
        }
    }

    @Test("every element that the script asks for by its id is in the document")
    func identifiers() throws {
        let ids = PageScript.js.components(of: "byId(\"").dropFirst().compactMap { $0.split(separator: "\"").first }.filter {
            !$0.hasSuffix("-")
        }
        #expect(ids.count > 20)
        for id in Set(ids) { #expect(PageDocument.html.contains("id=\"\(id)\""), "\(id)") }
    }
}

extension String {
    /// The parts between occurrences of a text.
    fileprivate func components(of text: String) -> [Substring] { split(separator: text, omittingEmptySubsequences: false) }
}
