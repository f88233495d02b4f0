public import JSON

/// Go's `int64`, which its clock counts in; templates tell it from `int` where a function wants the one or the other.
public struct GoInt64: TemplateObject, Hashable {
    /// The number.
    public let value: Int64

    /// A number.
    public init(_ value: Int64) { self.value = value }

    /// Go's name of the type.
    public var goType: String { "int64" }
    /// A basic value.
    public var kind: TemplateKind { .basic }
    /// The number.
    public var basic: TemplateValue? { .int(value) }
    /// Writes the number.
    public func writeJSON(into writer: inout JSONWriter) { writer.integer(value) }
}
