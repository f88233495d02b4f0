import Labels

extension GoPrinter {
    /// A string by a verb. `value` is what an error form shows.
    mutating func string(_ text: String, _ verb: Unicode.Scalar, of value: TemplateValue) {
        switch verb {
        case "v" where flags.sharpV: quote(text)
        case "v", "s": pad(truncated(text))
        case "x": hexadecimal(text.utf8, digits: Self.lowerDigits, prefix: "0x")
        case "X": hexadecimal(text.utf8, digits: Self.upperDigits, prefix: "0X")
        case "q": quote(text)
        default: unfit(value, verb)
        }
    }

    /// A string that is no UTF-8 by a verb.
    mutating func string(_ bytes: [UInt8], _ verb: Unicode.Scalar, of value: TemplateValue) {
        switch verb {
        case "v" where flags.sharpV: quote(bytes)
        case "v", "s":
            let bytes = truncated(bytes)
            pad(bytes, characters: GoBytes.characterCount(bytes))
        case "x": hexadecimal(bytes, digits: Self.lowerDigits, prefix: "0x")
        case "X": hexadecimal(bytes, digits: Self.upperDigits, prefix: "0X")
        case "q": quote(bytes)
        default: unfit(value, verb)
        }
    }

    private func truncated(_ bytes: [UInt8]) -> [UInt8] {
        guard let precision = flags.precision else { return bytes }
        var end = 0
        var characters = 0
        while end < bytes.count, characters < precision {
            end += GoBytes.characterLength(bytes, at: end) ?? 1
            characters += 1
        }
        return Array(bytes[..<end])
    }

    /// What is no UTF-8 never fits between backquotes.
    private mutating func quote(_ bytes: [UInt8]) {
        let bytes = truncated(bytes)
        if let text = String(validating: bytes, as: UTF8.self) { return quote(text) }
        guard flags.plus else { return pad(GoQuote.quote(bytes)) }
        var output = ""
        GoBytes.walk(bytes) {
            output += Self.escapedASCII(String(decoding: $0, as: UTF8.self).unicodeScalars, in: "\"")
        } stray: {
            output += "\\x" + Self.hexadecimal(UInt32($0), digits: 2)
        }
        pad("\"\(output)\"")
    }

    /// The text's first characters, as many as the precision says.
    private func truncated(_ text: String) -> String {
        guard let precision = flags.precision, text.utf8.count > precision else { return text }
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: precision, limitedBy: scalars.endIndex) else { return text }
        return String(scalars[..<end])
    }

    private mutating func quote(_ text: String) {
        let text = truncated(text)
        if flags.sharp, Self.fitsBackquotes(text) {
            pad("`\(text)`")
        } else if flags.plus {
            pad(Self.quotedASCII(text.unicodeScalars, by: "\""))
        } else {
            pad(GoQuote.quote(text))
        }
    }

    /// Whether the text can stand between backquotes: one line, no backquote, nothing that is no character.
    private static func fitsBackquotes(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\t" || ($0.value >= 0x20 && $0 != "`" && $0.value != 0x7F && $0.value != 0xFEFF) }
    }

    /// A Go literal of ASCII alone.
    static func quotedASCII(_ scalars: some Sequence<Unicode.Scalar>, by mark: Unicode.Scalar) -> String {
        "\(mark)\(escapedASCII(scalars, in: mark))\(mark)"
    }

    /// What stands between the quotes of a Go literal of ASCII alone.
    private static func escapedASCII(_ scalars: some Sequence<Unicode.Scalar>, in mark: Unicode.Scalar) -> String {
        var output = ""
        for scalar in scalars {
            switch scalar.value {
            case 0x07: output += "\\a"
            case 0x08: output += "\\b"
            case 0x0C: output += "\\f"
            case 0x0A: output += "\\n"
            case 0x0D: output += "\\r"
            case 0x09: output += "\\t"
            case 0x0B: output += "\\v"
            case 0x5C: output += "\\\\"
            case 0x20..<0x7F:
                if scalar == mark { output += "\\" }
                output.unicodeScalars.append(scalar)
            case 0..<0x80: output += "\\x" + hexadecimal(scalar.value, digits: 2)
            case 0..<0x10000: output += "\\u" + hexadecimal(scalar.value, digits: 4)
            default: output += "\\U" + hexadecimal(scalar.value, digits: 8)
            }
        }
        return output
    }

    /// A number in hexadecimal with at least so many digits.
    static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// The text's bytes in hexadecimal, as `% x` and `%#x` shape them.
    private mutating func hexadecimal(_ bytes: some Sequence<UInt8>, digits: [UInt8], prefix: String) {
        var output: [UInt8] = []
        for byte in bytes.prefix(flags.precision ?? .max) {
            if flags.space, !output.isEmpty { output.append(UInt8(ascii: " ")) }
            if flags.sharp, flags.space || output.isEmpty { output += prefix.utf8 }
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        }
        pad(output, characters: output.count)
    }

    static let lowerDigits = Array("0123456789abcdef".utf8)
    static let upperDigits = Array("0123456789ABCDEF".utf8)
}
