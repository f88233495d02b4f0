import StrictYAML
import Testing

@Suite("Parsing YAML")
struct YAMLDocumentTests {
    /// What a text means.
    private func value(_ text: String) throws -> YAMLValue? {
        try YAMLDocument.parse(text, file: "f.yml").map { YAMLValue($0) }
    }

    /// The messages for a text that is refused.
    private func issues(_ text: [UInt8], limits: YAMLDocument.Limits = YAMLDocument.Limits()) -> [String] {
        do throws(YAMLError) {
            _ = try YAMLDocument.parse(text, file: "f.yml", limits: limits)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    private func issues(_ text: String, limits: YAMLDocument.Limits = YAMLDocument.Limits()) -> [String] {
        issues(Array(text.utf8), limits: limits)
    }

    @Test("a file without content has no document", arguments: ["", " \n\n", "# only a comment\n", "---\n", "---\n...\n"])
    func nothing(_ text: String) throws {
        #expect(try YAMLDocument.parse(text, file: "f.yml") == nil)
    }

    @Test("lists, mappings and scalars keep their order and places")
    func tree() throws {
        let root = try #require(try YAMLDocument.parse("route:\n  receiver: 日本\n  routes:\n  - match: {a: b}\n", file: "f.yml"))
        #expect(YAMLValue(root) == ["route": ["receiver": "日本", "routes": [["match": ["a": "b"]]]]])
        #expect(root["route"]?["receiver"]?.position == YAMLPosition(line: 2, column: 13))
        #expect(root["route"]?["routes"]?.sequence?[0]["match"]?["a"]?.position == YAMLPosition(line: 4, column: 16))
    }

    @Test(
        "plain scalars mean what Go's yaml.v2 reads into an untyped value",
        arguments: [
            ("~", .null), ("null", .null), ("NULL", .null), ("nULL", "nULL"),
            ("true", true), ("Yes", true), ("on", true), ("y", true), ("No", false), ("OFF", false), ("n", false), ("yEs", "yEs"),
            ("0", 0), ("-12", -12), ("+12", 12), ("1_000", 1000), ("0x1F", 31), ("-0x1f", -31), ("0o17", 15), ("017", 15), ("0b101", 5),
            ("08", 8.0), ("9223372036854775807", 9_223_372_036_854_775_807), ("9223372036854775808", 9_223_372_036_854_775_808.0),
            ("1.5", 1.5), ("-.5", -0.5), ("5.", 5.0), ("1e3", 1000.0), ("1E-2", 0.01), (".inf", .double(.infinity)),
            ("-.Inf", .double(-.infinity)),
            ("0x", "0x"), ("0o9", "0o9"), ("1e", "1e"), ("-", "-"), ("--1", "--1"), ("0x-1", "0x-1"), ("1.2.3", "1.2.3"), (".", "."),
            ("e3", "e3"),
            ("5m", "5m"), ("10:30", "10:30"), ("2026-01-31", "2026-01-31"), ("2026-01-31T00:00:00Z", "2026-01-31T00:00:00Z"),
        ] as [(String, YAMLValue)])
    func resolution(_ text: String, _ expected: YAMLValue) throws {
        #expect(YAMLValue(YAMLNode(kind: .scalar(YAMLScalar(text: text)), position: YAMLPosition(line: 1, column: 1))) == expected)
        #expect(YAMLScalar(text: text, style: .doubleQuoted).value == .string(text))
    }

    @Test("tags decide the meaning, and must fit")
    func tags() throws {
        #expect(
            try value("[!!str 5, !!int \"5\", !!float 5, !!bool 'yes', !!null '', ! 5, !!timestamp 2026-01-31]") == [
                "5", 5, 5.0, true, nil, "5", "2026-01-31",
            ])
        #expect(issues("a: !!int 1.0") == [#"f.yml:1:4: "1.0" is not a valid integer as its tag !!int says"#])
        #expect(issues("a: !!int x") == [#"f.yml:1:4: "x" is not a valid integer as its tag !!int says"#])
        #expect(issues("a: !!timestamp x") == [#"f.yml:1:4: "x" is not a timestamp as its tag !!timestamp says"#])
        #expect(issues("a: !!binary x") == [#"f.yml:1:4: "x" is not Base64 as its tag !!binary says"#])
    }

    @Test("tags of one's own make a scalar a string and change nothing else, and !!binary is Base64")
    func ownTags() throws {
        #expect(try value("[!thing 5, !!set {a: b}, !own [1], !!seq x]") == ["5", ["a": "b"], [1], "x"])
        #expect(
            try value("[!!binary aGVsbG8=, !!binary aGVsbA==, !!binary \"aGVs\\nbG8h\", !!binary '']") == ["hello", "hell", "hello!", ""])
        for bad in ["aGVsbG8", "a===", "a b=", "aGVsbG8=x", "ü"] { #expect(issues("a: !!binary '\(bad)'").count == 1) }
    }

    @Test("a comma right behind a tag is a part of the tag to Go, so it is refused")
    func commaBehindTag() throws {
        #expect(issues("é: [!!str, x]") == ["f.yml:1:10: a comma right behind a tag; put a blank between them"])
        #expect(try value("[!!str , x, !!str a, b]") == ["", "x", "a", "b"])
    }

    @Test("every duplicate key is an error that names the first, in nested and flow mappings too")
    func duplicates() {
        #expect(
            issues("a: 1\nb: {x: 1, 'x': 2}\na: 3\n") == [
                #"f.yml:2:11: key "x" is already set at line 2, column 5"#, #"f.yml:3:1: key "a" is already set at line 1, column 1"#,
            ])
    }

