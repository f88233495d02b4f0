import PromQL
import Rules
import Testing

private func groups(_ text: String, _ options: RuleFileOptions = RuleFileOptions()) throws -> [RuleGroupDefinition] {
    try RuleFileReader.read(Array(text.utf8), file: "r.yml", options: options).groups
}

/// The lines that a file is refused with.
private func problems(_ text: String, _ options: RuleFileOptions = RuleFileOptions()) -> [String] {
    do {
        _ = try RuleFileReader.read(Array(text.utf8), file: "r.yml", options: options)
        return []
    } catch {
        return error.problems
    }
}

@Suite("Rule files")
struct RuleFileReaderTests {
    @Test("a group's labels are merged into its rules, whose own win; all are sorted by name")
    func groupLabels() throws {
        let text = """
            groups:
            - name: g
              labels: {team: a, zone: z}
              rules:
              - {alert: A, expr: up == 0, labels: {team: b, code: "1"}}
            """
        let rule = try #require(try groups(text).first?.rules.first)
        #expect(rule.labels.map { "\($0.name)=\($0.template)" } == ["code=1", "team=b", "zone=z"])
        #expect(rule.line == 5)
    }

    @Test("durations, limit, offset and source of a group are read; an interval of zero is none, an offset of zero is one")
    func groupKeys() throws {
        let text = """
            groups:
            - {name: a, interval: 1m30s, query_offset: 0s, limit: 7, query_source: far}
            - {name: b, interval: 0s, limit: -1}
            """
        let groups = try groups(text)
        #expect(groups[0].interval == 90_000 && groups[0].queryOffset == 0 && groups[0].limit == 7 && groups[0].source == "far")
        #expect(groups[1].interval == nil && groups[1].queryOffset == nil && groups[1].limit == 0 && groups[1].source == nil)
        #expect(groups.allSatisfy { $0.file == "r.yml" })
    }

    @Test("recording and alerting rules keep what the file says of them")
    func rules() throws {
        let text = """
            groups:
            - name: g
              rules:
              - {record: job:up, expr: sum  by(job) (up)}
              - alert: Down
                expr: up==0
                for: 1m
                keep_firing_for: 90s
                annotations: {b: "{{ $value }}", a: x}
            """
        let rules = try #require(try groups(text).first?.rules)
        #expect(rules.map(\.kind) == [.recording, .alerting])
        #expect(rules[0].query.text == "sum by (job) (up)" && rules[0].query.source == "sum  by(job) (up)")
        #expect(rules[1].holdDuration == 60_000 && rules[1].keepFiringFor == 90_000)
        #expect(rules[1].annotations.map(\.name) == ["a", "b"])
    }

    @Test("all problems of a file are told, each where it stands")
    func allProblems() {
        let text = """
            groups:
            - name: g
              labels: {__name__: x}
              rules:
              - record: a
                alert: b
                expr: up ==
              - expr: ""
              - record: c{d="e"}
                expr: 1
                for: 1m
            - name: g
            """
        #expect(
            problems(text) == [
                "r.yml: invalid label name: __name__",
                #"r.yml: 5:13: 6:12: group "g", rule 1, "b": only one of 'record' and 'alert' must be set"#,
                #"r.yml: 7:11: group "g", rule 1, "b": could not parse expression: 1:6: parse error: unexpected end of input"#,
                #"r.yml: 0:0: 0:0: group "g", rule 2, "": one of 'record' or 'alert' must be set"#,
                #"r.yml: 8:11: group "g", rule 2, "": field 'expr' must be set in rule"#,
                #"r.yml: 9:13: group "g", rule 3, "c{d=\"e\"}": invalid field 'for' in recording rule"#,
                #"r.yml: 9:13: group "g", rule 3, "c{d=\"e\"}": braces present in the recording rule name; should it be in expr?: c{d="e"}"#,
                #"r.yml: 12:3: groupname: "g" is repeated in the same file"#,
            ])
    }

    @Test("templates are parsed with the variables that they will have, and with every function of rules")
    func templates() {
        func file(_ template: String) -> String {
            "groups: [{name: g, rules: [{alert: A, expr: up, annotations: {a: '\(template)'}}]}]"
        }
        #expect(problems(file(#"{{ $labels.x }}{{ $value | humanize }}{{ query "up" | first | value }}{{ pathPrefix }}"#)) == [])
        #expect(
            problems(file("{{ $label.x }}"))
                == [#"r.yml: group "g", rule 1, "A": annotation "a": template: __alert_A:1: undefined variable "$label""#])
    }

    @Test("unknown keys are told with what was probably meant, unless they are to be passed over")
    func unknownKeys() throws {
        let text = "groups: [{name: g, rules: [{alert: A, expr: up, label: {a: b}}]}]"
        #expect(problems(text) == ["r.yml: 1:49: groups[0].rules[0]: field label not found in type rulefmt.Rule; did you mean labels?"])
        #expect(try groups(text, RuleFileOptions(ignoresUnknownFields: true)).first?.rules.count == 1)
    }

    @Test("the old alphabet of names is asked for by an option")
    func legacyNames() {
        let text = "groups: [{name: g, rules: [{record: a.b, expr: up, labels: {c.d: e}}, {alert: A, expr: up, annotations: {f-g: h}}]}]"
        #expect(problems(text) == [])
        let legacy = problems(text, RuleFileOptions(legacyNames: true))
        #expect(legacy.count == 3)
        #expect(legacy.first?.hasSuffix("invalid recording rule name: a.b") == true)
        #expect(legacy.last?.hasSuffix("invalid annotation name: f-g") == true)
    }

    @Test("experimental functions are read only where the parser is told so")
    func parserOptions() throws {
        let text = "groups: [{name: g, rules: [{record: a, expr: 'sort_by_label(up, \"job\")'}]}]"
        #expect(problems(text).first?.contains("1:46: group \"g\", rule 1, \"a\": could not parse expression") == true)
        #expect(try groups(text, RuleFileOptions(parser: .all)).count == 1)
    }

    @Test("bytes that are no UTF-8 are no label value")
    func invalidUTF8() {
        let text = "groups: [{name: g, rules: [{alert: A, expr: up, labels: {a: !!binary /w==, b: !!binary YQ==}}]}]"
        #expect(problems(text) == [#"r.yml: group "g", rule 1, "A": invalid label value: "# + "\u{FFFD}"])
    }

    @Test("what is written in a mapping wins over what is merged into it, in whatever order")
    func mergeKeys() throws {
        let text = """
            groups:
            - name: g
              rules:
              - {alert: A, expr: up, labels: &l {a: merged, b: merged}}
              - {alert: B, expr: up, labels: {a: own, <<: *l}}
              - {alert: C, expr: up, labels: {<<: *l, a: own}}
            """
        let rules = try #require(try groups(text).first?.rules)
        for rule in rules.dropFirst() { #expect(rule.labels.map(\.template) == ["own", "merged"]) }
    }

    @Test("a second document is left alone, with a warning")
    func secondDocument() throws {
        let file = try RuleFileReader.read(Array("groups: [{name: a}]\n---\nx: [\n".utf8), file: "r.yml")
        #expect(file.groups.map(\.name) == ["a"])
        #expect(file.warnings == ["r.yml: 2:1: a second document begins here; only the first is read"])
    }

    @Test("an empty file has no groups")
    func empty() throws {
        #expect(try groups("").isEmpty)
        #expect(try groups("# nothing\n").isEmpty)
    }
}
