import GoTemplate
import Testing

@Suite("Template sets")
struct TemplateSetTests {
    private func render(_ set: TemplateSet, _ text: String) throws -> String {
        try set.compile(text).render(.object(FixtureRoot()), environment: TemplateFixture.environment)
    }

    @Test("a later definition replaces an earlier one, a blank one does not")
    func replacement() throws {
        var set = TemplateSet(functions: TemplateFunctions([:]))
        try set.add(#"{{define "a"}}1{{end}}"#, name: "one.tmpl")
        try set.add(#"{{define "a"}}2{{end}}"#, name: "two.tmpl")
        try set.add("{{define \"a\"}} \n {{end}}", name: "three.tmpl")
        #expect(try render(set, #"{{template "a"}}"#) == "2")
        #expect(set.names == ["a", "one.tmpl", "three.tmpl", "two.tmpl"])
        #expect(set.contains("a") && !set.contains("b"))
    }

    @Test("a file can be called by its name")
    func fileName() throws {
        var set = TemplateSet(functions: TemplateFunctions([:]))
        try set.add("file for {{.Name}}", name: "one.tmpl")
        #expect(try render(set, #"{{template "one.tmpl" .}}"#) == "file for web")
    }

    @Test("a compiled text's own definitions stay out of the set")
    func ownDefinitions() throws {
        let set = TemplateFixture.library
        #expect(try render(set, #"{{define "greet"}}Bye {{.}}{{end}}{{template "greet" 1}}"#) == "Bye 1")
        #expect(try render(set, #"{{template "greet" 1}}"#) == "Hello 1")
        #expect(!set.contains(""))
    }

    @Test("a set keeps nothing of a file that does not parse")
    func brokenFile() throws {
        var set = TemplateSet(functions: TemplateFunctions([:]))
        #expect(throws: TemplateError(.parse, name: "x.tmpl", line: 2, message: "unexpected EOF")) {
            try set.add("{{define \"a\"}}1{{end}}\n{{define \"b\"}}", name: "x.tmpl")
        }
        #expect(set.names.isEmpty)
    }

    @Test("a text without actions renders to itself", arguments: ["", "a } b {", "{ {", "é\u{0}\n", " \n"])
    func plainText(_ text: String) throws {
        #expect(try render(TemplateFixture.library, text) == text)
    }

    @Test("functions see the environment and what the product put there")
    func environment() throws {
        var environment = TemplateFixture.environment
        environment.values["team"] = .string("infra")
        let template = try TemplateFixture.library.compile(#"{{environment "team"}}{{environment "none"}}"#)
        #expect(try template.render(.null, environment: environment) == "infra<no value>")
    }

    @Test("an error of a configuration string has an empty name")
    func anonymous() {
        #expect(throws: TemplateError(.parse, name: "", line: 1, message: "unclosed action")) { try render(TemplateFixture.library, "{{") }
        #expect(
            throws: TemplateError(
                .execution, name: "", line: 1, column: 2,
                message: #"executing "" at <.Nope>: can't evaluate field Nope in type *test.Root"#)
        ) { try render(TemplateFixture.library, "{{.Nope}}") }
    }

    @Test("an error's text has Go's form")
    func errorText() {
        #expect(TemplateError(.parse, name: "a", line: 3, message: "m").description == "template: a:3: m")
        #expect(TemplateError(.execution, name: "", line: 3, column: 0, message: "m").description == "template: :3:0: m")
        #expect(TemplateError(.escape, name: "a", line: 3, message: "m").description == "html/template:a:3: m")
        #expect(TemplateError(.limit, name: "a", message: "m").description == "template: a: m")
    }
}
