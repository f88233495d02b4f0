import GoTemplate
import Testing

@Suite("Template branches and loops")
struct BranchTests {
    private static let branches: [(String, String)] = [
        ("{{with .Name}}{{.}}{{end}}", "web"),
        ("{{with .Empty}}{{.}}{{else}}e{{end}}", "e"),
        ("{{with $x := .Name}}{{$x}}{{.}}{{end}}", "webweb"),
        ("{{if .No}}a{{else if .Yes}}b{{else}}c{{end}}", "b"),
        ("{{if .No}}a{{else if .No}}b{{else}}c{{end}}", "c"),
        ("{{if .No}}a{{else if .No}}b{{else if .Count}}c{{else}}d{{end}}", "c"),
        ("{{if $x := .Name}}{{$x}}{{else}}{{$x}}{{end}}", "web"),
        ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
        ("{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}", "1"),
        ("{{with .One}}{{.Name}}{{$.Name}}{{with .Labels}}{{.job}}{{end}}{{end}}", "cpuwebnode"),
        (#"{{if eq .Name "web" "x"}}y{{end}}"#, "y"),
        ("{{if and .Yes (not .No) (or .Empty .Name)}}y{{end}}", "y"),
        ("{{with $m := .Map}}{{$m.nest.k}}{{$m.zip}}{{end}}", "v<no value>"),
        (
            "{{with 1}}{{with 2}}{{.}}{{$}}{{end}}{{end}}",
            "2{web  a<b>&\"c\"\nd 3 0 1.5 true false [x y z] [] [1 two 3.5 <nil> true [n 2] map[m:1]] map[a:1 b:two f:2.5 list:[1 2] nest:map[k:v] none:<nil>] map[instance:a:1 job:node] [{cpu map[job:node severity:critical] 1 {in map[k:v]}} {disk map[severity:warning] 2 {in2 map[]}}] {cpu map[job:node severity:critical] 1 {in map[k:v]}}}"
        ),
        ("{{if .}}a{{end}}{{with .}}b{{end}}", "ab"),
        ("{{if .Yes}}  \n {{end}}x", "  \n x"),
        ("{{if\n.Yes\n}}a{{else\n}}b{{end\n}}", "a"),
    ]

    @Test("if and with choose by truth", arguments: branches)
    func branchesVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.output(template) == expected)
    }

    private static let loops: [(String, String)] = [
        ("{{range .Alerts.Firing}}{{.Name}}{{end}}", "cpu"),
        ("{{range .Items}}{{.}},{{end}}", "1,two,3.5,<no value>,true,[n 2],map[m:1],"),
        ("{{range .Items}}[{{if .}}T{{else}}F{{end}}]{{end}}", "[T][T][T][F][T][T][T]"),
        ("{{range $i, $e := .Items}}{{$i}}={{$e}};{{end}}", "0=1;1=two;2=3.5;3=<no value>;4=true;5=[n 2];6=map[m:1];"),
        ("{{range $i, $e := .Map}}{{$i}}={{$e}};{{end}}", "a=1;b=two;f=2.5;list=[1 2];nest=map[k:v];none=<no value>;"),
        ("{{range $e := .Map}}{{$e}};{{end}}", "1;two;2.5;[1 2];map[k:v];<no value>;"),
        ("{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}", "instance=a:1;job=node;"),
        ("{{range .Labels}}{{.}};{{end}}", "a:1;node;"),
        ("{{range .None}}x{{else}}none{{end}}", "none"),
        ("{{range .None}}x{{end}}", ""),
        ("{{range .Map.nope}}x{{else}}none{{end}}", "none"),
        ("{{range .Tags}}{{.}}{{break}}{{end}}", "x"),
        (#"{{range .Tags}}{{if eq . "y"}}{{continue}}{{end}}{{.}}{{end}}"#, "xz"),
        (#"{{range .Tags}}{{if eq . "y"}}{{break}}{{end}}{{.}}{{else}}no{{end}}"#, "x"),
        ("{{range .Tags}}{{range $.Tags}}{{.}}{{break}}{{end}}-{{end}}", "x-x-x-"),
        ("{{$y := 0}}{{range $y = .Tags}}{{end}}{{$y}}", "z"),
        ("{{$.Name}}{{range .Tags}}{{$.Name}}{{end}}", "webwebwebweb"),
        ("{{range .Alerts}}{{alert .}}{{end}}", "cpudisk"),
        (
            "{{range .Alerts}}{{.Name}}:{{range $k, $v := .Labels}}{{$k}}={{$v}},{{end}};{{end}}",
            "cpu:job=node,severity=critical,;disk:severity=warning,;"
        ),
        ("{{range $i, $a := .Alerts}}{{if $i}}, {{end}}{{$a.Name}}{{end}}", "cpu, disk"),
        ("{{range $k, $v := .Map.nest}}{{$k}}{{$v}}{{end}}", "kv"),
        ("{{range $.Map.list}}{{.}}{{end}}", "12"),
        ("{{- range .Tags -}} {{.}} {{- end -}}", "xyz"),
        ("{{- range $i, $t := .Tags }}\n{{ $i }}: {{ $t }}\n{{- end }}", "\n0: x\n1: y\n2: z"),
    ]

    @Test("range walks lists and maps and can be left early", arguments: loops)
    func loopsVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.output(template) == expected)
    }
}
