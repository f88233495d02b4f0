import JSON

/// A `[]string` of which some are no UTF-8.
struct GoStrings: TemplateObject {
    /// Strings.
    let elements: [TemplateValue]

    /// The list of these strings, in the plainest form that holds them.
    static func value(of strings: [TemplateValue]) -> TemplateValue {
        var plain: [String] = []
        for string in strings {
            guard case .string(let text) = string else { return .object(GoStrings(elements: strings)) }
            plain.append(text)
        }
        return .strings(plain)
    }

    var goType: String { "[]string" }
    var kind: TemplateKind { .list }
    var count: Int { elements.count }
    func element(at index: Int) -> TemplateValue { elements[index] }
    func writeJSON(into writer: inout JSONWriter) { TemplateValue.list(elements).writeJSON(into: &writer) }
}
