/// html/template's ways with URLs.
enum URLEscaping {
    /// Whether a URL, or its beginning, has no scheme or one that runs no script.
    static func isSafe(_ url: String) -> Bool {
        guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let scheme = url[..<colon]
        return scheme.utf8.contains(UInt8(ascii: "/")) || ["http", "https", "mailto"].contains(folded(scheme))
    }

    /// A scheme with its letters made equal as Go's `EqualFold` does, which takes U+017F for `s`.
    private static func folded(_ scheme: Substring) -> String {
        String(String.UnicodeScalarView(scheme.unicodeScalars.map { $0 == "\u{17F}" ? "s" : $0 })).lowercased()
    }

    /// A URL part in which every byte that is not allowed there, and every quote and bracket, is written `%xx`.
    ///
    /// With `keepingReserved`, characters that have a meaning in URLs and references that are there already stay.
    static func escape(_ text: TemplateValue, keepingReserved: Bool) -> String {
        guard case .string(var string) = text else {
            // Every byte that is no UTF-8 is escaped, so the result is.
            return text.textBytes.withUnsafeBufferPointer { escaped($0, keepingReserved) }.map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        return string.withUTF8 { escaped($0, keepingReserved) }.map { String(decoding: $0, as: UTF8.self) } ?? string
    }

    /// The bytes with those escaped that are not allowed; nil when there are none.
    private static func escaped(_ bytes: UnsafeBufferPointer<UInt8>, _ keepingReserved: Bool) -> [UInt8]? {
        var output: [UInt8] = []
        var written = 0
        for position in bytes.indices where !stays(bytes, position, keepingReserved) {
            output += bytes[written..<position]
            output.append(UInt8(ascii: "%"))
            output.append(hexDigits[Int(bytes[position] >> 4)])
            output.append(hexDigits[Int(bytes[position] & 15)])
            written = position + 1
        }
        if written == 0 { return nil }
        return output + bytes[written...]
    }

    private static func stays(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ keepingReserved: Bool) -> Bool {
        switch bytes[position] {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        case UInt8(ascii: "%"):
            keepingReserved && position + 2 < bytes.count && isHexDigit(bytes[position + 1]) && isHexDigit(bytes[position + 2])
        case let byte: keepingReserved && reserved.contains(byte)
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20) }

    private static let hexDigits = Array("0123456789abcdef".utf8)
    private static let reserved = Array("!#$&*+,/:;=?@[]".utf8)
}
