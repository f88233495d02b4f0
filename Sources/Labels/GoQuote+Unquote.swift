extension GoQuote {
    /// The text of a double-quoted Go literal, quotes included in `literal`; nil when it is not a valid one or its bytes are not UTF-8.
    public static func unquote(_ literal: some StringProtocol) -> String? {
        unquotedBytes(literal).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The bytes of a double-quoted Go literal, which `\xNN` and `\NNN` can make anything; nil when it is not a valid one.
    public static func unquotedBytes(_ literal: some StringProtocol) -> [UInt8]? {
        let bytes = Array(literal.utf8)
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        let end = bytes.count - 1
        var position = 1
        while position < end {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""), 0x0A: return nil
            case UInt8(ascii: "\\"):
                guard unescape(bytes[position..<end], at: &position, to: &output) else { return nil }
            default: output.append(byte)
            }
        }
        return output
    }

    /// Reads what follows a backslash; false when it is no escape of a double-quoted literal.
    private static func unescape(_ bytes: ArraySlice<UInt8>, at position: inout Int, to output: inout [UInt8]) -> Bool {
        guard let kind = bytes.first else { return false }
        position += 1
        switch kind {
        case UInt8(ascii: "a"): output.append(0x07)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "v"): output.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): output.append(kind)
        case UInt8(ascii: "x"):
            guard let value = number(bytes.dropFirst().prefix(2), digits: 2, radix: 16, at: &position) else { return false }
            output.append(UInt8(truncatingIfNeeded: value))
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = kind == UInt8(ascii: "u") ? 4 : 8
            guard let value = number(bytes.dropFirst().prefix(digits), digits: digits, radix: 16, at: &position),
                let scalar = Unicode.Scalar(value)
            else { return false }
            output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            position -= 1
            guard let value = number(bytes.prefix(3), digits: 3, radix: 8, at: &position), value < 256 else { return false }
            output.append(UInt8(truncatingIfNeeded: value))
        default: return false
        }
        return true
    }

    /// Exactly so many digits; nil when there are fewer or others.
    private static func number(_ text: ArraySlice<UInt8>, digits: Int, radix: UInt32, at position: inout Int) -> UInt32? {
        guard text.count == digits else { return nil }
        var value: UInt32 = 0
        for byte in text {
            let digit: UInt8 =
                if byte &- 0x30 < 10 { byte &- 0x30 } else if (byte | 0x20) &- 0x61 < 6 { (byte | 0x20) &- 0x57 } else { 255 }
            guard UInt32(digit) < radix else { return nil }
            value = value &* radix &+ UInt32(digit)
        }
        position += digits
        return value
    }
}
