import Labels
import PromQL
import Rules
import Testing

@Suite("Templates of labels and annotations")
struct TemplateTests {
    /// The annotation that a template gives for `x{instance="a:80"}` of a value.
    private func expand(_ template: String, value: String = "3", _ edit: (inout RuleSettings) -> Void = { _ in }) throws -> String? {
        var bench = Bench([try .alert("A", "x", labels: [("own", "rule")], annotations: [("text", template)])])
        edit(&bench.settings)
        try bench.load(#"x{instance="a:80"} \#(value)"#)
        try bench.load(#"y{id="2"} 20"#)
        try bench.load(#"y{id="1", __value__="one"} 10"#)
        try bench.pass(at: 0)
        return bench.alerts.first?.annotations["text"]
    }

    @Test(
        "know the sample, before the rule's own labels, and the configuration",
        arguments: [
            ("no template } {", "no template } {"),
            ("{{ $labels.instance }} {{ .Labels.instance }}", "a:80 a:80"),
            ("[{{ $labels.own }}][{{ $labels.none }}]", "[][]"),
            ("{{ $labels.__name__ }}", "x"),
            ("{{ $labels }}", "map[__name__:x instance:a:80]"),
            ("{{ $value }} {{ .Value }}", "3 3"),
            ("{{ $externalLabels.host }}", "here"),
            ("{{ $externalURL }} {{ .ExternalURL }}", "http://h/p http://h/p"),
            ("{{ externalURL }} {{ pathPrefix }}", "http://h/p /p"),
            ("{{ range $k, $v := $labels }}{{ $k }}={{ $v }},{{ end }}", "__name__=x,instance=a:80,"),
            ("{{ with $labels.none }}some{{ else }}none{{ end }}", "none"),
            ("{{ printf \"%.2f %d\" $value $value }}", "3.00 %!d(float64=3)"),
            ("{{ . }}", "{map[__name__:x instance:a:80] map[host:here] http://h/p 3}"),
        ])
    func data(template: String, expected: String) throws {
        let text = try expand(template) { settings in
            settings.externalURL = "http://h/p"
            settings.externalLabels = ["host": "here"]
        }
        #expect(text == expected)
    }

    @Test(
        "print numbers as Go does",
        arguments: [
            ("100000", "100000"), ("999999.5", "999999.5"), ("1e6", "1e+06"), ("1234567.25", "1.23456725e+06"), ("0.0001", "0.0001"),
            ("0.00001", "1e-05"), ("Inf", "+Inf"), ("-Inf", "-Inf"), ("NaN", "NaN"), ("1e21", "1e+21"),
        ])
    func numbers(value: String, expected: String) throws {
        #expect(try expand("{{ $value }}", value: value) == expected)
    }

    @Test(
        "ask the source",
        arguments: [
            (#"{{ query "y" | len }}"#, "2"),
            (#"{{ range query "sort_desc(y)" }}{{ .Labels.id }}:{{ .Value }};{{ end }}"#, "2:20;1:10;"),
            (#"{{ with query "sort(y)" }}{{ . | first | value }}{{ end }}"#, "10"),
            (#"{{ query "sort(y)" | first | label "id" }}"#, "1"),
            (#"{{ query "sort(y)" | first | label "none" }}|"#, "|"),
            (#"{{ query "sort(y)" | first | strvalue }}"#, "one"),
            (#"{{ range query "y" | sortByLabel "id" }}{{ .Labels.id }}{{ end }}"#, "12"),
            (#"{{ query "1 + 1" | first | value }}"#, "2"),
            (#"{{ query (printf "y{id='%s'}" "2") | first | value }}"#, "20"),
            (#"{{ with query "none" }}some{{ else }}none{{ end }}"#, "none"),
            (#"{{ now }}"#, "0"),
        ])
    func queries(template: String, expected: String) throws {
        #expect(try expand(template) == expected)
    }

    @Test("ask at the time of the pass, which query_offset does not move")
    func queryTime() throws {
        var bench = Bench([try .alert("A", "x", annotations: [("t", #"{{ query "x" | first | value }} {{ $value }} {{ now }}"#)])]) {
            $0.queryOffset = minutes(1)
        }
        try bench.load("x 1 2")
        try bench.pass(at: minutes(1))
        #expect(bench.alerts.first?.annotations["t"] == "2 1 60")
    }

    @Test(
        "that fail become the reason, in Go's words",
        arguments: [
            (
                #"{{ query "none" | first }}"#,
                #"template: __alert_A:1:130: executing "__alert_A" at <first>: error calling first: first() called on vector with no elements"#
            ),
            (
                #"{{ query "1 +" }}"#,
                #"template: __alert_A:1:115: executing "__alert_A" at <query "1 +">: error calling query: 1:4: parse error: unexpected end of input"#
            ),
            (
                #"{{ query "y[5m]" }}"#,
                #"template: __alert_A:1:115: executing "__alert_A" at <query "y[5m]">: error calling query: rule result is not a vector or scalar"#
            ),
        ])
    func failures(template: String, reason: String) throws {
        let text = try #require(try expand(template))
        #expect(text == "<error expanding template: error executing template __alert_A: \(reason)>")
    }

    @Test("that are none become the reason, and the alert is there all the same")
    func broken() throws {
        var bench = Bench([try .alert("A", "vector(1)", labels: [("l", "{{ nope }}")], annotations: [("a", "{{ .Value")])])
        let pass = try bench.pass(at: 0)[0]
        #expect(pass.error == nil)
        #expect(bench.state == .firing)
        #expect(
            bench.alerts.first?.labels["l"]
                == #"<error expanding template: error parsing template __alert_A: template: __alert_A:1: function "nope" not defined>"#)
        let annotation = try #require(bench.alerts.first?.annotations["a"])
        #expect(annotation.hasPrefix("<error expanding template: error parsing template __alert_A: template: __alert_A:1: unclosed action"))
        #expect(pass.templateErrors.count == 2)
        #expect(try bench.pass(at: minutes(1))[0].templateErrors.count == 2)
    }

    @Test("that give nothing drop a label and leave an empty annotation")
    func empty() throws {
        var bench = Bench([
            try .alert("A", "vector(1)", labels: [("l", "{{ $labels.x }}")], annotations: [("a", "{{ $labels.x }}"), ("b", "")])
        ])
        try bench.pass(at: 0)
        #expect(bench.alerts.first?.labels == ["alertname": "A"])
        #expect(bench.alerts.first?.annotations == ["a": "", "b": ""])
    }

    @Test("of unit tests have no URL for functions, but one as a variable")
    func unitTests() throws {
        let text = try expand("{{ $externalURL }}") {
            $0.externalURL = "http://u"
            $0.answersURLFunctions = false
        }
        #expect(text == "http://u")
        let failure = try #require(try expand("{{ pathPrefix }}") { $0.answersURLFunctions = false })
        #expect(failure.hasSuffix("error calling pathPrefix: runtime error: invalid memory address or nil pointer dereference>"))
    }

    @Test("are filled in again when value, settings, clock or queries can change them, and only then")
    func freshness() throws {
        var bench = Bench([
            try .alert(
                "A", "x", labels: [("level", "{{ if gt $value 5.0 }}high{{ else }}low{{ end }}")],
                annotations: [("url", "{{ $externalURL }}"), ("v", "{{ $value }}")]),
            try .alert("B", "x", annotations: [("y", #"{{ query "y" | first | value }}"#)]),
        ])
        try bench.load("x 1 1 9 9")
        try bench.load("y 1 2 3 4")
        bench.settings.externalURL = "http://one"
        try bench.run(from: 0, through: minutes(1))
        #expect(bench.group.rules[1].alerts.first?.annotations["y"] == "2")
        try bench.pass(at: minutes(2))
        let states = bench.alerts.map { "\($0.labels["level"] ?? "") \($0.state)" }
        #expect(states == ["low inactive", "high firing"])
        bench.settings.externalURL = "http://two"
        try bench.pass(at: minutes(3))
        #expect(bench.alerts.last?.annotations == ["url": "http://two", "v": "9"])
    }

    @Test("are parsed as a rule file's check parses them")
    func check() throws {
        #expect(throws: (any Error).self) { try RuleTemplate.compile("{{ $nope }}", alert: "A") }
        _ = try RuleTemplate.compile(#"{{ query "x" | first | value }} {{ pathPrefix }} {{ strvalue (first (query "x")) }}"#, alert: "A")
    }
}
