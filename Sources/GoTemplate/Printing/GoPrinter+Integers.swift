import Labels

extension GoPrinter {
    /// An integer by a verb. `value` is what an error form shows.
    mutating func integer(_ number: Int64, _ verb: Unicode.Scalar, of value: TemplateValue) {
        switch verb {
        case "v" where flags.sharpV && Self.isUnsigned(value):
            flags.sharp = true
            digits(of: number, radix: 16, verb)
            flags.sharp = false
        case "v", "d": digits(of: number, radix: 10, verb)
        case "b": digits(of: number, radix: 2, verb)
        case "o", "O": digits(of: number, radix: 8, verb)
        case "x", "X": digits(of: number, radix: 16, verb)
        case "c": pad(String(Self.character(number)))
        case "q": quotedCharacter(number)
        case "U": codePoint(number)
        default: unfit(value, verb)
        }
    }

    /// Whether the value's type is one of Go's unsigned ones: `%#v` shows those in hexadecimal.
    private static func isUnsigned(_ value: TemplateValue) -> Bool {
        if case .object(let object) = value { object.goType.hasPrefix("uint") } else { false }
    }

    private mutating func digits(of number: Int64, radix: Int, _ verb: Unicode.Scalar) {
        if radix == 10, flags.width == nil, flags.precision == nil, !flags.plus, !flags.space {
            return bytes.append(contentsOf: number.description.utf8)
        }
        var least = 0
        if let precision = flags.precision {
            // The only number without digits.
            if precision == 0, number == 0 { return spaces() }
            least = precision
        } else if flags.zero, let width = flags.width {
            least = number < 0 || flags.plus || flags.space ? width - 1 : width
        }
        let digits = String(number.magnitude, radix: radix, uppercase: verb == "X").utf8
        var output: [UInt8] = []
        if number < 0 {
            output.append(UInt8(ascii: "-"))
        } else if flags.plus {
            output.append(UInt8(ascii: "+"))
        } else if flags.space {
            output.append(UInt8(ascii: " "))
        }
        if verb == "O" { output += "0o".utf8 }
        if flags.sharp {
            switch radix {
            case 2: output += "0b".utf8
            case 8 where least <= digits.count && digits.first != UInt8(ascii: "0"): output.append(UInt8(ascii: "0"))
            case 16: output += (verb == "X" ? "0X" : "0x").utf8
            default: break
            }
        }
        output += [UInt8](repeating: UInt8(ascii: "0"), count: max(0, least - digits.count))
        output += digits
        padWithSpaces(output)
    }

    /// The width in spaces.
    private mutating func spaces() { padWithSpaces([]) }

    /// Zeros belong between sign and digits, so once those are made only spaces can follow.
    mutating func padWithSpaces(_ output: [UInt8]) {
        let zero = flags.zero
        flags.zero = false
        pad(output, characters: output.count)
        flags.zero = zero
    }

    /// The character of a code; U+FFFD when there is none.
    private static func character(_ number: Int64) -> Unicode.Scalar {
        UInt32(exactly: number).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
    }

    private mutating func quotedCharacter(_ number: Int64) {
        let character = Self.character(number)
        if flags.plus || (!GoQuote.isPrint(character) && character != "'") || character == "'" || character == "\\" {
            pad(Self.quotedASCII(CollectionOfOne(character), by: "'"))
        } else {
            pad("'\(character)'")
        }
    }

    /// `U+0041`, and with `#` the character too.
    private mutating func codePoint(_ number: Int64) {
        var digits = String(UInt64(bitPattern: number), radix: 16, uppercase: true)
        digits = String(repeating: "0", count: max(0, max(flags.precision ?? 4, 4) - digits.utf8.count)) + digits
        var text = "U+" + digits
        if flags.sharp, let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init), GoQuote.isPrint(scalar) {
            text += " '\(scalar)'"
        }
        let zero = flags.zero
        flags.zero = false
        pad(text)
        flags.zero = zero
    }
}
