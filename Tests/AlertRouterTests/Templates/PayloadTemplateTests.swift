import JSON
import Testing

@testable import AlertRouter

@Suite("A webhook's payload")
struct PayloadTemplateTests {
    static func expand(_ payload: JSONValue) throws -> String {
        try NotificationTemplates.defaults.payload(payload, Golden.Case.both.data, now: Golden.now).text
    }

    @Test("has every key and value expanded, at any depth, and its keys in Go's order")
    func deep() throws {
        let payload: JSONValue = [
            "title": "{{ .Status | toUpper }}!", "{{ .GroupLabels.alertname }}": "x",
            "nested": ["list": ["{{ len .Alerts.Firing }} firing", ["{{ .Status }}": "ok"]]], "B": "static",
        ]
        #expect(
            try Self.expand(payload)
                == #"{"B":"static","HighLoad":"x","nested":{"list":["1 firing",{"firing":"ok"}]},"title":"FIRING!"}"#)
    }

    @Test(
        "turns values that read as YAML for something else than a string into that",
        arguments: [
            ("{{ len .Alerts }}", "2"), ("1.50", "1.5"), ("true", "true"), ("yes", "true"), ("~", "null"), ("", "null"), ("0x10", "16"),
            ("null", "null"),
            ("{{ .GroupLabels.nope }}", "null"), ("[1, two]", #"[1,"two"]"#), ("- a\n- 2", #"["a",2]"#),
            ("b: 1\na: {c: d}", #"{"a":{"c":"d"},"b":1}"#),
            ("{{ toJson .GroupLabels }}", #"{"alertname":"HighLoad"}"#), ("{1: a, b: c}", #"{"b":"c"}"#),
            (#"{"x": "1", "y": [true]}"#, #"{"x":"1","y":[true]}"#), ("# only a comment", "null"),
        ])
    func yaml(text: String, expected: String) throws {
        #expect(try Self.expand(.string(text)) == expected)
    }

    @Test(
        "leaves texts as they are, quotes and broken YAML too",
        arguments: [
            "plain", #""quoted""#, "'quoted'", "[1, 2", "a: b: c", "2026-01-01", "12:30:45", "*alias", ".nan", "--- a", "x\ny", " padded ",
            "{a: 1, a: 2}",
        ])
    func verbatim(text: String) throws {
        #expect(try NotificationTemplates.defaults.payload(.string(text), Golden.Case.both.data, now: Golden.now) == .string(text))
    }

    @Test("never renders what came out of the data")
    func noSecondRendering() throws {
        var alert = Golden.firing
        alert.body = .init(labels: ["alertname": #"{"a": "{{ .Status }}"}"#])
        let data = Golden.data([alert])
        let value = try NotificationTemplates.defaults.payload("{{ .CommonLabels.alertname }}", data, now: Golden.now)
        #expect(value.text == #"{"a":"{{ .Status }}"}"#)
    }

    @Test("leaves what is not text alone")
    func others() throws {
        #expect(try Self.expand(["a": 1, "b": nil, "c": [true, .number(JSONNumber(Int64(7)))]]) == #"{"a":1,"b":null,"c":[true,7]}"#)
    }

    @Test("fails as a whole when one of its texts does")
    func failure() {
        #expect(throws: (any Error).self) { try Self.expand(["a": "fine", "b": ["{{ .Nope }}"]]) }
        #expect(throws: (any Error).self) { try Self.expand(["{{ .Nope }}": "fine"]) }
    }
}
