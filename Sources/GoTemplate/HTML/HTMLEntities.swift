/// Character references, as far as they matter to follow attribute values.
enum HTMLEntities {
    /// The text with its numeric references and those named ones replaced that can change how a URL or a style goes on.
    static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "&")) else { return Array(bytes) }
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.first {
            if byte == UInt8(ascii: "&"), let (scalar, length) = reference(rest) {
                decoded += Array(String(scalar).utf8)
                rest = rest.dropFirst(length)
            } else {
                decoded.append(byte)
                rest = rest.dropFirst()
            }
        }
        return decoded
    }

    /// The character of the reference that a text begins with, and how long the reference is.
    private static func reference(_ text: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        let name = text.dropFirst().prefix(16).prefix {
            $0 == UInt8(ascii: "#") || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39
        }
        let isClosed = text.dropFirst(1 + name.count).first == UInt8(ascii: ";")
        let word = String(decoding: name, as: UTF8.self)
        let length = 1 + name.count + (isClosed ? 1 : 0)
        if word.hasPrefix("#") {
            let digits = word.dropFirst()
            let value = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return value.map { (Unicode.Scalar($0) ?? "\u{FFFD}", length) }
        }
        guard let scalar = named[word], isClosed || ["amp", "lt", "gt", "quot"].contains(word) else { return nil }
        return (scalar, length)
    }

    private static let named: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "num": "#", "quest": "?", "lpar": "(", "rpar": ")", "sol": "/",
        "bsol": "\\", "ast": "*", "Tab": "\t", "NewLine": "\n", "nbsp": "\u{A0}",
    ]
}
