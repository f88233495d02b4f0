import GoTemplate
import Testing

@Suite("Template limits")
struct LimitTests {
    private func error(_ text: String, _ limits: TemplateLimits = .standard) -> TemplateError? {
        do {
            _ = try TemplateFixture.render(text, limits: limits)
            return nil
        } catch { return error }
    }

    @Test("a template that calls itself for ever is stopped")
    func endlessRecursion() {
        let error = error(#"{{define "a"}}{{template "a"}}{{end}}{{template "a"}}"#)
        #expect(error?.kind == .limit)
        #expect(error?.message.hasSuffix("exceeded maximum template depth (100)") == true)
    }

    @Test("a template may call itself as deep as the limit says")
    func recursion() {
        let text = #"{{define "a"}}{{if .}}{{template "a" (slice . 1)}}{{else}}end{{end}}{{end}}{{template "a" "12345"}}"#
        #expect(error(text, TemplateLimits(depth: 6)) == nil)
        #expect(error(text, TemplateLimits(depth: 5))?.kind == .limit)
    }

    @Test("branches inside of calls inside of branches are stopped before the stack ends")
    func nestingOfCalls() {
        let branches = String(repeating: "{{if 1}}", count: 50) + #"{{template "a" .}}"# + String(repeating: "{{end}}", count: 50)
        let error = error(#"{{define "a"}}\#(branches){{end}}{{template "a" .}}"#)
        #expect(error?.kind == .limit)
        #expect(error?.message.hasSuffix("nested too deeply: more than 300 levels") == true)
    }

    private static let nested: [@Sendable (Int) -> String] = [
        { "{{print " + String(repeating: "(print ", count: $0) + "1" + String(repeating: ")", count: $0) + "}}" },
        { String(repeating: "{{if 1}}", count: $0) + String(repeating: "{{end}}", count: $0) },
        { "{{if 0}}" + String(repeating: "{{else if 0}}", count: $0 - 1) + "{{end}}" },
        { depth in (0..<depth).map { "{{block \"b\($0)\" 1}}" }.joined() + String(repeating: "{{end}}", count: depth) },
    ]

    @Test("a text that nests a hundred levels is taken, one that nests more is refused", arguments: nested.indices)
    func nesting(_ index: Int) {
        #expect(error(Self.nested[index](100)) == nil)
        for depth in [101, 100_000] {
            #expect(error(Self.nested[index](depth))?.message == "nested too deeply: more than 100 levels")
        }
    }

    @Test("a loop that takes too many steps is stopped")
    func steps() {
        let error = error("{{range 1000}}{{range 1000}}{{end}}{{end}}", TemplateLimits(steps: 10_000))
        #expect(error?.kind == .limit)
        #expect(error?.message.hasSuffix("template takes more than 10000 steps") == true)
    }

    @Test(
        "output that grows too long is stopped",
        arguments: ["{{range 100}}text{{end}}", "{{range 100}}{{.}}{{$}}{{end}}", "{{.Items}}{{.Items}}"])
    func output(_ text: String) {
        let error = error(text, TemplateLimits(outputBytes: 40))
        #expect(error?.kind == .limit)
        #expect(error?.message.contains("longer than 40 bytes") == true)
    }

    @Test("a string that doubles again and again is stopped")
    func doubling() {
        #expect(error(#"{{$x := "0123456789"}}{{range 100}}{{$x = print $x $x}}{{end}}"#)?.kind == .limit)
    }

    @Test("a list that holds itself again and again is stopped before it is printed or nested too deep")
    func doublingLists() {
        #expect(
            error(#"{{$x := mk "0123456789"}}{{range 50}}{{$x = mk $x $x}}{{end}}{{$x}}"#, TemplateLimits(outputBytes: 1 << 16))?.kind
                == .limit)
        #expect(error("{{$x := mk 1}}{{range 1000}}{{$x = mk $x}}{{end}}{{$x}}")?.message.contains("values nested too deeply") == true)
    }

    @Test("a value of ten megabytes passes and is not in error texts at length")
    func hugeValue() throws {
        let huge = String(repeating: "0123456789", count: 1 << 20)
        let data = TemplateValue.map(["Huge": .string(huge)])
        let template = try TemplateFixture.library.compile("{{.Huge}}")
        #expect(try template.render(data, environment: TemplateFixture.environment).utf8.count == huge.utf8.count)
        let twice = try TemplateFixture.library.compile("{{print .Huge .Huge}}")
        #expect(throws: TemplateError.self) { try twice.render(data, environment: TemplateFixture.environment) }
        let ranged = try TemplateFixture.library.compile("{{range .Huge}}{{end}}")
        #expect { try ranged.render(data, environment: TemplateFixture.environment) } throws: { "\($0)".utf8.count < 2000 }
    }
}
