import Labels

extension Lexer {
    // MARK: Numbers

    /// A number, or digits with units.
    mutating func numberOrDuration(_ start: Int) throws(SyntaxFailure) -> Token {
        if scanNumber() { return Token(kind: .number, start: start, end: position) }
        if scanRestOfDuration() { return Token(kind: .duration, start: start, end: position) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        throw failure("bad number or duration syntax: \(GoQuote.quote(text))", start)
    }

    /// Moves over `[.]digits[…]`; false where the text is no number, with the position behind what looked like one.
    private mutating func scanNumber() -> Bool {
        if peekByte() == UInt8(ascii: "0"), let mark = peekByte(1), mark | 0x20 == UInt8(ascii: "x") {
            position += 2
            // Hexadecimal fractions are refused with their dot.
            return scanDigits(Lexer.isHexDigit, leadingUnderscore: true) && !accept(".") && endsHere()
        }
        var hasDot = accept(".")
        guard scanDigits(Lexer.isDigit) else { return false }
        if !hasDot, accept(".") {
            hasDot = true
            // Digits after the dot may be missing, but nothing else may follow it.
            if let byte = peekByte(), Lexer.isDigit(byte) {
                guard scanDigits(Lexer.isDigit) else { return false }
            } else if peekByte() == UInt8(ascii: "_") {
                position += 1
                return false
            }
        }
        if hasDot, accept(".") { return false }
        if let mark = peekByte(), mark | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peekByte(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            guard scanDigits(Lexer.isDigit) else { return false }
        }
        return endsHere()
    }

    /// Digits with single underscores between them; false without any or with a misplaced underscore.
    private mutating func scanDigits(_ isDigit: (UInt8) -> Bool, leadingUnderscore: Bool = false) -> Bool {
        if leadingUnderscore, peekByte() == UInt8(ascii: "_") { position += 1 }
        var lastWasDigit = false
        while let byte = peekByte() {
            if isDigit(byte) {
                lastWasDigit = true
            } else if byte == UInt8(ascii: "_"), lastWasDigit {
                lastWasDigit = false
            } else {
                break
            }
            position += 1
        }
        return lastWasDigit
    }

    private func endsHere() -> Bool {
        guard let byte = peekByte() else { return true }
        return !Lexer.isLetter(byte) && !Lexer.isDigit(byte)
    }

    /// Moves over a unit and more numbers with units. Their order is checked when the duration is read.
    private mutating func scanRestOfDuration() -> Bool {
        guard let unit = peekByte(), "smhdwy".utf8.contains(unit) else { return false }
        position += 1
        _ = accept("s")
        while let byte = peekByte(), Lexer.isDigit(byte) {
            while let byte = peekByte(), Lexer.isDigit(byte) { position += 1 }
            // Years can only come first.
            guard let unit = peekByte(), "smhdw".utf8.contains(unit) else { return false }
            position += 1
            _ = accept("s")
        }
        return endsHere()
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

    // MARK: Strings

    /// A quoted or raw string. Its escapes are checked here and resolved by `stringValue`.
    mutating func string(_ start: Int) throws(SyntaxFailure) -> Token {
        let quote = bytes[position]
        let isRaw = quote == UInt8(ascii: "`")
        position += 1
        while true {
            guard let byte = peekByte() else {
                throw failure(isRaw ? "unterminated raw string" : "unterminated quoted string", start)
            }
            // What was no UTF-8 has become U+FFFD when the text became a `String`.
            if byte == 0xEF, peekByte(1) == 0xBF, peekByte(2) == 0xBD { throw failure("invalid UTF-8 rune", start) }
            position += 1
            if byte == quote { return Token(kind: .string, start: start, end: position) }
            if isRaw { continue }
            if byte == 0x0A { throw failure("unterminated quoted string", start) }
            if byte == UInt8(ascii: "\\") { try checkEscape(quote, start) }
        }
    }

    private mutating func checkEscape(_ quote: UInt8, _ start: Int) throws(SyntaxFailure) {
        guard let byte = peekByte() else { throw failure("escape sequence not terminated", start) }
        if byte == quote || "abfnrtv\\".utf8.contains(byte) {
            position += 1
            return
        }
        let (digits, radix, maximum): (Int, UInt32, UInt32)
        switch Character(Unicode.Scalar(byte)) {
        case "0"..."7": (digits, radix, maximum) = (3, 8, 255)
        case "x": (digits, radix, maximum) = (2, 16, 255)
        case "u": (digits, radix, maximum) = (4, 16, 0x10FFFF)
        case "U": (digits, radix, maximum) = (8, 16, 0x10FFFF)
        default: throw failure("unknown escape sequence \(Lexer.codePoint(character(at: position)))", start)
        }
        if radix == 16 { position += 1 }
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = peekByte() else { throw failure("escape sequence not terminated", start) }
            guard let digit = Lexer.digit(byte), digit < radix else {
                throw failure("illegal character \(Lexer.codePoint(character(at: position))) in escape sequence", start)
            }
            value = value &* radix &+ digit
            position += 1
        }
        if value > maximum || value >= 0xD800 && value < 0xE000 {
            throw failure("escape sequence is an invalid Unicode code point", start)
        }
    }

    /// The text of a string token, repaired where it is no UTF-8.
    func stringValue(_ token: Token) -> String { String(decoding: stringBytes(token), as: UTF8.self) }

    /// The bytes of a string token.
    func stringBytes(_ token: Token) -> [UInt8] {
        let quote = bytes[token.start]
        let content = bytes[(token.start + 1)..<(token.end - 1)]
        guard quote != UInt8(ascii: "`"), content.contains(UInt8(ascii: "\\")) else { return Array(content) }
        var output: [UInt8] = []
        var rest = content
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                output.append(byte)
                continue
            }
            switch Character(Unicode.Scalar(kind)) {
            case "a": output.append(0x07)
            case "b": output.append(0x08)
            case "f": output.append(0x0C)
            case "n": output.append(0x0A)
            case "r": output.append(0x0D)
            case "t": output.append(0x09)
            case "v": output.append(0x0B)
            case "x": output.append(UInt8(truncatingIfNeeded: Lexer.number(&rest, 2, 16)))
            case "0"..."7":
                rest = content[(rest.startIndex - 1)...]
                output.append(UInt8(truncatingIfNeeded: Lexer.number(&rest, 3, 8)))
            case "u", "U":
                let scalar = Unicode.Scalar(Lexer.number(&rest, kind == UInt8(ascii: "u") ? 4 : 8, 16)) ?? "\u{FFFD}"
                output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            default: output.append(kind)
            }
        }
        return output
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>, _ digits: Int, _ radix: UInt32) -> UInt32 {
        let value = bytes.prefix(digits).reduce(UInt32(0)) { $0 &* radix &+ (digit($1) ?? 0) }
        bytes = bytes.dropFirst(digits)
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        if isDigit(byte) { return UInt32(byte &- 0x30) }
        return isHexDigit(byte) ? UInt32((byte | 0x20) &- 0x57) : nil
    }

    /// A character as Go's `%#U` shows it.
    private static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return GoQuote.isPrint(scalar) ? "\(number) '\(scalar)'" : number
    }
}
