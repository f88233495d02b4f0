/// Named templates that share one namespace.
///
/// ```swift
/// var set = TemplateSet()
/// try set.add(#"{{ define "greeting" }}Hello, {{ .Name }}{{ end }}"#, name: "greeting.tmpl")
/// let template = try set.compile(#"{{ template "greeting" . }}!"#)
/// let text = try template.render(data, environment: TemplateEnvironment(now: Clock.wall()))
/// ```
public struct TemplateSet: Sendable {
    private let functions: TemplateFunctions
    private var definitions: [String: TemplateDefinition] = [:]

    /// A set without templates whose texts may call these functions.
    public init(functions: TemplateFunctions = .shared.merging(.builtins)) { self.functions = functions }

    /// Adds the templates that a file defines; later ones replace earlier ones. `name` is the file's base name.
    public mutating func add(_ text: String, name: String) throws(TemplateError) {
        for definition in try TemplateParser.parse(text, name: name, functions: functions) {
            if definition.isBlank, definitions[definition.name] != nil { continue }
            definitions[definition.name] = definition
        }
    }

    /// Whether a template of this name is there.
    public func contains(_ name: String) -> Bool { definitions[name] != nil }

    /// All names, ascending.
    public var names: [String] { definitions.keys.sorted() }

    /// Parses a text that may use the set's templates. It may define its own, which leaves the set as it is.
    public func compile(_ text: String, name: String = "", escaping: TemplateEscaping = .none) throws(TemplateError) -> Template {
        if escaping == .none, !text.utf8.contains(UInt8(ascii: "{")) { return Template(plain: text) }
        var set = self
        try set.add(text, name: name)
        return Template(escaping == .html ? try HTMLEscaper.escape(set.definitions, entry: name) : set.definitions, entry: name)
    }
}
