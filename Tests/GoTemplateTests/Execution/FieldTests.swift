import GoTemplate
import Testing

@Suite("Template fields and variables")
struct FieldTests {
    private static let fields: [(String, String)] = [
        ("{{.Name}}", "web"),
        ("{{ .Name }}-{{.Count}}-{{.Ratio}}-{{.Yes}}", "web-3-1.5-true"),
        ("{{.Name|}}", "web"),
        ("{{.Labels.Nope}}", ""),
        ("{{.Map.nope}}", "<no value>"),
        ("{{.Map.none}}", "<no value>"),
        ("{{.Map.nest.k}}", "v"),
        ("{{.Alerts.Firing}}", "[{cpu map[job:node severity:critical] 1 {in map[k:v]}}]"),
        ("{{(.Alerts.Firing)}}", "[{cpu map[job:node severity:critical] 1 {in map[k:v]}}]"),
        ("{{.Labels.Names}}", "[first second]"),
        ("{{.Labels.job}}", "node"),
        ("{{(.Labels).job}}", "node"),
        ("{{(.Labels).Nope}}", ""),
        ("{{(.Map).nest.k}}", "v"),
        ("{{(.Map.nest).k}}", "v"),
        ("{{((.Name))}}", "web"),
        ("{{.One}}", "{cpu map[job:node severity:critical] 1 {in map[k:v]}}"),
        ("{{.Map}}", "map[a:1 b:two f:2.5 list:[1 2] nest:map[k:v] none:<nil>]"),
        ("{{.Labels}}", "map[instance:a:1 job:node]"),
        ("{{.Items}}", "[1 two 3.5 <nil> true [n 2] map[m:1]]"),
        ("{{.Tags}}", "[x y z]"),
    ]

