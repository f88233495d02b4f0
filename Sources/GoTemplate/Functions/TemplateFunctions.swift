/// The functions that templates may call, by name.
///
/// ```swift
/// let functions = TemplateFunctions.builtins.merging(.shared).merging(TemplateFunctions(["routeLabels": routeLabels]))
/// ```
public struct TemplateFunctions: Sendable {
    private var byName: [String: TemplateFunction]

    /// A table of these functions.
    public init(_ byName: [String: TemplateFunction]) { self.byName = byName }

    /// The function of a name; nil when there is none.
    public subscript(name: String) -> TemplateFunction? { byName[name] }

    /// All names, ascending.
    public var names: [String] { byName.keys.sorted() }

    /// Both tables' functions; of two with the same name the other's.
    public func merging(_ other: TemplateFunctions) -> TemplateFunctions {
        TemplateFunctions(byName.merging(other.byName) { _, theirs in theirs })
    }
}
