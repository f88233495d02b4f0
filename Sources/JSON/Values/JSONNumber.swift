/// A number as it was written, so that nothing is lost to rounding.
public struct JSONNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number's JSON text.
    public let text: String

    /// A number that the reader has checked.
    init(checked text: String) {
        self.text = text
    }

    /// A number from its text; nil if that is not a JSON number.
    public init?(_ text: String) {
        let isNumber = JSONReader.read(Array(text.utf8)) { reader in
            guard let number = try? reader.readNumber() else { return false }
            return number.bytes.count == text.utf8.count
        }
        guard isNumber else { return nil }
        self.text = text
    }

    /// An integer.
    public init(_ value: some BinaryInteger) {
        text = value.description
    }

    /// A float, written as Go's encoding/json does; nil for NaN and the infinities, which JSON cannot say.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        var writer = JSONWriter()
        writer.double(value)
        text = writer.string
    }

    /// The value if it is written without fraction and exponent and fits 64 bits.
    public var int64: Int64? { Int64(text) }

    /// The nearest Double; nil if the number is too large for one.
    public var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The number's JSON text.
    public var description: String { text }
}
