import GoTemplate
import JSON
import Labels

/// A label set as templates see it: Alertmanager's `KV` (reference 8.3).
struct TemplateLabels: TemplateObject {
    let labels: LabelSet

    init(_ labels: LabelSet) { self.labels = labels }

    var goType: String { "template.KV" }
    var kind: TemplateKind { .map }
    var count: Int { labels.count }
    var keys: [String] { labels.pairs.map(\.name) }
    var zeroElement: TemplateValue { .string("") }
    var text: String? { sortedPairs.text }

    func value(forKey key: String) -> TemplateValue? { labels[key].map { .string($0) } }

    func method(_ name: String) -> TemplateMethod? {
        switch name {
        case "SortedPairs": TemplateMethod([]) { _, _ in .object(sortedPairs) }
        case "Names": TemplateMethod([]) { _, _ in .object(sortedPairs.names) }
        case "Values": TemplateMethod([]) { _, _ in .object(sortedPairs.values) }
        case "String": TemplateMethod([]) { _, _ in .string(text ?? "") }
        case "Remove": TemplateMethod([.strings]) { arguments, _ in .object(TemplateLabels(removing(arguments.first))) }
        default: nil
        }
    }

    func writeJSON(into writer: inout JSONWriter) { WebhookPayload.write(labels, to: &writer) }

    /// `alertname` first, the rest by name.
    private var sortedPairs: TemplatePairs {
        var pairs = labels.pairs.map { TemplatePair(name: $0.name, value: $0.value) }
        if let index = pairs.firstIndex(where: { $0.name == "alertname" }), index > 0 { pairs.insert(pairs.remove(at: index), at: 0) }
        return TemplatePairs(pairs)
    }

    private func removing(_ names: TemplateValue?) -> LabelSet {
        let names = Set(TemplateNames.strings(in: names).map { Array($0.utf8) })
        return names.isEmpty ? labels : labels.filter { name, _ in !names.contains(Array(name)) }
    }
}

/// Alertmanager's `Pairs`: labels in the order of showing.
struct TemplatePairs: TemplateObject {
    let pairs: [TemplatePair]

    init(_ pairs: [TemplatePair]) { self.pairs = pairs }

    var goType: String { "template.Pairs" }
    var kind: TemplateKind { .list }
    var count: Int { pairs.count }
    var text: String? { pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ", ") }
    var names: TemplateNames { TemplateNames(pairs.map(\.name)) }
    var values: TemplateNames { TemplateNames(pairs.map(\.value)) }

    func element(at index: Int) -> TemplateValue { .object(pairs[index]) }

    func method(_ name: String) -> TemplateMethod? {
        switch name {
        case "Names": TemplateMethod([]) { _, _ in .object(names) }
        case "Values": TemplateMethod([]) { _, _ in .object(values) }
        case "String": TemplateMethod([]) { _, _ in .string(text ?? "") }
        default: nil
        }
    }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginArray()
        for pair in pairs { pair.writeJSON(into: &writer) }
        writer.endArray()
    }
}

/// One label of `Pairs`.
struct TemplatePair: TemplateObject {
    let name: String
    let value: String

    var goType: String { "template.Pair" }
    var kind: TemplateKind { .structure }
    var fields: [String] { ["Name", "Value"] }

    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Name": .string(self.name)
        case "Value": .string(value)
        default: nil
        }
    }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("Name")
        writer.string(name)
        writer.key("Value")
        writer.string(value)
        writer.endObject()
    }
}

/// A list of label names or values: Go's `[]string` with a method `Join`.
struct TemplateNames: TemplateObject {
    let strings: [String]

    init(_ strings: [String]) { self.strings = strings }

    var goType: String { "[]string" }
    var kind: TemplateKind { .list }
    var count: Int { strings.count }
    /// What makes it acceptable where a function wants plain strings.
    var basic: TemplateValue? { .strings(strings) }

    func element(at index: Int) -> TemplateValue { .string(strings[index]) }

    func method(_ name: String) -> TemplateMethod? {
        guard name == "Join" else { return nil }
        return TemplateMethod([.string]) { arguments, _ in
            .joined(strings.map { .string($0) }, separator: arguments.first ?? .missing)
        }
    }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginArray()
        for string in strings { writer.string(string) }
        writer.endArray()
    }

    /// The strings of an argument that the engine has checked to be a list of strings.
    static func strings(in value: TemplateValue?) -> [String] {
        switch value {
        case .strings(let strings): strings
        case .object(let object):
            (0..<object.count).compactMap { if case .string(let text) = object.element(at: $0) { text } else { nil } }
        default: []
        }
    }
}
