import Labels
import MonitorFile
import StrictYAML
import Testing

@Suite("Relabelling")
struct RelabelTests {
    /// Reads the steps of a list.
    private func read(_ text: String, legacyNames: Bool = false) throws -> (rules: RelabelRules, problems: [String]) {
        let decoder = YAMLDecoder(file: "f.yml")
        let rules = RelabelReader(decoder: decoder, legacyNames: legacyNames).read(
            decoder.element(try YAMLDocument.parse(text, file: "f.yml")))
        return (rules, decoder.issues.map(\.message))
    }

    private func apply(_ text: String, to labels: LabelSet, legacyNames: Bool = false) throws -> LabelSet? {
        let (rules, problems) = try read(text, legacyNames: legacyNames)
        #expect(problems == [])
        return rules.apply(labels)
    }

    @Test(
        "each action changes labels as Prometheus does",
        arguments: [
            ("{source_labels: [a], target_label: d}", "foo", "x", ["a": "foo", "b": "x", "d": "foo"]),
            ("{source_labels: [a, b], separator: '-', target_label: d}", "foo", "x", ["a": "foo", "b": "x", "d": "foo-x"]),
            (
                "{source_labels: [a], regex: 'f(.*)', target_label: d, replacement: 'ch${1}-ch$1'}", "foo", "x",
                ["a": "foo", "b": "x", "d": "choo-choo"]
            ),
            ("{source_labels: [a], regex: '(.*)o', target_label: '${1}', replacement: v}", "foo", "x", ["a": "foo", "b": "x", "fo": "v"]),
            ("{source_labels: [a], regex: 'o', target_label: d}", "foo", "x", ["a": "foo", "b": "x"]),
            ("{target_label: a, replacement: ''}", "foo", "x", ["b": "x"]),
            ("{source_labels: [no], target_label: a}", "foo", "x", ["b": "x"]),
            ("{target_label: d, replacement: 'a$$b'}", "foo", "x", ["a": "foo", "b": "x", "d": "a$b"]),
            ("{source_labels: [no], target_label: '${1}', replacement: v}", "foo", "x", ["a": "foo", "b": "x"]),
            ("{action: labelmap, regex: '(a|b)', replacement: 'x_$1'}", "foo", "x", ["a": "foo", "b": "x", "x_a": "foo", "x_b": "x"]),
            ("{action: labeldrop, regex: 'a.*'}", "foo", "x", ["b": "x"]),
            ("{action: LabelKeep, regex: a}", "foo", "x", ["a": "foo"]),
            ("{action: lowercase, source_labels: [b], target_label: b}", "foo", "ÄB", ["a": "foo", "b": "äb"]),
            ("{action: uppercase, source_labels: [a, b], target_label: b}", "foo", "x", ["a": "foo", "b": "FOO;X"]),
            // MD5 of "foo": acbd18db4cc2f85cedef654fccc4a4d8; its last half modulo 1000.
            (
                "{action: hashmod, source_labels: [a], target_label: d, modulus: 1000}", "foo", "x",
                ["a": "foo", "b": "x", "d": "\(0xedef_654f_ccc4_a4d8 as UInt64 % 1000)"]
            ),
        ] as [(String, String, String, [String: String])])
    func actions(_ step: String, _ a: String, _ b: String, _ expected: [String: String]) throws {
        #expect(try apply("[\(step)]", to: ["a": a, "b": b]) == LabelSet(expected))
    }

    @Test(
        "keep and drop decide by the whole value",
        arguments: [
            ("{action: keep, source_labels: [a], regex: fo+}", true), ("{action: keep, source_labels: [a], regex: fo}", false),
            ("{action: drop, source_labels: [a], regex: foo}", false), ("{action: drop, source_labels: [a], regex: oo}", true),
            ("{action: keep, source_labels: [nl], regex: 'x.y'}", true), ("{action: keep, source_labels: [no], regex: ''}", true),
            ("{action: keep, source_labels: [no], regex: null}", true),
            ("{action: keepequal, source_labels: [a], target_label: same}", true),
            ("{action: keepequal, source_labels: [a], target_label: nl}", false),
            ("{action: keepequal, source_labels: [no], target_label: none}", true),
            ("{action: dropequal, source_labels: [a], target_label: same}", false),
            ("{action: dropequal, source_labels: [a], target_label: nl}", true),
        ])
    func deciding(_ step: String, _ stays: Bool) throws {
        let labels: LabelSet = ["a": "foo", "same": "foo", "nl": "x\ny"]
        #expect(try apply("[\(step)]", to: labels) == (stays ? labels : nil))
    }

