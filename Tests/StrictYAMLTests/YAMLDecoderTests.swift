import StrictYAML
import Testing

@Suite("Decoding YAML into types")
struct YAMLDecoderTests {
    private struct Route: Equatable {
        var receiver: String
        var groupBy: [String] = []
        var isContinued = false
        var match: [String: String] = [:]
        var routes: [Route] = []
    }

    private static func route(_ mapping: YAMLMapping) -> Route? {
        Route(
            receiver: mapping.string("receiver") ?? "",
            groupBy: mapping.strings("group_by") ?? [],
            isContinued: mapping.bool("continue") ?? false,
            match: Dictionary(mapping.stringMap("match") ?? [], uniquingKeysWith: { $1 }),
            routes: mapping.list("routes") { $0.mapping(as: "route", route) } ?? [])
    }

    /// Decodes a text as a route; the messages are empty when all is well.
    private func decode(_ text: String) throws -> (route: Route?, messages: [String]) {
        let decoder = YAMLDecoder(file: "f.yml")
        let route = decoder.element(try YAMLDocument.parse(text, file: "f.yml"))?.mapping(as: "config") { config in
            config.mapping("route", as: "route", Self.route)
        }
        do throws(YAMLError) {
            try decoder.finish()
            return (route, [])
        } catch {
            return (route, error.description.split(separator: "\n").map(String.init))
        }
    }

    /// Reads the value of `a`, and what was reported about it.
    private func read<Value>(_ text: String, _ body: (YAMLMapping) -> Value?) throws -> (value: Value?, messages: [String]) {
        let decoder = YAMLDecoder(file: "f.yml")
        let value = decoder.element(try YAMLDocument.parse(text, file: "f.yml"))?.mapping(as: "test", body)
        return (value, decoder.issues.map(\.message))
    }

    @Test("a file that fits becomes its types without a report")
    func fitting() throws {
        let result = try decode(
            """
            route:
              receiver: team
              group_by: [alertname, 5]
              continue: yes
              match: {severity: critical, code: 007, empty: }
              routes:
              - receiver: other
            """)
        #expect(result.messages == [])
        #expect(
            result.route
                == Route(
                    receiver: "team", groupBy: ["alertname", "5"], isContinued: true,
                    match: ["severity": "critical", "code": "007", "empty": ""],
                    routes: [Route(receiver: "other")]))
    }

    @Test("everything that is wrong is reported at once, in the order of the file, with place and path")
    func allAtOnce() throws {
        let result = try decode(
            """
            route:
              receiver: [a]
              groupby: [x]
              continue: "yes"
              match: text
              routes:
              - receiver: ok
                unknown: 1
              - just text
            templates: []
            """)
        #expect(
            result.messages == [
                "f.yml:2:13: route.receiver: expected a string, found a list",
                "f.yml:3:3: route: field groupby not found in type route; did you mean group_by?",
                "f.yml:4:13: route.continue: expected true or false, found the string \"yes\"; write it without quotes",
                "f.yml:5:10: route.match: expected a mapping, found the string \"text\"",
                "f.yml:8:5: route.routes[0]: field unknown not found in type route",
                "f.yml:9:5: route.routes[1]: expected a mapping, found the string \"just text\"",
                "f.yml:10:1: field templates not found in type config",
            ])
    }

    @Test("null is read as absent, whatever the type", arguments: ["a:", "a: ~", "a: null", "b: 1"])
    func nulls(_ text: String) throws {
        let result = try read(text) { mapping -> Bool? in
            mapping.ignore("b")
            return mapping.string("a") == nil && mapping.bool("a") == nil && mapping.int("a") == nil && mapping.double("a") == nil
                && mapping.strings("a") == nil && mapping.stringMap("a") == nil && !mapping.isSet("a")
        }
        #expect(result.value == true)
        #expect(result.messages == [])
    }

    @Test("a number read as a string keeps its text", arguments: ["007", "1_000", "0x1F", "1.50", "yes", "2026-01-31", "1e3"])
    func texts(_ text: String) throws {
        #expect(try read("a: \(text)") { $0.string("a") }.value == text)
    }

    @Test("integers come from any notation, from whole floats, and stay in range")
    func integers() throws {
        #expect(try read("a: 0x10") { $0.int("a") }.value == 16)
        #expect(try read("a: 3.0") { $0.int("a") }.value == 3)
        #expect(try read("a: 3.5") { $0.int("a") }.messages == ["expected an integer, found the number 3.5"])
        #expect(try read("a: '3'") { $0.int("a") }.messages == [#"expected an integer, found the string "3"; write it without quotes"#])
        #expect(try read("a: -1") { $0.int("a", in: 0...10) }.messages == ["expected an integer from 0 to 10, found -1"])
        #expect(try read("a: -1") { $0.int64("a", in: 0...Int64.max) }.messages == ["expected an integer of at least 0, found -1"])
        #expect(try read("a: yes") { $0.int("a") }.messages == ["expected an integer, found the boolean yes"])
    }

    @Test("a converter's error is reported at the value")
    func converters() throws {
        struct Refusal: Error, CustomStringConvertible { let description = "not a duration" }
        let good = try read("a: 5") { $0.parsed("a") { (text: String) throws(Refusal) in text + "!" } }
        #expect(good.value == "5!")
        let bad = try read("a: 5") { $0.parsed("a") { (_: String) throws(Refusal) -> String in throw Refusal() } }
        #expect(bad.value == nil)
        #expect(bad.messages == ["not a duration"])
    }

    private enum Level: String, CaseIterable { case low, high }

    @Test("a value outside a list of names is told the names")
    func names() throws {
        #expect(try read("a: high") { $0.oneOf("a", Level.self) }.value == .high)
        #expect(try read("a: mid") { $0.oneOf("a", Level.self) }.messages == [#"expected one of low, high, found the string "mid""#])
    }

    @Test("a failure of the whole mapping stands where the mapping begins, that of a key at its value")
    func failures() throws {
        let decoder = YAMLDecoder(file: "f.yml")
        let root = try YAMLDocument.parse("x:\n  a: 1\n", file: "f.yml")
        let decoded: Bool? = decoder.element(root)?.mapping(as: "outer") { outer in
            outer.mapping("x", as: "inner") { inner in
                inner.fail("one")
                inner.fail("a", "two")
                inner.fail("b", "three")
                inner.ignore("a")
                return true
            }
        }
        #expect(decoded == true)
        #expect(decoder.issues.map { "\($0.position) \($0.path) \($0.message)" } == ["2:3 x one", "2:6 x.a two", "2:3 x.b three"])
    }

    @Test("a long or odd text is shown cut and escaped")
    func shown() throws {
        let result = try read("a: \"\(String(repeating: "x", count: 100))\"\nb: \"a\\n\\t\\\"\\a\"") { mapping -> Bool? in
            _ = mapping.bool("a")
            return mapping.bool("b")
        }
        #expect(
            result.messages == [
                "expected true or false, found the string \"\(String(repeating: "x", count: 60))…\"",
                #"expected true or false, found the string "a\n\t\"\u{7}""#,
            ])
    }
}
