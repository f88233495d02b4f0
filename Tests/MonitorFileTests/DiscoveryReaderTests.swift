import MonitorFile
import Testing

@Suite("Lists of targets")
struct DiscoveryReaderTests {
    private func groups(_ text: String, json: Bool) throws -> [TargetGroup] {
        try DiscoveryReader.groups(Array(text.utf8), file: "t", isJSON: json)
    }

    @Test("YAML and JSON hold the same groups")
    func both() throws {
        let expected = [
            TargetGroup(targets: [["__address__": "a:1"], ["__address__": "b:1"]], labels: ["x": "y"], source: "t:0"),
            TargetGroup(targets: [["__address__": "c"]], source: "t:1"),
        ]
        #expect(try groups("- targets: [a:1, b:1]\n  labels: {x: y}\n- targets: [c]\n", json: false) == expected)
        #expect(
            try groups(#"[{"targets": ["a:1", "b:1"], "labels": {"x": "y"}}, {"Targets": ["c"], "labels": null}]"#, json: true) == expected)
        for json in [true, false] {
            #expect(try groups("[]", json: json) == [])
            #expect(try groups("null", json: json) == [])
        }
        #expect(try groups("", json: false) == [])
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            ("- targets: a\n", false, "t:1:12: expected a list, found the string \"a\""),
            ("- target: [a]\n", false, "t:1:3: field target not found in type target_group; did you mean targets?"),
            ("{}", false, "t:1:1: expected a list, found a mapping"), ("- null\n", false, "t:1:3: an empty target group"),
            ("- labels: {'': x}\n", false, "t:1:12: \"\" is not a valid label name"),
            (#"[{"targets": [1]}]"#, true, "t: 0.targets.0: expected a string, found a number"),
            (#"[{"hosts": []}]"#, true, "t: 0: unknown field \"hosts\", known: targets, labels"),
            ("[\n{", true, "t:2:2: unexpected end of JSON input"), ("", true, "t:1:1: unexpected end of JSON input"),
        ])
    func wrong(_ text: String, _ json: Bool, _ problem: String) {
        let error = #expect(throws: MonitorConfigurationError.self) { try groups(text, json: json) }
        #expect(error?.lines == [problem])
    }
}
