public import JSON

/// Go's `uint8`: what indexing a string gives.
public struct GoByte: TemplateObject, Hashable {
    /// The number.
    public let value: UInt8

    /// A byte.
    public init(_ value: UInt8) { self.value = value }

    /// Go's name of the type.
    public var goType: String { "uint8" }
    /// A basic value.
    public var kind: TemplateKind { .basic }
    /// The number.
    public var basic: TemplateValue? { .int(Int64(value)) }
    /// Writes the number.
    public func writeJSON(into writer: inout JSONWriter) { writer.integer(value) }
}
