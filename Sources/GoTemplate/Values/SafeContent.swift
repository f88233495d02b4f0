public import JSON

/// A string that html escaping leaves alone where its kind is at home; text templates print it as it is.
public struct SafeContent: TemplateObject, Hashable {
    /// What the string is already.
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// A piece of HTML: `template.HTML`.
        case html
        /// Attributes of a tag: `template.HTMLAttr`.
        case attribute
        /// A URL or a part of one: `template.URL`.
        case url
    }

    /// What the string is.
    public let kindOfContent: Kind
    /// The string.
    public let content: String

    /// A string that is safe as this kind.
    public init(_ content: String, _ kind: Kind) {
        self.content = content
        kindOfContent = kind
    }

    /// Go's name of the type.
    public var goType: String {
        switch kindOfContent {
        case .html: "template.HTML"
        case .attribute: "template.HTMLAttr"
        case .url: "template.URL"
        }
    }

    /// A basic value.
    public var kind: TemplateKind { .basic }
    /// The string.
    public var basic: TemplateValue? { .string(content) }
    /// Writes the string.
    public func writeJSON(into writer: inout JSONWriter) { writer.string(content) }
}
