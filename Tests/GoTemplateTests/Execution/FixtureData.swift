import GoTemplate
import JSON

/// A `map[string]string` with methods.
struct FixtureLabels: TemplateObject {
    let entries: [String: String]

    var goType: String { "test.KV" }
    var kind: TemplateKind { .map }
    var count: Int { entries.count }
    var keys: [String] { entries.keys.sorted() }
    var zeroElement: TemplateValue { .string("") }
    func value(forKey key: String) -> TemplateValue? { entries[key].map { .string($0) } }
    func method(_ name: String) -> TemplateMethod? {
        switch name {
        case "Names": TemplateMethod([]) { _, _ in .strings(["first", "second"]) }
        case "Get":
            TemplateMethod([.string]) { [entries] values, _ in
                if case .string(let key) = values[0] { .string("got " + (entries[key] ?? "")) } else { .missing }
            }
        default: nil
        }
    }
    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}

/// A struct in a struct.
struct FixtureInner: TemplateObject {
    let name: String
    let deep: [String: TemplateValue]

    var goType: String { "test.Inner" }
    var kind: TemplateKind { .structure }
    var fields: [String] { ["Name", "Deep"] }
    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Name": .string(self.name)
        case "Deep": .map(deep)
        default: nil
        }
    }
    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}

/// A struct with methods of every kind.
struct FixtureAlert: TemplateObject {
    let name: String
    let labels: FixtureLabels
    let number: Int64
    let inner: FixtureInner

    var goType: String { "test.Alert" }
    var kind: TemplateKind { .structure }
    var fields: [String] { ["Name", "Labels", "N", "Inner"] }
    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Name": .string(self.name)
        case "Labels": .object(labels)
        case "N": .int(number)
        case "Inner": .object(inner)
        default: nil
        }
    }
    func method(_ name: String) -> TemplateMethod? {
        switch name {
        case "Greet":
            TemplateMethod([.string]) { values, _ in
                if case .string(let text) = values[0] { .string("hi \(text) from \(self.name)") } else { .missing }
            }
        case "Fail": TemplateMethod([]) { _, _ throws(TemplateFault) in throw TemplateFault("it failed") }
        case "Sum":
            TemplateMethod([.int], variadic: .int) { values, _ in
                .int(values.reduce(0) { if case .int(let integer) = $1 { $0 + integer } else { $0 } })
            }
        case "Half": TemplateMethod([.float]) { values, _ in if case .float(let value) = values[0] { .float(value / 2) } else { .missing } }
        case "Same": TemplateMethod([]) { _, _ in .object(self) }
        default: nil
        }
    }
    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}

/// A slice of structs with a method.
struct FixtureAlerts: TemplateObject {
    let alerts: [FixtureAlert]

    var goType: String { "test.Alerts" }
    var kind: TemplateKind { .list }
    var count: Int { alerts.count }
    func element(at index: Int) -> TemplateValue { .object(alerts[index]) }
    func method(_ name: String) -> TemplateMethod? {
        guard name == "Firing" else { return nil }
        return TemplateMethod([]) { _, _ in .object(FixtureAlerts(alerts: Array(alerts.prefix(1)))) }
    }
    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}

/// A pointer to a struct with a field of every kind.
struct FixtureRoot: TemplateObject {
    static let alerts = FixtureAlerts(alerts: [
        FixtureAlert(
            name: "cpu", labels: FixtureLabels(entries: ["severity": "critical", "job": "node"]), number: 1,
            inner: FixtureInner(name: "in", deep: ["k": .string("v")])),
        FixtureAlert(
            name: "disk", labels: FixtureLabels(entries: ["severity": "warning"]), number: 2, inner: FixtureInner(name: "in2", deep: [:])),
    ])

    private static let values: [String: TemplateValue] = [
        "Name": .string("web"), "Empty": .string(""), "Text": .string("a<b>&\"c\"\nd"), "Count": .int(3), "Zero": .int(0),
        "Ratio": .float(1.5), "Yes": .bool(true), "No": .bool(false), "Tags": .strings(["x", "y", "z"]), "None": .strings([]),
        "Items": .list([.int(1), .string("two"), .float(3.5), .null, .bool(true), .list([.string("n"), .int(2)]), .map(["m": .int(1)])]),
        "Map": .map([
            "a": .int(1), "b": .string("two"), "nest": .map(["k": .string("v")]), "none": .null, "list": .list([.int(1), .int(2)]),
            "f": .float(2.5),
        ]),
        "Labels": .object(FixtureLabels(entries: ["job": "node", "instance": "a:1"])), "Alerts": .object(alerts),
        "One": .object(alerts.alerts[0]),
    ]

    var goType: String { "*test.Root" }
    var kind: TemplateKind { .structure }
    var fields: [String] {
        [
            "Name", "Empty", "Text", "Count", "Zero", "Ratio", "Yes", "No", "Tags", "None", "Items", "Map", "Labels", "Alerts", "One",
        ]
    }
    func field(_ name: String) -> TemplateValue? { Self.values[name] }
    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}
