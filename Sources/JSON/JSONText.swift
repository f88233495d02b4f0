/// A decoded string or a number's text, as bytes that the reader owns.
///
/// A view, not a copy: it points into the input, or into the reader's scratch memory when the string had escapes. A key stays valid until the
/// reader reads another key, a value until it reads another value; copy what you keep.
public struct JSONText {
    /// The UTF-8 bytes.
    public let bytes: UnsafeBufferPointer<UInt8>

    /// A view of these bytes.
    @inlinable
    public init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// A copy as a String.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether it has no bytes.
    @inlinable
    public var isEmpty: Bool { bytes.isEmpty }

    /// Whether it is exactly this ASCII or UTF-8 literal.
    @inlinable
    public static func == (text: JSONText, literal: StaticString) -> Bool {
        guard text.bytes.count == literal.utf8CodeUnitCount else { return false }
        let other = literal.utf8Start
        for index in 0..<text.bytes.count where text.bytes[index] != other[index] { return false }
        return true
    }

    /// Lets `switch key { case "labels": … }` compare bytes.
    @inlinable
    public static func ~= (literal: StaticString, text: JSONText) -> Bool { text == literal }

    /// Whether it names this field the way Go's encoding/json matches keys to struct fields: ASCII letters in any case.
    public func namesField(_ literal: StaticString) -> Bool {
        guard bytes.count == literal.utf8CodeUnitCount else { return false }
        let other = literal.utf8Start
        for index in 0..<bytes.count where Self.folded(bytes[index]) != Self.folded(other[index]) { return false }
        return true
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
