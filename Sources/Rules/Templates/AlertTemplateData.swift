import GoTemplate
import JSON
import Labels

/// The dot of a rule's templates: one sample of the query's result.
struct AlertTemplateData: TemplateObject {
    /// All labels of the sample, its name too, before the rule's own are applied.
    let labels: LabelSet
    /// Of the configuration.
    let externalLabels: LabelSet
    /// Without a trailing slash.
    let externalURL: String
    /// The sample's value.
    let value: Double

    var goType: String {
        "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }"
    }
    var kind: TemplateKind { .structure }
    var fields: [String] { ["Labels", "ExternalLabels", "ExternalURL", "Value"] }

    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Labels": .object(LabelMap(labels))
        case "ExternalLabels": .object(LabelMap(externalLabels))
        case "ExternalURL": .string(externalURL)
        case "Value": .float(value)
        default: nil
        }
    }

    func writeJSON(into writer: inout JSONWriter) { writer.object(of: self) }
}

/// Labels as Go's `map[string]string`.
struct LabelMap: TemplateObject {
    let labels: LabelSet

    init(_ labels: LabelSet) { self.labels = labels }

    var goType: String { "map[string]string" }
    var kind: TemplateKind { .map }
    var count: Int { labels.count }
    var keys: [String] { labels.pairs.map(\.name) }
    /// A label that is not there is the empty text (`missingkey=zero`).
    var zeroElement: TemplateValue { .string("") }

    func value(forKey key: String) -> TemplateValue? { labels[key].map { .string($0) } }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in labels.pairs {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
    }
}

extension JSONWriter {
    /// A structure's fields.
    mutating func object(of structure: some TemplateObject) {
        beginObject()
        for name in structure.fields {
            key(name)
            switch structure.field(name) {
            case .object(let object)?: object.writeJSON(into: &self)
            case .string(let text)?: string(text)
            case .float(let number)?: raw(GoFloat.text(number, "g"))
            default: null()
            }
        }
        endObject()
    }
}
