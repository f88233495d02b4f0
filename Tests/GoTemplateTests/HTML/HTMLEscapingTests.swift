import Testing

@testable import GoTemplate

@Suite("Making values safe for a place in HTML")
struct HTMLEscapingTests {
    private let environment = TemplateEnvironment(now: .init(seconds: 0), local: .utc)

    private func apply(_ escaping: HTMLEscaping, _ values: TemplateValue...) throws -> String {
        let result = try escaping.function.body(values, environment)
        guard case .string(let text) = result else { return "not a string: \(result)" }
        return text
    }

    @Test("every character that HTML text reads otherwise becomes a reference, in Go's form")
    func text() throws {
        #expect(try apply(.text, .string("<b>&\"'+`= /\0é")) == "&lt;b&gt;&amp;&#34;&#39;&#43;`= /\u{FFFD}é")
    }

    @Test("text without such characters stays the same", arguments: [HTMLEscaping.text, .rcdata, .attribute])
    func unchanged(_ escaping: HTMLEscaping) throws {
        #expect(try apply(escaping, .string("日本語 `a=b` 😀")) == "日本語 `a=b` 😀")
    }

    @Test("an unquoted value has no space, quote or equals sign left, nor characters that old browsers end it at")
    func unquoted() throws {
        let nonCharacters = String(decoding: [0xEF, 0xB7, 0x90, 0xEF, 0xBF, 0xBE], as: UTF8.self)
        let text = "\0\t\n\u{0B}\u{0C}\r \"&'+<=>`" + nonCharacters + "\u{FFFD}é\u{F000}"
        let escaped =
            "&#xfffd;&#9;&#10;&#11;&#12;&#13;&#32;&#34;&amp;&#39;&#43;&lt;&#61;&gt;&#96;&#xfdd0;&#xfffe;&#xfffd;é\u{F000}"
        #expect(try apply(.unquoted, .string(text)) == escaped)
    }

    @Test("an empty unquoted value is refused, or the next attribute would become the value")
    func emptyUnquoted() throws {
        #expect(try apply(.unquoted, .string("")) == "ZgotmplZ")
        #expect(try apply(.unquoted, .missing) == "ZgotmplZ")
    }

    @Test("nil and missing values print nothing, also among others")
    func nothing() throws {
        #expect(try apply(.text, .null) == "")
        #expect(try apply(.text, .missing) == "")
        #expect(try apply(.text, .null, .string("<"), .missing) == "&lt;")
    }

    @Test("safe HTML passes text, loses its tags in attributes and keeps its references")
    func safeHTML() throws {
        let safe = TemplateValue.object(SafeContent("<i title=\"1>2\">a &amp; b</i><!-- c --><script>x<1</script>\"t\"", .html))
        #expect(try apply(.text, safe) == "<i title=\"1>2\">a &amp; b</i><!-- c --><script>x<1</script>\"t\"")
        #expect(try apply(.attribute, safe) == "a &amp; b&#34;t&#34;")
        #expect(try apply(.unquoted, safe) == "a&#32;&amp;&#32;b&#34;t&#34;")
        #expect(
            try apply(.rcdata, safe)
                == "&lt;i title=&#34;1&gt;2&#34;&gt;a &amp; b&lt;/i&gt;&lt;!-- c --&gt;&lt;script&gt;x&lt;1&lt;/script&gt;&#34;t&#34;")
    }

    @Test("safe HTML is ordinary text where it is printed with other values")
    func safeAmongOthers() throws {
        #expect(try apply(.text, .object(SafeContent("<b>", .html)), .string("x")) == "&lt;b&gt;x")
    }

    @Test("a safe URL is ordinary text in text")
    func safeURLInText() throws {
        #expect(try apply(.text, .object(SafeContent("a?b&c", .url))) == "a?b&amp;c")
    }

    @Test(
        "only web and mail addresses and relative ones pass at the start of a URL",
        arguments: [
            ("https://h/", true), ("HTTP://h/", true), ("mailto:a@b", true), ("/p:q", true), ("p?x", true), ("", true), ("//h:80/", true),
            ("http\u{17F}://h", true), ("javascript:alert(1)", false), (" javascript:x", false), ("ftp://h", false),
            ("data:text/html,x", false),
            ("java\nscript:x", false), ("x:", false), (":", false),
        ])
    func schemes(_ url: String, _ passes: Bool) throws {
        #expect(try apply(.urlScheme, .string(url)) == (passes ? url : "#ZgotmplZ"))
    }

    @Test("a safe URL keeps whatever scheme it has")
    func safeScheme() throws {
        #expect(try apply(.urlScheme, .object(SafeContent("tel:1", .url))) == "tel:1")
    }

    @Test("the path of a URL keeps reserved characters and references, not quotes, brackets and spaces")
    func urlPath() throws {
        #expect(
            try apply(.urlPath, .string("http://h/a b?q=1&r=%20%2g'\"()<>é#f;,@[]!$*+~-._\u{7F}"))
                == "http://h/a%20b?q=1&r=%20%252g%27%22%28%29%3c%3e%c3%a9#f;,@[]!$*+~-._%7f")
    }

    @Test("the query of a URL keeps only letters, digits and -._~")
    func urlQuery() throws {
        #expect(try apply(.urlQuery, .string("a b&c=d/é%20~-._+")) == "a%20b%26c%3dd%2f%c3%a9%2520~-._%2b")
        #expect(try apply(.urlQuery, .object(SafeContent("a=b&c='", .url))) == "a=b&c=%27")
    }

    @Test(
        "only plain words become attribute names",
        arguments: [
            ("title", "title"), ("Title", "title"), ("h1", "h1"), ("", "ZgotmplZ"), ("onclick", "ZgotmplZ"), ("href", "ZgotmplZ"),
            ("style", "ZgotmplZ"), ("srcset", "ZgotmplZ"), ("a-b", "ZgotmplZ"), ("a b", "ZgotmplZ"), ("é", "ZgotmplZ"),
            ("myurl", "ZgotmplZ"),
            ("value", "ZgotmplZ"), ("width", "width"),
        ])
    func attributeNames(_ name: String, _ printed: String) throws {
        #expect(try apply(.attributeName, .string(name)) == printed)
    }

    @Test("nothing is printed into a comment")
    func comment() throws {
        #expect(try apply(.comment, .string("--> <b>")) == "")
    }

    @Test("a large text without anything to escape is not copied into pieces", arguments: [1 << 20])
    func large(_ size: Int) throws {
        let text = String(repeating: "a", count: size) + "<"
        #expect(try apply(.text, .string(text)).utf8.count == size + 4)
    }
}