    @Test("a key that is a list or a mapping is an error")
    func keys() {
        #expect(issues("? [a]\n: b\n") == ["f.yml:1:3: a key must be a scalar, found a list"])
        #expect(issues("{{a: b}: c}") == ["f.yml:1:2: a key must be a scalar, found a mapping"])
    }

    @Test("aliases stand for what their anchor holds")
    func aliases() throws {
        #expect(try value("a: &x {k: [1]}\nb: *x\nc: [*x, *x]") == ["a": ["k": [1]], "b": ["k": [1]], "c": [["k": [1]], ["k": [1]]]])
        #expect(try value("- &x 1\n- *x\n- &x 2\n- *x\n") == [1, 1, 2, 2])
        #expect(issues("a: *x") == ["f.yml:1:4: unknown anchor: no &x comes before this alias"])
        #expect(issues("a: &x [*x]") == ["f.yml:1:8: the value of anchor &x contains itself"])
        #expect(issues("- &x 1\n- &x [*x]") == ["f.yml:2:7: the value of anchor &x contains itself"])
    }

    @Test("merged keys come in place: what is later in the file wins, and of a list the first mapping")
    func merging() throws {
        let base = "- &p {a: p, b: p}\n- &q {b: q, c: q}\n"
        #expect(try value(base + "- {<<: *p, b: own}")?.element(2) == ["a": "p", "b": "own"])
        #expect(try value(base + "- {b: own, <<: *p}")?.element(2) == ["b": "p", "a": "p"])
        #expect(try value(base + "- {<<: [*p, *q]}")?.element(2) == ["b": "p", "c": "q", "a": "p"])
        #expect(try value(base + "- {<<: *p, <<: *q}")?.element(2) == ["a": "p", "b": "q", "c": "q"])
        #expect(try value(base + "- {'<<': 1}")?.element(2) == ["<<": 1])
        #expect(issues(base + "- {<<: 5}") == ["f.yml:3:8: only a mapping or a list of mappings can be merged, found the integer 5"])
        #expect(issues(base + "- {<<: *p, a: 1, a: 2}") == [#"f.yml:3:18: key "a" is already set at line 3, column 12"#])
        #expect(issues(base + "- {<<: *p, d: 1, d: 2}") == [#"f.yml:3:18: key "d" is already set at line 3, column 12"#])
    }

    @Test("a small file that grows without bound through aliases is refused")
    func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(issues(text) == ["f.yml:6:45: the document has more than 1000000 values with its aliases replaced; use fewer aliases"])
    }

    @Test("nesting ends at the limit, also through aliases")
    func depth() {
        let limits = YAMLDocument.Limits(depth: 3)
        #expect(issues("[[[x]]]", limits: limits) == [])
        #expect(issues("[[[[x]]]]", limits: limits) == ["f.yml:1:4: lists and mappings are nested more than 3 deep"])
        #expect(issues("a: &x [[1]]\nb: [*x]", limits: limits) == ["f.yml:2:5: lists and mappings are nested more than 3 deep"])
        #expect(issues(String(repeating: "[", count: 100_000)) == ["f.yml:1:101: lists and mappings are nested more than 100 deep"])
    }

    @Test("a second document is an error, an empty one at the end is not")
    func documents() throws {
        #expect(try value("---\na: b\n---\n") == ["a": "b"])
        #expect(try value("---\na: b\n...\n") == ["a": "b"])
        #expect(issues("a: b\n---\nc: d\n") == ["f.yml:2:1: a second document begins here; a file holds one"])
        #expect(issues("---\n---\nc: d\n") == ["f.yml:2:1: a second document begins here; a file holds one"])
    }

    @Test(
        "what follows the first document can be skipped, whatever it is",
        arguments: ["---\nc: d\n", "---\n---\nx\n", "---\n{{{\n", "...\nx\n"])
    func skipping(_ rest: String) throws {
        var places: [YAMLPosition] = []
        let root = try YAMLDocument.parse(Array("a: b\n\(rest)".utf8), file: "f.yml") { places.append($0) }
        #expect(root?["a"]?.scalar?.text == "b")
        #expect(places.count == 1)
        _ = try YAMLDocument.parse(Array("a: b\n---\n".utf8), file: "f.yml") { _ in Issue.record("nothing follows") }
    }

    @Test("bytes that YAML forbids are errors with their place")
    func bytes() {
        #expect(issues(Array("a: b\nc: \u{01}\n".utf8)) == ["f.yml:2:4: control characters are not allowed (0x1)"])
        #expect(issues(Array("a: 日".utf8) + [0xFF]) == ["f.yml:1:5: invalid leading UTF-8 octet (0xFF)"])
    }

    @Test("syntax errors say where and in what")
    func syntax() {
        #expect(issues("a: b\n\tc: d\n") == ["f.yml:2:1: found a tab; YAML is indented with spaces"])
        #expect(issues("a: @b") == ["f.yml:1:4: a value cannot begin with '@'; put it in quotes"])
        #expect(issues("a: b: c") == ["f.yml:1:5: mapping values are not allowed in this context"])
        #expect(
            issues("a: [1, 2\nb: c") == [
                "f.yml:2:2: did not find expected ',' or ']', while parsing a flow sequence that begins at line 1, column 4"
            ])
        #expect(
            issues("a:\n  - b\n  c: d\n") == [
                "f.yml:3:3: did not find expected '-' indicator, while parsing a block collection that begins at line 2, column 3"
            ])
    }
}

extension YAMLValue {
    /// An element of a list.
    func element(_ index: Int) -> YAMLValue? {
        if case .sequence(let elements) = self { elements[index] } else { nil }
    }
}