    @Test("fields, keys and methods are found along a chain", arguments: fields)
    func fieldsVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.output(template) == expected)
    }

    private static let variables: [(String, String)] = [
        ("{{$x := 1}}{{$x}}{{$x = 2}}{{$x}}", "12"),
        ("{{$x := 1 | num}}{{$x}}", "2"),
        ("{{print ($x := 1) $x}}", "1 1"),
    ]

    @Test("variables are declared, set and scoped", arguments: variables)
    func variablesVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.output(template) == expected)
    }

    private static let failing: [(String, String)] = [
        ("{{.Nope}}", #"template: t:1:2: executing "t" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
        ("{{.One.Nope}}", #"template: t:1:6: executing "t" at <.One.Nope>: can't evaluate field Nope in type test.Alert"#),
        ("{{.Map.nope.x}}", #"template: t:1:6: executing "t" at <.Map.nope.x>: nil pointer evaluating interface {}.x"#),
        ("{{.Map.none.x}}", #"template: t:1:6: executing "t" at <.Map.none.x>: nil pointer evaluating interface {}.x"#),
        ("{{.Map.nest.k.z}}", #"template: t:1:6: executing "t" at <.Map.nest.k.z>: can't evaluate field z in type interface {}"#),
        ("{{.Map.b.z}}", #"template: t:1:6: executing "t" at <.Map.b.z>: can't evaluate field z in type interface {}"#),
        ("{{.Map.b.z.y}}", #"template: t:1:6: executing "t" at <.Map.b.z.y>: can't evaluate field z in type interface {}"#),
        ("{{.Name.x}}", #"template: t:1:7: executing "t" at <.Name.x>: can't evaluate field x in type string"#),
        ("{{.Count.x}}", #"template: t:1:8: executing "t" at <.Count.x>: can't evaluate field x in type int"#),
        ("{{.Tags.x}}", #"template: t:1:7: executing "t" at <.Tags.x>: can't evaluate field x in type []string"#),
        ("{{.Items.x}}", #"template: t:1:8: executing "t" at <.Items.x>: can't evaluate field x in type []interface {}"#),
        ("{{.Alerts.x}}", #"template: t:1:9: executing "t" at <.Alerts.x>: can't evaluate field x in type test.Alerts"#),
        ("{{range .Items}}{{.x}}{{end}}", #"template: t:1:18: executing "t" at <.x>: can't evaluate field x in type interface {}"#),
        ("{{range .Map}}{{.x}};{{end}}", #"template: t:1:16: executing "t" at <.x>: can't evaluate field x in type interface {}"#),
        (
            "{{range $e := .Items}}{{$e.x}};{{end}}",
            #"template: t:1:26: executing "t" at <$e.x>: can't evaluate field x in type interface {}"#
        ),
        ("{{range .Name}}x{{end}}", #"template: t:1:8: executing "t" at <.Name>: range can't iterate over web"#),
        ("{{range .Ratio}}x{{end}}", #"template: t:1:8: executing "t" at <.Ratio>: range can't iterate over 1.5"#),
        ("{{range .Yes}}x{{end}}", #"template: t:1:8: executing "t" at <.Yes>: range can't iterate over true"#),
        (
            "{{range .One}}x{{end}}",
            #"template: t:1:8: executing "t" at <.One>: range can't iterate over {cpu map[job:node severity:critical] 1 {in map[k:v]}}"#
        ),
        ("{{range nil}}x{{end}}", #"template: t:1:8: executing "t" at <nil>: nil is not a command"#),
        ("{{$x = 1}}", #"template: t:1:7: executing "t" at <1>: undefined variable: $x"#),
        ("{{range $x, $y = .Tags}}{{end}}", #"template: t:1:17: executing "t" at <.Tags>: undefined variable: $x"#),
        ("{{if .No}}{{$y := 1}}{{else}}{{$y}}{{end}}", #"template: t:1:31: executing "t" at <$y>: undefined variable: $y"#),
        (
            "{{$x := .One}}{{$x.Name}}{{$x.Inner.Name}}{{$x.Nope}}",
            #"template: t:1:46: executing "t" at <$x.Nope>: can't evaluate field Nope in type test.Alert"#
        ),
        (
            "{{$x := .One}}{{$x.Name 1}}",
            #"template: t:1:18: executing "t" at <$x.Name>: Name has arguments but cannot be invoked as function"#
        ),
        ("{{$x := .One}}{{$x 1}}", #"template: t:1:16: executing "t" at <$x>: can't give argument to non-function $x"#),
        ("{{1 2}}", #"template: t:1:2: executing "t" at <1>: can't give argument to non-function 1"#),
        (#"{{"a" "b"}}"#, #"template: t:1:2: executing "t" at <"a">: can't give argument to non-function "a""#),
        (#"{{.Name "b"}}"#, #"template: t:1:2: executing "t" at <.Name>: Name has arguments but cannot be invoked as function"#),
        ("{{.Name | .Count}}", #"template: t:1:10: executing "t" at <.Count>: Count has arguments but cannot be invoked as function"#),
        ("{{.Map.a 1}}", #"template: t:1:6: executing "t" at <.Map.a>: a is not a method but has arguments"#),
        ("{{.Labels.job 1}}", #"template: t:1:9: executing "t" at <.Labels.job>: job is not a method but has arguments"#),
        ("{{. 1}}", #"template: t:1:2: executing "t" at <.>: can't give argument to non-function ."#),
        ("{{nil}}", #"template: t:1:2: executing "t" at <nil>: nil is not a command"#),
        ("{{nil 1}}", #"template: t:1:2: executing "t" at <nil>: can't give argument to non-function nil"#),
        ("{{nil | print}}", #"template: t:1:2: executing "t" at <nil>: nil is not a command"#),
        ("{{(1) | (2)}}", #"template: t:1:3: executing "t" at <1>: can't give argument to non-function 2"#),
        ("{{1 | (print)}}", #"template: t:1:2: executing "t" at <1>: can't give argument to non-function print"#),
        ("{{1 | $}}", #"template: t:1:6: executing "t" at <$>: can't give argument to non-function $"#),
        ("{{self.Name.x}}", #"template: t:1:2: executing "t" at <self>: can't evaluate field x in type string"#),
        ("{{nothing.x}}", #"template: t:1:2: executing "t" at <nothing>: nil pointer evaluating interface {}.x"#),
        ("{{(.Map).nest.k.z}}", #"template: t:1:3: executing "t" at <.Map>: can't evaluate field z in type interface {}"#),
        ("{{(.Map.nest.k).z}}", #"template: t:1:7: executing "t" at <.Map.nest.k>: can't evaluate field z in type string"#),
        ("{{9223372036854775808}}", #"template: t:1:2: executing "t" at <9223372036854775808>: 9223372036854775808 overflows int"#),
        ("{{0xFFFFFFFFFFFFFFFF}}", #"template: t:1:2: executing "t" at <0xFFFFFFFFFFFFFFFF>: 0xFFFFFFFFFFFFFFFF overflows int"#),
        ("{{.Name .Count}}", #"template: t:1:2: executing "t" at <.Name>: Name has arguments but cannot be invoked as function"#),
        ("{{.é}}", #"template: t:1:2: executing "t" at <.é>: can't evaluate field é in type *test.Root"#),
        ("{{1 .x}}", #"template: t:1:2: executing "t" at <1>: can't give argument to non-function 1"#),
        ("{{.x.y.z.w}}", #"template: t:1:4: executing "t" at <.x.y.z.w>: can't evaluate field x in type *test.Root"#),
        ("{{(print 1 2) 3}}", #"template: t:1:2: executing "t" at <(print 1 2) 3>: can't give argument to non-function print 1 2"#),
        ("{{((print 1 2)).x}}", #"template: t:1:12: executing "t" at <2>: can't evaluate field x in type string"#),
        ("{{eq 1 1.0}}", #"template: t:1:2: executing "t" at <eq 1 1.0>: error calling eq: incompatible types for comparison"#),
        ("   é{{.Nope}}", #"template: t:1:7: executing "t" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
        ("b`}} {{.One.Nope}}", #"template: t:1:11: executing "t" at <.One.Nope>: can't evaluate field Nope in type test.Alert"#),
        (#"{{(dict "a").a}}"#, #"template: t:1:3: executing "t" at <dict "a">: error calling dict: odd"#),
        (
            #"{{$m := dict "a" (mk 1 2)}}{{range $m.a}}{{.}}{{end}}{{$m.a.x}}"#,
            #"template: t:1:57: executing "t" at <$m.a.x>: can't evaluate field x in type interface {}"#
        ),
        (
            "{{if .Yes}}a{{end}}{{if .Yes}}b{{end}}{{.x}}",
            #"template: t:1:40: executing "t" at <.x>: can't evaluate field x in type *test.Root"#
        ),
        (
            "{{with .Map.nest}}{{.k}}{{.z}}{{.z.y}}{{end}}",
            #"template: t:1:34: executing "t" at <.z.y>: nil pointer evaluating interface {}.y"#
        ),
        ("{{(id 1).x}}", #"template: t:1:6: executing "t" at <1>: can't evaluate field x in type int"#),
        (
            "{{.One.Inner.Deep.k}}{{.One.Inner.Deep.k.x}}",
            #"template: t:1:27: executing "t" at <.One.Inner.Deep.k.x>: can't evaluate field x in type interface {}"#
        ),
        ("{{.One.Inner.Name.x}}", #"template: t:1:6: executing "t" at <.One.Inner.Name.x>: can't evaluate field x in type string"#),
        ("{{.Alerts.Firing.x}}", #"template: t:1:9: executing "t" at <.Alerts.Firing.x>: can't evaluate field x in type test.Alerts"#),
        (#"{{print .Name .Nope "x"}}"#, #"template: t:1:14: executing "t" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
        ("{{.Nope | print}}", #"template: t:1:2: executing "t" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
        ("{{print .One.Nope}}", #"template: t:1:12: executing "t" at <.One.Nope>: can't evaluate field Nope in type test.Alert"#),
        ("line1\n{{.Nope}}", #"template: t:2:2: executing "t" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
        (
            "line1\n{{range .Tags}}\n  {{if .}}\n   é{{.Nope}}\n  {{end}}\n{{end}}",
            #"template: t:4:7: executing "t" at <.Nope>: can't evaluate field Nope in type string"#
        ),
        (
            "line1\n{{`a\nb`}} {{.One.Nope}}",
            #"template: t:3:11: executing "t" at <.One.Nope>: can't evaluate field Nope in type test.Alert"#
        ),
        ("line1\n{{print\n 1\n .Nope\n}}", #"template: t:4:1: executing "t" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
        ("a\n{{- /* x\n*/ -}}\nb{{.Nope}}", #"template: t:4:3: executing "t" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
        ("{{ .Name\n }}\n{{ .Nope }}", #"template: t:3:3: executing "t" at <.Nope>: can't evaluate field Nope in type *test.Root"#),
    ]

    @Test("a value that is not there fails in Go's words, at its expression", arguments: failing)
    func failingVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.failure(template) == expected)
    }
}
