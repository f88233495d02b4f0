/// RFC 2047's way of writing any text in ASCII header fields: `=?utf-8?q?…?=`.
public enum EncodedWord {
    private static let open = "=?utf-8?q?"
    private static let close = "?="
    /// The longest encoded word is 75 characters.
    private static let longestContent = 75 - open.utf8.count - close.utf8.count

    /// The text itself if it is printable ASCII (and tabs), else encoded: what Go's `mime.QEncoding.Encode("utf-8", text)` gives.
    public static func encodeIfNeeded(_ text: String) -> String {
        text.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x09 } ? text : encode(text)
    }

    /// The text as encoded words of at most 75 characters, a space between them. No character is split.
    public static func encode(_ text: String) -> String {
        var result = Array(open.utf8)
        var length = 0
        for scalar in text.unicodeScalars {
            let bytes = UTF8.encode(scalar).map(Array.init) ?? []
            let isPlain = bytes.count == 1 && standsForItself(bytes[0])
            let width = isPlain ? 1 : 3 * bytes.count
            if length + width > longestContent {
                result += close.utf8
                result.append(0x20)
                result += open.utf8
                length = 0
            }
            length += width
            if isPlain {
                result.append(bytes[0] == 0x20 ? UInt8(ascii: "_") : bytes[0])
            } else {
                for byte in bytes { appendHexadecimal(byte, to: &result) }
            }
        }
        result += close.utf8
        return String(decoding: result, as: UTF8.self)
    }

    /// A display name as encoded words. In Base64: it needs no second set of forbidden characters, and names of up to 15 Japanese characters
    /// stay one word; some readers leave the space between two words in.
    static func encodePhrase(_ text: String) -> String {
        var words: [String] = []
        var word: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = UTF8.encode(scalar).map(Array.init) ?? []
            if word.count + bytes.count > longestContent / 4 * 3 {
                words.append(base64(word))
                word = []
            }
            word += bytes
        }
        words.append(base64(word))
        return words.map { "=?utf-8?b?\($0)?=" }.joined(separator: " ")
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            let group = chunk.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - chunk.count))
            for position in 0..<4 {
                text.append(position <= chunk.count ? alphabet[Int(group >> UInt32(18 - 6 * position) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func standsForItself(_ byte: UInt8) -> Bool {
        (0x20...0x7e).contains(byte) && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "_")
    }
}

private let hexadecimal = Array("0123456789ABCDEF".utf8)

/// Appends `=` and two capital digits.
func appendHexadecimal(_ byte: UInt8, to result: inout [UInt8]) {
    result.append(UInt8(ascii: "="))
    result.append(hexadecimal[Int(byte >> 4)])
    result.append(hexadecimal[Int(byte & 15)])
}
