public import JSON

/// Go's `complex128`: what a constant with an `i` is where nothing says which type is wanted.
public struct GoComplex: TemplateObject, Hashable {
    /// The part that stands alone.
    public let real: Double
    /// The part before the `i`.
    public let imaginary: Double

    /// A number.
    public init(_ real: Double, _ imaginary: Double) {
        self.real = real
        self.imaginary = imaginary
    }

    /// Go's name of the type.
    public var goType: String { "complex128" }
    /// A basic value, which no other one stands for.
    public var kind: TemplateKind { .basic }
    /// Nothing: JSON has no such numbers, and `toJson` says so before it writes.
    public func writeJSON(into writer: inout JSONWriter) { writer.null() }

    /// Whether it is not zero.
    var isTrue: Bool { real != 0 || imaginary != 0 }
}
