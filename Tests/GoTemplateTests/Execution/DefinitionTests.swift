import GoTemplate
import Testing

@Suite("Template definitions")
struct DefinitionTests {
    private static let definitions: [(String, String)] = [
        (#"{{template "greet"}}"#, "Hello <no value>"),
        (#"{{template "greet" .Name}}"#, "Hello web"),
        (#"{{template "greet" .Map.none}}"#, "Hello <no value>"),
        (#"{{template "rec" "abc"}}"#, "321"),
        (#"{{template "greet" $x := 1}}{{$x}}"#, "Hello 11"),
        ("{{template `greet` 1}}", "Hello 1"),
        (#"{{define "x"}}X{{.}}{{end}}{{template "x" 1}}"#, "X1"),
        (#"{{template "x" 1}}{{define "x"}}X{{.}}{{end}}"#, "X1"),
        (#"{{define "x"}} {{end}}{{define "x"}}2{{end}}{{template "x"}}"#, "2"),
        (#"{{define "x"}}1{{end}}{{define "x"}} {{end}}{{template "x"}}"#, "1"),
        (#"{{define "t"}}x{{end}}"#, "x"),
        (#"{{define "greet"}}over{{end}}{{template "greet"}}"#, "over"),
        (#"{{define "greet"}} {{end}}{{template "greet" 1}}"#, "Hello 1"),
        (#"{{block "b" .Name}}B{{.}}{{end}}"#, "Bweb"),
        (#"{{block "b" .Name}}{{.}}{{end}}{{template "b" 1}}"#, "web1"),
        (
            #"{{.}}{{template "greet" (and 1 .Name)}}"#,
            "{web  a<b>&\"c\"\nd 3 0 1.5 true false [x y z] [] [1 two 3.5 <nil> true [n 2] map[m:1]] map[a:1 b:two f:2.5 list:[1 2] nest:map[k:v] none:<nil>] map[instance:a:1 job:node] [{cpu map[job:node severity:critical] 1 {in map[k:v]}} {disk map[severity:warning] 2 {in2 map[]}}] {cpu map[job:node severity:critical] 1 {in map[k:v]}}}Hello web"
        ),
        (#"{{define "x"}}{{.}}{{end}}{{range .Tags}}{{template "x" .}}{{end}}"#, "xyz"),
        (
            #"{{template "greet" $}}"#,
            "Hello {web  a<b>&\"c\"\nd 3 0 1.5 true false [x y z] [] [1 two 3.5 <nil> true [n 2] map[m:1]] map[a:1 b:two f:2.5 list:[1 2] nest:map[k:v] none:<nil>] map[instance:a:1 job:node] [{cpu map[job:node severity:critical] 1 {in map[k:v]}} {disk map[severity:warning] 2 {in2 map[]}}] {cpu map[job:node severity:critical] 1 {in map[k:v]}}}"
        ),
        (" {{define \"z\"}}{{end}} \n", "  \n"),
    ]

    @Test("templates call each other by name", arguments: definitions)
    func definitionsVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.output(template) == expected)
    }

    private static let failing: [(String, String)] = [
        (#"{{template "nope"}}"#, #"template: t:1:11: executing "t" at <{{template "nope"}}>: template "nope" not defined"#),
        (#"{{template "bad" .}}"#, #"template: lib:3:4: executing "bad" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
        (#"{{template "bad" .One}}"#, #"template: lib:3:4: executing "bad" at <.Nope>: can't evaluate field Nope in type test.Alert"#),
        (#"{{template "a" . .}}"#, #"template: t:1:11: executing "t" at <{{template "a" . .}}>: template "a" not defined"#),
        (
            #"{{template "x" (dict "a" 1 "b" .Name)}}{{define "x"}}{{.a}}{{.b}}{{.c}}{{.d.e}}{{end}}"#,
            #"template: t:1:75: executing "x" at <.d.e>: nil pointer evaluating interface {}.e"#
        ),
        (
            #"{{define "x"}}{{range .}}{{.y}}{{end}}{{end}}{{template "x" (mk 1)}}"#,
            #"template: t:1:27: executing "x" at <.y>: can't evaluate field y in type interface {}"#
        ),
        (
            #"{{if .Yes}}{{template "nope"}}{{end}}"#,
            #"template: t:1:22: executing "t" at <{{template "nope"}}>: template "nope" not defined"#
        ),
        (#"{{template "greet" .One.Fail}}"#, #"template: t:1:23: executing "t" at <.One.Fail>: error calling Fail: it failed"#),
        (
            "{{define \"x\"}}\n{{.Nope}}{{end}}\n\n{{template \"x\" .One}}",
            #"template: t:2:2: executing "x" at <.Nope>: can't evaluate field Nope in type test.Alert"#
        ),
    ]

    @Test("an error in a called template names that template and its file", arguments: failing)
    func failingVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.failure(template) == expected)
    }
}
