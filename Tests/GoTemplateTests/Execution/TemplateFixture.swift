import GoTemplate
import Testing
import Time

/// One set of templates, functions and data that the vectors are about.
///
/// The vectors' texts are what Go's text/template gives for the same data with `missingkey=zero`.
enum TemplateFixture {
    static let environment = TemplateEnvironment(now: Timestamp(seconds: 1_700_000_000))

    /// What a text renders to, or that it failed.
    static func output(_ text: String) -> String {
        do { return try render(text) } catch { return "failed: \(error)" }
    }

    /// The error that a text gives, or that it gave none.
    static func failure(_ text: String) -> String {
        do { return "rendered: \(try render(text))" } catch { return error.description }
    }

    static func render(_ text: String, limits: TemplateLimits = .standard) throws(TemplateError) -> String {
        try library.compile(text, name: "t").render(.object(FixtureRoot()), environment: environment, limits: limits)
    }

    /// Templates that any text may call.
    static let library: TemplateSet = {
        var set = TemplateSet(functions: functions.merging(.builtins))
        let text = """
            {{define "greet"}}Hello {{.}}{{end}}{{define "rec"}}{{if .}}{{len .}}{{template "rec" (slice . 1)}}{{end}}{{end}}
            {{define "bad"}}
              {{.Nope}}{{end}}
            """
        do { try set.add(text, name: "lib") } catch { Issue.record("the library does not parse: \(error)") }
        return set
    }()

    /// One function for each kind of parameter.
    static let functions = TemplateFunctions([
        "fail": TemplateFunction([]) { _, _ throws(TemplateFault) in throw TemplateFault("no luck") },
        "failWith": TemplateFunction([.string]) { values, _ throws(TemplateFault) in throw TemplateFault(values[0].fixtureText) },
        "str": TemplateFunction([.string]) { values, _ in .string("<\(values[0].fixtureText)>") },
        "num": TemplateFunction([.int]) { values, _ in .int(values[0].fixtureInteger &+ 1) },
        "flt": TemplateFunction([.float]) { values, _ in if case .float(let value) = values[0] { .float(value * 2) } else { .missing } },
        "flag": TemplateFunction([.bool]) { values, _ in if case .bool(let value) = values[0] { .bool(!value) } else { .missing } },
        "strs": TemplateFunction([.strings]) { values, _ in
            if case .strings(let strings) = values[0] { .string(strings.joined(separator: ",")) } else { .missing }
        },
        "lst": TemplateFunction([.list]) { values, _ in if case .list(let list) = values[0] { .int(Int64(list.count)) } else { .missing } },
        "cat": TemplateFunction([], variadic: .string) { values, _ in .string(values.map(\.fixtureText).joined()) },
        "two": TemplateFunction([.string, .int]) { values, _ in .string("\(values[0].fixtureText)\(values[1].fixtureInteger)") },
        "least": TemplateFunction([.string], variadic: .int) { values, _ in .string("\(values[0].fixtureText)\(values.count - 1)") },
        "zero": TemplateFunction([]) { _, _ in .string("zero!") },
        "nothing": TemplateFunction([]) { _, _ in .null },
        "mk": TemplateFunction([], variadic: .any) { values, _ in .list(values) },
        "alert": TemplateFunction([.type("test.Alert")]) { values, _ in
            if case .object(let object) = values[0] { object.field("Name") ?? .missing } else { .missing }
        },
        "id": TemplateFunction([.any]) { values, _ in values[0] },
        "self": TemplateFunction([]) { _, _ in .object(FixtureRoot.alerts.alerts[0]) },
        "dict": TemplateFunction([], variadic: .any) { values, _ throws(TemplateFault) in
            guard values.count.isMultiple(of: 2) else { throw TemplateFault("odd") }
            var entries: [String: TemplateValue] = [:]
            for index in stride(from: 0, to: values.count, by: 2) { entries[values[index].fixtureText] = values[index + 1] }
            return .map(entries)
        },
        "environment": TemplateFunction([.string]) { values, environment in environment.values[values[0].fixtureText] ?? .missing },
    ])
}

extension TemplateValue {
    fileprivate var fixtureText: String { if case .string(let text) = self { text } else { "" } }
    fileprivate var fixtureInteger: Int64 { if case .int(let integer) = self { integer } else { 0 } }
}
