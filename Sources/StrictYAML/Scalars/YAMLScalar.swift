/// A scalar as it is written.
public struct YAMLScalar: Hashable, Sendable {
    /// How it is written. Only plain scalars can mean anything but a string, unless a tag says so.
    public enum Style: UInt8, Hashable, Sendable {
        /// Without quotes.
        case plain
        /// `'…'`
        case singleQuoted
        /// `"…"`
        case doubleQuoted
        /// `|`
        case literal
        /// `>`
        case folded
    }

    /// The tags that decide a scalar's meaning.
    public enum Tag: String, Hashable, Sendable {
        /// `!!str`, `!` and `!!timestamp`, which stays text.
        case string = "str"
        /// `!!int`
        case integer = "int"
        /// `!!float`
        case float
        /// `!!bool`
        case bool
        /// `!!null`
        case null
    }

    /// The text, unquoted.
    public let text: String
    /// How it is written.
    public let style: Style
    /// The explicit tag, if there is one.
    public let tag: Tag?
    /// Whether the bytes of a `!!binary` value were no valid UTF-8, so that the text has replacement characters in their place.
    public internal(set) var isRepaired = false

    /// A scalar.
    public init(text: String, style: Style = .plain, tag: Tag? = nil) {
        self.text = text
        self.style = style
        self.tag = tag
    }

    /// What the scalar means by the rules of Go's yaml.v2. A tag that does not fit the text leaves a string; the parser refuses such a file.
    public var value: YAMLScalarValue {
        if tag == .string || (tag == nil && style != .plain) { return .string(text) }
        let resolved = YAMLScalarValue(resolving: text)
        guard let tag else { return resolved }
        return resolved.converted(to: tag) ?? .string(text)
    }

    /// What it is, with its text, for messages.
    var phrase: String {
        switch value {
        case .null: "nothing (null)"
        case .bool: "the boolean \(text)"
        case .integer: "the integer \(text)"
        case .double: "the number \(text)"
        case .string: "the string \(YAMLScalar.shown(text))"
        }
    }

    /// A text in quotes, cut when long. Control characters show as escapes.
    static func shown(_ text: String) -> String {
        let limit = 60
        let cut = text.unicodeScalars.prefix(limit)
        var result = "\""
        for scalar in cut {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\"": result += "\\\""
            case "\u{00}"..<"\u{20}", "\u{7F}": result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + (cut.endIndex < text.unicodeScalars.endIndex ? "…\"" : "\"")
    }
}
