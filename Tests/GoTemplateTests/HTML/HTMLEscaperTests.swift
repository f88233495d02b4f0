import Testing
import Time

@testable import GoTemplate

@Suite("Contextual escaping of whole templates")
struct HTMLEscaperTests {
    private func compile(_ text: String, _ files: String...) throws(TemplateError) -> Template {
        var set = TemplateSet()
        for file in files { try set.add(file, name: "mail.tmpl") }
        return try set.compile(text, escaping: .html)
    }

    private func render(_ text: String, _ files: String..., data: TemplateValue = HTMLVector.data) throws(TemplateError) -> String {
        var set = TemplateSet()
        for file in files { try set.add(file, name: "mail.tmpl") }
        let environment = TemplateEnvironment(now: Timestamp(seconds: 0), local: .utc)
        return try set.compile(text, escaping: .html).render(data, environment: environment)
    }

    @Test(
        "a value printed into a place without safe escaping is an error that says where and what to do",
        arguments: [
            ("<p style=\"color: {{ .col }}\">", "1:20", "{{.col}} is in the double-quoted value of a style attribute", "CSS"),
            ("<style>\np { color: {{ .col }} }</style>", "2:14", "{{.col}} is in a <style>", "CSS"),
            ("<script>var a = {{ .s }};</script>", "1:19", "{{.s}} is in a <script>", "scripts"),
            ("<a onclick='f({{ .s }})'>", "1:17", "{{.s}} is in the single-quoted value of an event handler attribute", "scripts"),
            (
                "<img srcset=\"{{ .u }} 2x\">", "1:16", "{{.u}} is in the double-quoted value of an attribute that lists URLs (srcset)",
                "src"
            ),
            ("<script type=\"application/ld+json\">{{ .s }}</script>", "1:38", "{{.s}} is in a <script>", "scripts"),
            (
                "<p style='background: url({{ .u | urlquery }})'>", "1:29", "{{.u | urlquery}} is in a url(…) in the single-quoted value",
                "CSS"
            ),
        ])
    func refusedPlaces(_ text: String, _ place: String, _ words: String, _ advice: String) throws {
        let error = try #require(throws: TemplateError.self) { try compile(text) }
        #expect(error.kind == .escape)
        #expect(error.description.hasPrefix("html/template::\(place): \(words)"))
        #expect(error.message.contains(advice))
    }