    @Test("steps see what those before them made, and a drop ends everything")
    func order() throws {
        let rules = """
            - {target_label: n, replacement: '1'}
            - {source_labels: [n], regex: '1', target_label: a, replacement: ''}
            - {source_labels: [a, n], target_label: j}
            - {action: labelmap, regex: n, replacement: m}
            - {action: labeldrop, regex: n}
            """
        #expect(try apply(rules, to: ["a": "foo", "b": "x"]) == ["b": "x", "j": ";1", "m": "1"])
        #expect(
            try apply(rules + "\n- {action: drop, source_labels: [m], regex: '1'}\n- {target_label: z, replacement: z}", to: ["a": "b"])
                == nil)
    }

    @Test("where nothing changes the set itself comes back")
    func unchanged() throws {
        let labels: LabelSet = ["__name__": "up", "job": "j"]
        let same = try apply(
            """
            - {source_labels: [__name__], regex: 'go_.*', action: drop}
            - {source_labels: [job], target_label: job}
            - {regex: 'no_.*', action: labeldrop}
            - {source_labels: [__name__, job], regex: 'up;x', target_label: job, replacement: y}
            """, to: labels)
        #expect(same?.withPackedBytes { $0.baseAddress } == labels.withPackedBytes { $0.baseAddress })
    }

    @Test("under the old rules of names a target that is none changes nothing")
    func legacy() throws {
        let step = "[{source_labels: [a], target_label: '${1}', replacement: v}]"
        #expect(try apply(step, to: ["a": "x-y"], legacyNames: true) == ["a": "x-y"])
        #expect(try apply(step, to: ["a": "x-y"]) == ["a": "x-y", "x-y": "v"])
    }

    @Test(
        "steps that cannot be meant are refused",
        arguments: [
            ("{}", "relabel configuration for replace action requires 'target_label' value"),
            ("{action: hashmod, target_label: a}", "relabel configuration for hashmod requires non-zero modulus"),
            ("{action: hashmod, modulus: 5}", "relabel configuration for hashmod action requires 'target_label' value"),
            ("{action: lowercase, target_label: a, replacement: b}", "'replacement' can not be set for lowercase action"),
            (
                "{action: keepequal, source_labels: [a], target_label: b, regex: '(.*)'}",
                "keepequal action requires only 'source_labels' and `target_label`, and no other fields"
            ),
            ("{action: labeldrop, regex: a, source_labels: [b]}", "labeldrop action requires only 'regex', and no other fields"),
            ("{action: labelkeep, regex: a, replacement: b}", "labelkeep action requires only 'regex', and no other fields"),
            ("{action: null, target_label: a}", "relabel action cannot be empty"),
            ("{target_label: a, regex: '['}", "error parsing regexp: missing closing ]: `[`"),
            ("{target_label: a, source_labels: ['']}", #""" is not a valid label name"#),
            ("{action: labelmap, replacement: ''}", #""" is invalid 'replacement' for labelmap action"#),
            ("{target_label: a, modulus: -1}", "expected an integer of at least 0, found -1"),
            ("", "empty or null relabeling rule"),
            ("{target_label: a, odd: 1}", "field odd not found in type relabel_config"),
        ])
    func refused(_ step: String, _ problem: String) throws { #expect(try read("- \(step)\n").problems == [problem]) }

    @Test(
        "old names are asked for where the scheme is legacy",
        arguments: [("a-b", false), ("a$1", true), ("${1}", true), ("1a", false), ("a${", false), ("a$", false), ("_9", true)])
    func legacyTargets(_ target: String, _ isGood: Bool) throws {
        #expect(try read("[{target_label: '\(target)'}]", legacyNames: true).problems.isEmpty == isGood)
        #expect(try read("[{target_label: '\(target)'}]").problems == [])
    }
}
