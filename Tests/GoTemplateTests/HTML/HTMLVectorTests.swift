import Testing
import Time

@testable import GoTemplate

/// A template and what html/template makes of it, given `HTMLVector.data`.
struct HTMLVector: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        case printed(String)
        /// Not escaped; the error's text contains this.
        case refused(String)
    }

    let text: String
    let files: [String]
    let outcome: Outcome

    init(_ text: String, _ files: [String] = [], gives outcome: Outcome) {
        self.text = text
        self.files = files
        self.outcome = outcome
    }

    var testDescription: String { text }

    static let data: TemplateValue = .map([
        "s": .string("x<b>y&z</b>\"q' + `= 😀"), "e": .string(""), "u": .string("https://h.example/p a/?q=1&r=%20 2#f<>'"),
        "js": .string("javascript:alert(1)"), "rel": .string("/p:q?x"), "n": .int(42), "f": .float(1.5), "t": .bool(true),
        "z": .bool(false),
        "nil": .null, "l": .list([.string("a"), .string("<b>"), .string("c'")]), "el": .list([]),
        "m": .map(["k": .string("v<"), "a": .string("&")]), "word": .string("Title"), "on": .string("onclick"), "col": .string("red"),
        "sp": .string("a b"), "mail": .string("MAILTO:x@y"),
        "html": .string("<i title=\"1>2\">a &amp; b</i><!-- c --><script>x<1</script>t"),
        "deep": .map([
            "l": .list([
                .map(["n": .string("1"), "v": .string("<1>")]), .map(["n": .string("2"), "v": .string("\"2\"")]),
            ])
        ]),
        "q": .string("ä+b/c?d=e&f"), "amp": .string("&amp; &lt;"), "sch": .string("ftp://x"), "jp": .string("日本 語"),
    ])

    /// What our engine makes of it.
    func rendered() throws(TemplateError) -> String {
        var set = TemplateSet()
        for (index, file) in files.enumerated() { try set.add(file, name: "f\(index)") }
        let template = try set.compile(text, escaping: .html)
        return try template.render(Self.data, environment: TemplateEnvironment(now: Timestamp(seconds: 0), local: .utc))
    }
}

@Suite("Escaping as html/template does")
struct HTMLVectorTests {
    @Test("values are escaped for the place they are printed in", arguments: HTMLVector.places)
    func places(_ vector: HTMLVector) throws { try check(vector) }

    @Test("generated templates give html/template's output", arguments: HTMLVector.generated)
    func generated(_ vector: HTMLVector) throws { try check(vector) }

    private func check(_ vector: HTMLVector) throws {
        switch vector.outcome {
        case .printed(let output): #expect(try vector.rendered() == output)
        case .refused(let words):
            let error = #expect(throws: TemplateError.self) { try vector.rendered() }
            #expect(error?.kind == .escape)
            #expect(error?.description.contains(words) == true)
        }
    }
}
