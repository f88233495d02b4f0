/// Why a template could not be parsed or rendered, in Go's words where Go has them.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public enum Kind: Sendable, Hashable {
        /// The text is no template.
        case parse
        /// A value could not be computed.
        case execution
        /// A bound on steps, depth or size was exceeded.
        case limit
        /// Contextual escaping does not know how to make a place safe.
        case escape
    }

    /// What went wrong.
    public var kind: Kind
    /// Name of the text; empty for a configuration string.
    public var name: String
    /// Line in the text, from one; nil when the error has no place.
    public var line: Int?
    /// Column in bytes, from zero; nil when only the line is known.
    public var column: Int?
    /// What is wrong, with Go's `executing "name" at <expression>: ` in front for execution errors.
    public var message: String

    /// An error.
    public init(_ kind: Kind, name: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.kind = kind
        self.name = name
        self.line = line
        self.column = column
        self.message = message
    }

    /// `template: NAME:LINE:COLUMN: MESSAGE`
    public var description: String {
        var text = kind == .escape ? "html/template:" : "template: "
        text += name
        if let line { text += ":\(line)" }
        if let column { text += ":\(column)" }
        return text + ": " + message
    }
}
