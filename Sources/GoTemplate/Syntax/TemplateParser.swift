/// Turns a text into template definitions.
struct TemplateParser {
    /// The definitions of a text in the order in which they end; the text itself, under `name`, comes last.
    static func parse(_ text: String, name: String, functions: TemplateFunctions) throws(TemplateError) -> [TemplateDefinition] {
        [TemplateDefinition(name: name, source: TemplateSource(name: name, text: text), body: [.text(TextNode(offset: 0, text: text))])]
    }
}
