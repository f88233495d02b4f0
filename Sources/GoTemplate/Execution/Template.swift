/// A parsed text, ready to be rendered any number of times.
public struct Template: Sendable {
    let name: String
    let definitions: [String: TemplateDefinition]

    /// Renders the text with data as its dot.
    public func render(
        _ data: TemplateValue, environment: TemplateEnvironment, limits: TemplateLimits = .standard
    ) throws(TemplateError) -> String {
        var output = ""
        for case .text(let node) in definitions[name]?.body ?? [] { output += node.text }
        return output
    }
}
