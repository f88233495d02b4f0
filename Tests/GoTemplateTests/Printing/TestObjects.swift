import GoTemplate
import JSON

/// A structure with two fields.
struct TestPair: TemplateObject {
    let name, value: String
    var goType: String { "test.Pair" }
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
        writer.key("name")
        writer.string(name)
        writer.endObject()
    }
}

/// A pointer to a structure that holds a list.
struct TestPointer: TemplateObject {
    var goType: String { "*test.Data" }
    var kind: TemplateKind { .structure }
    var fields: [String] { ["Names"] }
    func field(_ name: String) -> TemplateValue? { name == "Names" ? .strings(["a", "b"]) : nil }
    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}

/// A map of strings with a type of its own, whose keys all have a value.
struct TestLabels: TemplateObject {
    var entries: [String: String]
    var shown: String?
    var goType: String { "test.Labels" }
    var kind: TemplateKind { .map }
    var keys: [String] { entries.keys.sorted() }
    var count: Int { entries.count }
    func value(forKey key: String) -> TemplateValue? { entries[key].map { .string($0) } }
    var zeroElement: TemplateValue { .string("") }
    var text: String? { shown }
    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}

/// A list with a type of its own.
struct TestList: TemplateObject {
    var elements: [TemplateValue]
    var goType: String { "test.List" }
    var kind: TemplateKind { .list }
    var count: Int { elements.count }
    func element(at index: Int) -> TemplateValue { elements[index] }
    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}
