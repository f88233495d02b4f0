import Labels

/// The escapes of the builtins `html`, `js` and `urlquery`.
enum TextEscaper {
    /// Text as HTML shows it.
    static func html(_ text: String) -> String {
        escaped(text) { byte in
            switch byte {
            case 0: "\u{FFFD}"
            case UInt8(ascii: "\""): "&#34;"
            case UInt8(ascii: "'"): "&#39;"
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            default: nil
            }
        }
    }

    /// Text inside a JavaScript string.
    static func javaScript(_ text: String) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "'", "\"": output += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
            case "<", ">", "&", "=": output += "\\u00\(hexadecimal(scalar.value, digits: 2))".utf8
            default:
                if scalar.value < 0x20 || !(scalar.isASCII || GoQuote.isPrint(scalar)) {
                    output += "\\u\(hexadecimal(scalar.value, digits: 4))".utf8
                } else {
                    output += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                }
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Text inside a URL's query: Go's `url.QueryEscape`.
    static func urlQuery(_ text: TemplateValue) -> String {
        let bytes = text.textBytes
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                output.append(byte)
            case UInt8(ascii: " "): output.append(UInt8(ascii: "+"))
            default: output += [UInt8(ascii: "%"), GoPrinter.upperDigits[Int(byte >> 4)], GoPrinter.upperDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The opposite of `urlQuery`: Go's `url.QueryUnescape`.
    static func urlQueryUnescaped(_ bytes: [UInt8]) throws(TemplateFault) -> TemplateValue {
        var output: [UInt8] = []
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "%"):
                let digits = bytes[position..<min(position + 3, bytes.count)]
                guard digits.count == 3, let high = nibble(digits[position + 1]), let low = nibble(digits[position + 2]) else {
                    throw TemplateFault("invalid URL escape \(GoQuote.quote(Array(digits)))")
                }
                output.append(high << 4 | low)
                position += 3
            case UInt8(ascii: "+"):
                output.append(UInt8(ascii: " "))
                position += 1
            case let byte:
                output.append(byte)
                position += 1
            }
        }
        return .text(output)
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// The text with some bytes replaced; the text itself when there are none of them.
    private static func escaped(_ text: String, _ replacement: (UInt8) -> String?) -> String {
        guard text.utf8.contains(where: { replacement($0) != nil }) else { return text }
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            if let other = replacement(byte) { output += other.utf8 } else { output.append(byte) }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
