/// A parsed text, ready to be rendered any number of times.
public struct Template: Sendable {
    private enum Content: Sendable {
        /// A text without actions.
        case plain(String)
        /// The definitions and the name of the one to begin with.
        case parsed([String: TemplateDefinition], entry: String)
    }

    private let content: Content

    /// A text without actions, which renders to itself.
    init(plain text: String) { content = .plain(text) }

    /// A text that was parsed to the definition of this name; the others are those that it may call.
    init(_ definitions: [String: TemplateDefinition], entry: String) { content = .parsed(definitions, entry: entry) }

    /// Renders the text with data as its dot.
    ///
    /// A key that a map does not have gives what the map's type has for it (Go's `missingkey=zero`).
    public func render(
        _ data: TemplateValue, environment: TemplateEnvironment, limits: TemplateLimits = .standard
    ) throws(TemplateError) -> String {
        switch content {
        case .plain(let text): return text
        case .parsed(let definitions, let entry):
            guard let definition = definitions[entry] else { return "" }
            var executor = Executor(definition, definitions, environment, limits)
            try executor.run(data)
            return executor.output.string
        }
    }
}
