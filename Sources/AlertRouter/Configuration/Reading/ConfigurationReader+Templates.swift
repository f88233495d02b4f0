import GoTemplate
import StrictYAML

/// Texts that are expanded for every notification. The reader collects them; they are compiled when all template files are known.
extension ConfigurationReader {
    /// The text under a key. An absent key gives the default; an empty one, as in Alertmanager, the empty text.
    func template(
        _ fields: YAMLMapping, _ key: String, default standard: String = "", escaping: TemplateEscaping = .none, what: String? = nil
    ) -> String {
        let element = fields[key]
        let text = element.map { $0.isNull ? "" : $0.string() ?? standard } ?? standard
        keep(text, at: element?.node.position ?? fields.position, escaping, what: what ?? key)
        return text
    }

    /// A text that must be there.
    func requiredTemplate(_ fields: YAMLMapping, _ key: String, what: String, missing: String) -> String {
        let text = template(fields, key, what: what)
        if text.isEmpty, fields[key]?.node.scalar != nil || !fields.isSet(key) { fields.fail(key, missing) }
        return text
    }

    /// Free keys with texts, in the order of the file.
    func templates(_ element: YAMLElement?, what: (String) -> String) -> [(key: String, keyPosition: YAMLPosition, text: String)] {
        (element?.entries() ?? []).compactMap { key, position, value in
            guard let text = value.isNull ? "" : value.string() else { return nil }
            keep(text, at: value.node.position, what: what(key))
            return (key, position, text)
        }
    }
}