    @Test("the place of an error in a file's template is the file's")
    func placeInFile() throws {
        let error = try #require(throws: TemplateError.self) {
            try compile("<p>{{ template \"a\" . }}</p>", "{{ define \"a\" }}\n  <p style=\"{{ .s }}\">{{ end }}")
        }
        #expect(error.description.hasPrefix("html/template:mail.tmpl:2:15: {{.s}} is in the double-quoted value of a style attribute"))
    }

    @Test("fixed texts may be chosen in style attributes and style sheets")
    func chosenStyles() throws {
        let body = "<td style=\"background: {{ if eq .n 42 }}#E6522C{{ else }}#68B90F{{ end }}; margin: 0\">x</td>"
        #expect(try render(body) == "<td style=\"background: #E6522C; margin: 0\">x</td>")
        #expect(try render("<style>p { {{ with .e }}a: b{{ else }}c: d{{ end }} }</style>") == "<style>p { c: d }</style>")
    }

    @Test("scripts without values pass as they are")
    func scripts() throws {
        let script = "<script>// a\nif (a < b && '</p>') { /* \"c\" */ }</script>"
        #expect(try render(script + "{{ .s }}") == script + "x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀")
    }

    @Test("a template without actions is rewritten too")
    func withoutActions() throws {
        #expect(try render("a < b<!-- c -->") == "a &lt; b")
    }

    @Test("one template gets a version for each place that it is called in")
    func versions() throws {
        let output = try render(
            "{{ template \"v\" . }}|<a title=\"{{ template \"v\" . }}\" href=\"/{{ template \"v\" . }}?{{ template \"v\" . }}\">",
            "{{ define \"v\" }}{{ .sp }}&{{ .q }}{{ end }}")
        #expect(
            output
                == "a b&ä&#43;b/c?d=e&amp;f|<a title=\"a b&ä&#43;b/c?d=e&amp;f\" href=\"/a%20b&%c3%a4&#43;b/c?d=e&amp;f"
                + "?a%20b&%c3%a4%2bb%2fc%3fd%3de%26f\">")
    }

    @Test("a template that leaves its place is followed each time it is called")
    func leavingTwice() throws {
        let output = try render(
            "<a href=\"{{ template \"q\" }}{{ .q }}\"><a href=\"{{ template \"q\" }}{{ .q }}\">", "{{ define \"q\" }}/p?x={{ end }}")
        let link = "<a href=\"/p?x=%c3%a4%2bb%2fc%3fd%3de%26f\">"
        #expect(output == link + link)
    }

    @Test("escaping in one text leaves the set's templates as they were")
    func setUnchanged() throws {
        var set = TemplateSet()
        try set.add("{{ define \"v\" }}{{ .sp }}<{{ .amp }}{{ end }}", name: "f")
        let environment = TemplateEnvironment(now: Timestamp(seconds: 0), local: .utc)
        _ = try set.compile("<p title=\"{{ template \"v\" . }}\">", escaping: .html)
        #expect(try set.compile("{{ template \"v\" . }}").render(HTMLVector.data, environment: environment) == "a b<&amp; &lt;")
    }

    @Test("templates that call themselves and end where they began are escaped")
    func recursion() throws {
        let tree: TemplateValue = .map(["n": .string("<1>"), "l": .list([.map(["n": .string("\"2\"")])])])
        let output = try render(
            "{{ template \"t\" . }}",
            "{{ define \"t\" }}<li title=\"{{ .n }}\">{{ range .l }}{{ template \"t\" . }}{{ end }}</li>{{ end }}", data: tree)
        #expect(output == "<li title=\"&lt;1&gt;\"><li title=\"&#34;2&#34;\"></li></li>")
    }

    @Test("calls in a circle that end elsewhere than they began are refused")
    func divergingRecursion() throws {
        let error = try #require(throws: TemplateError.self) {
            try compile("{{ template \"t\" . }}", "{{ define \"t\" }}{{ if .n }}<p {{ template \"t\" . }}{{ end }}{{ end }}")
        }
        #expect(error.kind == .escape)
    }

    @Test("loops inside of loops that change the place are not walked through twice as often with each")
    func manyLoops() throws {
        let text = "<a href=\"" + String(repeating: "{{ range .el }}", count: 60) + "x" + String(repeating: "{{ end }}", count: 60) + "\">"
        #expect(try render(text) == "<a href=\"\">")
    }

    @Test("a row of more calls than templates may have is refused")
    func deepCalls() throws {
        let definitions =
            (0..<400).map { "{{ define \"t\($0)\" }}{{ template \"t\($0 + 1)\" }}{{ end }}" }.joined() + "{{ define \"t400\" }}x{{ end }}"
        let error = try #require(throws: TemplateError.self) { try compile("{{ template \"t0\" }}", definitions) }
        #expect(error.kind == .limit)
        let nested = (0..<90).map {
            "{{ define \"n\($0)\" }}" + String(repeating: "{{ if . }}", count: 90) + "{{ template \"n\($0 + 1)\" }}"
                + String(repeating: "{{ end }}", count: 90) + "{{ end }}"
        }
        #expect(throws: TemplateError.self) { try compile("{{ template \"n0\" }}", nested.joined() + "{{ define \"n90\" }}x{{ end }}") }
    }

    @Test("a long style sheet is read once")
    func longStyleSheet() throws {
        let sheet = "<style>" + String(repeating: "p{content:'x'}", count: 40_000) + "</style>"
        #expect(try render(sheet) == sheet)
    }

    @Test("a large value is escaped whole")
    func largeValue() throws {
        let value = String(repeating: "<é>", count: 1 << 18)
        let output = try render("<p>{{ . }}</p>", data: .string(value))
        #expect(output.utf8.count == 7 + (1 << 18) * 10)
    }
}
