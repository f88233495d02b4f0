/// A type that a Go function declares for an argument. The engine converts or refuses before the body runs.
public enum TemplateParameter: Sendable, Hashable {
    /// `interface{}`: anything.
    case any
    /// `string`.
    case string
    /// `int`; constants and every integer kind are taken.
    case int
    /// `float64`; integer constants are taken.
    case float
    case bool
    /// `[]string`.
    case strings
    /// A slice of anything, `[]interface {}`.
    case list
    /// A value whose `goType` is this.
    case type(String)
}

/// A function that templates call by name.
public struct TemplateFunction: Sendable {
    /// The arguments that must be there.
    public let parameters: [TemplateParameter]
    /// The type of any further arguments; nil when there may be none.
    public let variadic: TemplateParameter?
    /// Computes the result from arguments that have passed the check.
    public let body: @Sendable ([TemplateValue], TemplateEnvironment) throws(TemplateFault) -> TemplateValue

    /// A function.
    public init(
        _ parameters: [TemplateParameter], variadic: TemplateParameter? = nil,
        _ body: @escaping @Sendable ([TemplateValue], TemplateEnvironment) throws(TemplateFault) -> TemplateValue
    ) {
        self.parameters = parameters
        self.variadic = variadic
        self.body = body
    }
}

/// A method of an object: a function that already has its receiver.
public typealias TemplateMethod = TemplateFunction

/// What a function or method says when it fails: Go's text of the returned `error`, without place.
public struct TemplateFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text.
    public let message: String

    /// A fault with this text.
    public init(_ message: String) { self.message = message }

    /// The text.
    public var description: String { message }
}
