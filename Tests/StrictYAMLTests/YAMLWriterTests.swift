import StrictYAML
import Testing

@Suite("Writing YAML")
struct YAMLWriterTests {
    @Test("a configuration looks as Go's yaml.v2 writes it")
    func configuration() {
        let value: YAMLValue = [
            "global": ["resolve_timeout": "5m", "smtp_require_tls": true, "http_config": [:]],
            "route": [
                "receiver": "team-X", "group_by": ["alertname", "cluster"], "continue": false,
                "routes": [
                    ["receiver": "other", "matchers": [#"severity="critical""#, "service=~\"a|b\""], "group_wait": "30s"],
                    ["receiver": "b"],
                ],
            ],
            "inhibit_rules": [],
            "receivers": [
                ["name": "team-X", "webhook_configs": [["send_resolved": true, "url": "<secret>", "max_alerts": 0]]], ["name": "b"],
            ],
            "templates": ["/etc/*.tmpl"],
        ]
        #expect(
            YAMLWriter().string(value) == """
                global:
                  resolve_timeout: 5m
                  smtp_require_tls: true
                  http_config: {}
                route:
                  receiver: team-X
                  group_by:
                  - alertname
                  - cluster
                  continue: false
                  routes:
                  - receiver: other
                    matchers:
                    - severity="critical"
                    - service=~"a|b"
                    group_wait: 30s
                  - receiver: b
                inhibit_rules: []
                receivers:
                - name: team-X
                  webhook_configs:
                  - send_resolved: true
                    url: <secret>
                    max_alerts: 0
                - name: b
                templates:
                - /etc/*.tmpl

                """)
    }

    @Test(
        "a string is quoted only where it would be read as something else",
        arguments: [
            ("plain text", "plain text"), ("", #""""#), ("yes", #""yes""#), ("n", #""n""#), ("null", #""null""#), ("~", #""~""#),
            ("5", #""5""#),
            ("1.5", #""1.5""#), ("0x1F", #""0x1F""#), ("10:30", #""10:30""#), ("-1:59.5", #""-1:59.5""#), ("10:60", "10:60"), ("5m", "5m"),
            ("2026-01-31", #""2026-01-31""#), ("2026-1-31T8:00:00.5+09:00", #""2026-1-31T8:00:00.5+09:00""#), ("2026-13-01", "2026-13-01"),
            ("2026-01-31 08:00:00", #""2026-01-31 08:00:00""#), ("<<", #""<<""#),
            ("a: b", "'a: b'"), ("# no", "'# no'"), ("- x", "'- x'"), ("{{ .Labels }}", "'{{ .Labels }}'"), ("it's", "it's"), ("'", "''''"),
            ("@x", "'@x'"), (" x", "' x'"), ("x ", "'x '"), ("日本", "日本"), ("😀", #""\U0001F600""#), ("a\tb", #""a\tb""#),
            ("a\rb", #""a\rb""#),
            ("a\u{85}b", #""a\Nb""#), ("a\u{2028}b\u{2029}\nc", #""a\Lb\P\nc""#), ("a\u{FEFF}\nb", #""a\uFEFF\nb""#),
            ("a\r\nb", #""a\r\nb""#), ("a#b", "a#b"), ("a #b", "'a #b'"), ("[x", "'[x'"), ("*x", "'*x'"), ("%", "'%'"),
            ("http://x/?a=b&c", "http://x/?a=b&c"),
        ])
    func quoting(_ text: String, _ written: String) throws {
        #expect(YAMLWriter().string(["k": .string(text)]) == "k: \(written)\n")
        let again = try YAMLDocument.parse(YAMLWriter().string([.string(text)]), file: "f.yml").map { YAMLValue($0) }
        #expect(again == [.string(text)])
    }

    @Test("a text of several lines is a literal")
    func literals() throws {
        #expect(
            YAMLWriter().string(["k": "one\ntwo\n", "l": "one\ntwo", "m": [" one\n  two\n\n"]])
                == "k: |\n  one\n  two\nl: |-\n  one\n  two\nm:\n- |2+\n   one\n    two\n\n")
        #expect(YAMLWriter().string(["k": "one \ntwo"]) == "k: \"one \\ntwo\"\n")
    }

    @Test(
        "numbers, booleans and null",
        arguments: [
            (nil, "null"), (true, "true"), (-5, "-5"), (1.0, "1"), (0.5, "0.5"), (100_000.0, "100000"), (1_000_000.0, "1e+06"),
            (123_456_789.0, "1.23456789e+08"),
            (0.0001, "0.0001"), (0.00001, "1e-05"), (1e100, "1e+100"), (-0.0, "-0"), (.double(.infinity), ".inf"),
            (.double(-.infinity), "-.inf"),
            (.double(.nan), ".nan"),
        ] as [(YAMLValue, String)])
    func scalars(_ value: YAMLValue, _ written: String) {
        #expect(YAMLWriter().string(["k": value]) == "k: \(written)\n")
    }

    @Test("nesting, odd keys and scalars at the root are written so that they read back")
    func shapes() throws {
        let values: [YAMLValue] = [
            "text", 5, [], [:], [[], [[]], [[1, 2], [3]]], [["a": ["b": [:]]], ["": 1, "yes": 2, "a: b": 3, "two\nlines": 4, "5": 5]],
            ["k": .string(String(repeating: "word ", count: 40) + "end")],
            .mapping([YAMLValue.Member(String(repeating: "x", count: 200), 1)]),
        ]
        for value in values {
            for width in [nil, 20, 80] {
                #expect(try YAMLDocument.parse(YAMLWriter(lineWidth: width).string(value), file: "f.yml").map { YAMLValue($0) } == value)
            }
        }
    }

    @Test("long texts fold at the width, or never")
    func folding() {
        let words = String(repeating: "word ", count: 20) + "end"
        #expect(YAMLWriter().string(["k": .string(words)]).split(separator: "\n").count == 2)
        #expect(YAMLWriter(lineWidth: nil).string(["k": .string(words)]) == "k: \(words)\n")
    }
}
