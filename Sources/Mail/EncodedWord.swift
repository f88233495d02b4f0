/// RFC 2047's way of writing any text in ASCII header fields: `=?utf-8?q?…?=`.
public enum EncodedWord {
    /// Where encoded words stand. In a phrase (a display name) fewer characters may stand for themselves.
    public enum Context: Sendable {
        /// A subject and the like.
        case text
        /// A display name.
        case phrase
    }

    private static let open = "=?utf-8?q?"
    private static let close = "?="
    /// The longest encoded word is 75 characters.
    private static let longestContent = 75 - open.utf8.count - close.utf8.count

    /// The text itself if it is printable ASCII (and tabs), else encoded: what Go's `mime.QEncoding.Encode("utf-8", text)` gives.
    public static func encodeIfNeeded(_ text: String) -> String {
        text.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x09 } ? text : encode(text)
    }

    /// The text as encoded words of at most 75 characters, a space between them. No character is split.
    public static func encode(_ text: String, context: Context = .text) -> String {
        var result = Array(open.utf8)
        var length = 0
        for scalar in text.unicodeScalars {
            let bytes = UTF8.encode(scalar)
            let first = bytes?.first ?? UInt8(ascii: "?")
            let isPlain = first < 0x80 && (first == 0x20 || standsForItself(first, context))
            let width = isPlain ? 1 : 3 * (bytes?.count ?? 1)
            if length + width > longestContent {
                result += close.utf8
                result.append(0x20)
                result += open.utf8
                length = 0
            }
            length += width
            if first == 0x20 {
                result.append(UInt8(ascii: "_"))
            } else if isPlain {
                result.append(first)
            } else {
                for byte in bytes ?? .init(CollectionOfOne(first)) { appendHexadecimal(byte, to: &result) }
            }
        }
        result += close.utf8
        return String(decoding: result, as: UTF8.self)
    }

    private static func standsForItself(_ byte: UInt8, _ context: Context) -> Bool {
        switch context {
        case .text:
            return (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "_")
        case .phrase:
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                return true
            default: return "!*+-/".utf8.contains(byte)
            }
        }
    }
}

private let hexadecimal = Array("0123456789ABCDEF".utf8)

/// Appends `=` and two capital digits.
func appendHexadecimal(_ byte: UInt8, to result: inout [UInt8]) {
    result.append(UInt8(ascii: "="))
    result.append(hexadecimal[Int(byte >> 4)])
    result.append(hexadecimal[Int(byte & 15)])
}
