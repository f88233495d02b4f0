import GoTemplate
import Testing

@Suite("Template language since Go 1.20")
struct NewerGoTests {
    private static let rendered: [(String, String)] = [
        ("{{range 3}}{{.}}{{end}}", "012"),
        ("{{range $i := .Count}}{{$i}},{{end}}", "0,1,2,"),
        ("{{range 0}}x{{else}}none{{end}}", "none"),
        ("{{range -3}}x{{else}}none{{end}}", "none"),
        ("{{range 5}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}", "02"),
        ("{{with .Empty}}a{{else with .Name}}{{.}}{{else}}c{{end}}", "web"),
        ("{{with .Empty}}a{{else with .Zero}}{{.}}{{else}}c{{end}}", "c"),
        ("{{$x := 0}}{{range $x = .Tags}}{{$x}}{{end}}{{$x}}", "xyzz"),
        ("{{$i := 9}}{{$x := 0}}{{range $i, $x = .Tags}}{{end}}{{$i}}{{$x}}", "2z"),
    ]

    @Test("integers are ranged over, with takes else with, range assigns to outer variables", arguments: rendered)
    func renderedVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.output(template) == expected)
    }

    private static let failing: [(String, String)] = [
        ("{{)}}", "template: t:1: unexpected right paren"),
        ("{{(.))}}", "template: t:1: unexpected right paren"),
        ("{{.Name)}}", "template: t:1: unexpected right paren"),
        ("{{range $i, $x := 3}}{{end}}", #"template: t:1:18: executing "t" at <3>: can't use 3 to iterate over more than one variable"#),
        ("{{with .Empty}}{{else if .Name}}{{end}}", "template: t:1: unexpected <if> in input"),
        ("{{if .Empty}}{{else with .Name}}{{end}}", "template: t:1: unexpected <with> in input"),
        ("{{range .None}}{{else with .Name}}{{end}}", "template: t:1: unexpected <with> in input"),
    ]

    @Test("newer errors have their newer texts", arguments: failing)
    func failingVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.failure(template) == expected)
    }
}
