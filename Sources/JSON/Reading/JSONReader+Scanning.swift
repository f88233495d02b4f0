extension JSONReader {
    // MARK: White space and literals

    @inline(__always)
    mutating func skipWhitespace() {
        while position < count {
            let byte = base[position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    /// The next byte that is not white space, unread.
    @inline(__always)
    mutating func nextByte() throws(JSONError) -> UInt8 {
        skipWhitespace()
        guard position < count else { throw unexpectedEnd() }
        return base[position]
    }

    mutating func scanLiteral(_ literal: StaticString) throws(JSONError) {
        let expected = literal.utf8Start
        for index in 0..<literal.utf8CodeUnitCount {
            guard position < count else { throw unexpectedEnd() }
            guard base[position] == expected[index] else {
                throw invalidCharacter("in literal \(literal) (expecting '\(Character(Unicode.Scalar(expected[index])))')")
            }
            position += 1
        }
    }

    // MARK: Numbers

    /// Reads a number whose first byte, `-` or a digit, is next.
    mutating func scanNumber() throws(JSONError) -> JSONText {
        let start = position
        if base[position] == UInt8(ascii: "-") {
            position += 1
            try requireDigit("in numeric literal")
        }
        if base[position] == UInt8(ascii: "0") {
            position += 1
        } else {
            skipDigits()
        }
        if position < count, base[position] == UInt8(ascii: ".") {
            position += 1
            try requireDigit("after decimal point in numeric literal")
            skipDigits()
        }
        if position < count, base[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < count, base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") { position += 1 }
            try requireDigit("in exponent of numeric literal")
            skipDigits()
        }
        return JSONText(UnsafeBufferPointer(start: base + start, count: position - start))
    }

    private func requireDigit(_ place: String) throws(JSONError) {
        guard position < count else { throw unexpectedEnd() }
        guard Self.isDigit(base[position]) else { throw invalidCharacter(place) }
    }

    private mutating func skipDigits() {
        while position < count, Self.isDigit(base[position]) { position += 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    // MARK: Failures

    func unexpectedEnd() -> JSONError {
        failure(.unexpectedEnd, "unexpected end of JSON input", at: count)
    }

    func invalidCharacter(_ context: String) -> JSONError {
        failure(.syntax, "invalid character \(Self.quoted(base[position])) \(context)")
    }

    func failure(_ kind: JSONError.Kind, _ message: String, at offset: Int? = nil) -> JSONError {
        JSONError(kind: kind, message: message, offset: offset ?? position, in: text)
    }

    /// The failure for a value of another kind, or a syntax failure when no value begins here at all.
    mutating func wrongType(_ expected: JSONKind) throws(JSONError) -> JSONError {
        let found = try peek()
        return failure(.wrongType, "expected \(expected.phrase), found \(found.phrase)")
    }

    /// A byte as Go shows it in its messages: quoted, taken as the code point of the same number.
    static func quoted(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "'"): return #"'\''"#
        case UInt8(ascii: "\""): return #"'"'"#
        case UInt8(ascii: "\\"): return #"'\\'"#
        case 0x07: return #"'\a'"#
        case 0x08: return #"'\b'"#
        case 0x09: return #"'\t'"#
        case 0x0A: return #"'\n'"#
        case 0x0B: return #"'\v'"#
        case 0x0C: return #"'\f'"#
        case 0x0D: return #"'\r'"#
        case 0x00..<0x20, 0x7F: return "'\\x\(hexadecimal(byte))'"
        case 0x80...0xA0, 0xAD: return "'\\u00\(hexadecimal(byte))'"
        default: return "'\(Character(Unicode.Scalar(byte)))'"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.utf8.count == 1 ? "0" + text : text
    }
}
