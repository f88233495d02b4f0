/// Go's string literals: `strconv.Quote` and `strconv.Unquote` for double-quoted text.
public enum GoQuote {
    /// The text as a double-quoted Go literal.
    public static func quote(_ text: String) -> String {
        var output: [UInt8] = []
        text.withBytes { append($0, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes as a double-quoted Go literal; bytes that are not UTF-8 become `\xNN`.
    public static func quote(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        bytes.withUnsafeBufferPointer { append($0, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the bytes as a double-quoted Go literal.
    public static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if isPlain(byte) {
                let start = position
                while position < bytes.count, isPlain(bytes[position]) { position += 1 }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<position]))
            } else if byte < 0x80 {
                appendEscaped(ascii: byte, to: &output)
                position += 1
            } else if let (scalar, length) = UTF8Scanner.scalar(bytes, at: position) {
                if isPrint(scalar) {
                    output += bytes[position..<position + length]
                } else if scalar.value < 0x10000 {
                    output += "\\u".utf8
                    appendHex(scalar.value, digits: 4, to: &output)
                } else {
                    output += "\\U".utf8
                    appendHex(scalar.value, digits: 8, to: &output)
                }
                position += length
            } else {
                output += "\\x".utf8
                appendHex(UInt32(byte), digits: 2, to: &output)
                position += 1
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Whether Go prints a character as it is: letters, marks, numbers, punctuation, symbols and the ASCII space.
    public static func isPrint(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    /// ASCII that stands for itself.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func appendEscaped(ascii byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case 0x07: output.append(UInt8(ascii: "a"))
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0B: output.append(UInt8(ascii: "v"))
        default:
            output.append(UInt8(ascii: "x"))
            appendHex(UInt32(byte), digits: 2, to: &output)
        }
    }

    private static func appendHex(_ value: UInt32, digits: Int, to output: inout [UInt8]) {
        for position in stride(from: (digits - 1) * 4, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt32(position)) & 15
            output.append(digit < 10 ? digit + 0x30 : digit + 0x57)
        }
    }
}

/// Reads single characters from bytes that may not be UTF-8.
public enum UTF8Scanner {
    /// The character at a position and its length in bytes; nil when the bytes there are no valid UTF-8.
    public static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        let first = bytes[position]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, position + length <= bytes.count else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for index in 1..<length {
            let byte = bytes[position + index]
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        // Overlong forms; surrogates and values beyond Unicode are refused by `Unicode.Scalar`.
        guard value >= (length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80), let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, length)
    }
}
