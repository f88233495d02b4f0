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
    /// The string; bytes in it that are no UTF-8 are U+FFFD here.
    public let content: String
    /// The string's bytes if they are no UTF-8.
    private let bytes: [UInt8]?

    /// A string that is safe as this kind.
    public init(_ content: String, _ kind: Kind) {
        self.content = content
        bytes = nil
        kindOfContent = kind
    }

    /// A value's string that is safe as this kind.
    init(_ value: TemplateValue, _ kind: Kind) {
        content = value.plainText
        if case .bytes(let own) = value { bytes = own } else { bytes = nil }
        kindOfContent = kind
    }

    /// The string.
    var value: TemplateValue { bytes.map { .bytes($0) } ?? .string(content) }

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
    public var basic: TemplateValue? { value }
    /// Writes the string.
    public func writeJSON(into writer: inout JSONWriter) { value.writeJSON(into: &writer) }
}
