import Labels

extension GoPrinter {
    /// A string by a verb. `value` is what an error form shows.
    mutating func string(_ text: String, _ verb: Unicode.Scalar, of value: TemplateValue) {
        switch verb {
        case "v" where flags.sharpV: quote(text)
        case "v", "s": pad(truncated(text))
        case "x": hexadecimal(text, digits: Self.lowerDigits, prefix: "0x")
        case "X": hexadecimal(text, digits: Self.upperDigits, prefix: "0X")
        case "q": quote(text)
        default: unfit(value, verb)
        }
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
    static func quotedASCII(_ scalars: some Sequence<Unicode.Scalar>, by mark: Character) -> String {
        var output = String(mark)
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
                if scalar == mark.unicodeScalars.first { output += "\\" }
                output.unicodeScalars.append(scalar)
            case 0..<0x80: output += "\\x" + hexadecimal(scalar.value, digits: 2)
            case 0..<0x10000: output += "\\u" + hexadecimal(scalar.value, digits: 4)
            default: output += "\\U" + hexadecimal(scalar.value, digits: 8)
            }
        }
        output.append(mark)
        return output
    }

    /// A number in hexadecimal with at least so many digits.
    static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// The text's bytes in hexadecimal, as `% x` and `%#x` shape them.
    private mutating func hexadecimal(_ text: String, digits: [UInt8], prefix: String) {
        var output: [UInt8] = []
        for byte in text.utf8.prefix(flags.precision ?? .max) {
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
