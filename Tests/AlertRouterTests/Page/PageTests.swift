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

    @Test("every text that the page says of itself has its words in Japanese, with the same places for what is put in")
    func words() {
        let table = PageScript.words
        let lines = PageScript.js.components(of: "\n").filter { !$0.contains("const japanese") }
        var texts: Set<Substring> = []
        for door in ["t(\"", "parts(\""] {
            let parts = lines.joined(separator: "\n").components(of: door)
            // Other functions' names may end like this one's.
            for (before, part) in zip(parts, parts.dropFirst()) where before.last?.isLetter != true {
                texts.insert(part.prefix { $0 != "\"" })
            }
        }
        // The names of the document's own texts.
        for part in PageDocument.html.components(of: ">").dropFirst() {
            let text = part.prefix { $0 != "<" }.split(separator: "\n").first ?? ""
            if text.first?.isUppercase == true, !text.contains("Flatalert"), !text.contains("JavaScript") { texts.insert(text.trimmed) }
        }
        #expect(texts.count > 60)
        for text in texts {
            guard let found = table.components(of: "\"\(text)\": \"").dropFirst().first?.prefix(while: { $0 != "\"" }) else {
                Issue.record("no words for \(text)")
                continue
            }
            for place in ["{0}", "{1}", "{2}"] { #expect(found.contains(place) == text.contains(place), "\(text)") }
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
