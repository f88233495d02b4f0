import Labels

/// Cuts a query into tokens, byte by byte. Every call gives one token, so that an error is only met when the parser gets there.
struct Lexer {
    let bytes: [UInt8]
    var position = 0
    private var parenthesisDepth = 0
    private var isInsideBraces = false
    private var isInsideBrackets = false
    private var sawDuration = false
    private var sawColon = false

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next token; at the end of the text again and again the end.
    mutating func next() throws(SyntaxFailure) -> Token {
        skipBlanks()
        let start = position
        guard let byte = peekByte() else {
            try checkEnd()
            return Token(kind: .endOfInput, start: start, end: start)
        }
        if isInsideBrackets { return try nextInsideBrackets(byte, start) }
        if isInsideBraces { return try nextInsideBraces(byte, start) }
        return try nextInStatement(byte, start)
    }

    func peekByte(_ offset: Int = 0) -> UInt8? { position + offset < bytes.count ? bytes[position + offset] : nil }

    /// Consumes the byte if it is next.
    mutating func accept(_ byte: Character) -> Bool {
        guard peekByte() == byte.asciiValue else { return false }
        position += 1
        return true
    }

    /// An error about the text from `start` on.
    func failure(_ message: String, _ start: Int) -> SyntaxFailure {
        SyntaxFailure(message: message, range: SourceRange(start, bytes.count))
    }

    /// The character at the position, and its length. The text is valid UTF-8, as every `String`.
    func character(at position: Int) -> Unicode.Scalar {
        var decoder = UTF8()
        var iterator = bytes[position...].makeIterator()
        if case .scalarValue(let scalar) = decoder.decode(&iterator) { return scalar }
        return "\u{FFFD}"
    }

    // MARK: Statements

    private mutating func nextInStatement(_ byte: UInt8, _ start: Int) throws(SyntaxFailure) -> Token {
        if Lexer.isLetter(byte) || byte == UInt8(ascii: ":") { return word(start) }
        if Lexer.isDigit(byte) || byte == UInt8(ascii: ".") && (peekByte(1).map(Lexer.isDigit) ?? false) {
            return try numberOrDuration(start)
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") { return try string(start) }
        if byte >= 0x80 { throw failure("unexpected character: \(Lexer.quoted(character(at: start)))", start) }
        position += 1
        switch Character(Unicode.Scalar(byte)) {
        case "(":
            parenthesisDepth += 1
            return token(.leftParenthesis, start)
        case ")":
            try closeParenthesis()
            return token(.rightParenthesis, start)
        case "{":
            isInsideBraces = true
            return token(.leftBrace, start)
        case "[":
            isInsideBrackets = true
            sawDuration = false
            sawColon = false
            return token(.leftBracket, start)
        case "]": throw failure("unexpected right bracket ']'", start)
        case ",": return token(.comma, start)
        case "@": return token(.at, start)
        default: return try operation(byte, start)
        }
    }

    private mutating func operation(_ byte: UInt8, _ start: Int) throws(SyntaxFailure) -> Token {
        switch Character(Unicode.Scalar(byte)) {
        case "+": return token(.operation(.add), start)
        case "-": return token(.operation(.subtract), start)
        case "*": return token(.operation(.multiply), start)
        case "/": return token(.operation(.divide), start)
        case "%": return token(.operation(.modulo), start)
        case "^": return token(.operation(.power), start)
        case "=":
            if accept("=") { return token(.operation(.equal), start) }
            if peekByte() == UInt8(ascii: "~") { throw failure("unexpected character after '=': '~'", start) }
            return token(.assign, start)
        case "!":
            if accept("=") { return token(.operation(.notEqual), start) }
            throw failure("unexpected character after '!': \(quotedNext())", start)
        case "<":
            if accept("/") { return token(.operation(.trimUpper), start) }
            let orEqual = accept("=")
            return token(.operation(orEqual ? .lessOrEqual : .less), start)
        case ">":
            if accept("/") { return token(.operation(.trimLower), start) }
            let orEqual = accept("=")
            return token(.operation(orEqual ? .greaterOrEqual : .greater), start)
        default: throw failure("unexpected character: \(Lexer.quoted(Unicode.Scalar(byte)))", start)
        }
    }

    /// A keyword, a name, or a name with colons.
    private mutating func word(_ start: Int) -> Token {
        var hasColon = false
        while let byte = peekByte(), Lexer.isLetter(byte) || Lexer.isDigit(byte) || byte == UInt8(ascii: ":") {
            hasColon = hasColon || byte == UInt8(ascii: ":")
            position += 1
        }
        if hasColon { return token(.metricIdentifier, start) }
        return token(Token.keywords[lowercased(start)] ?? .identifier, start)
    }

    // MARK: Braces

    private mutating func nextInsideBraces(_ byte: UInt8, _ start: Int) throws(SyntaxFailure) -> Token {
        if Lexer.isLetter(byte) {
            while let byte = peekByte(), Lexer.isLetter(byte) || Lexer.isDigit(byte) { position += 1 }
            return token(.identifier, start)
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") { return try string(start) }
        if byte >= 0x80 { throw failure("unexpected character inside braces: \(Lexer.quoted(character(at: start)))", start) }
        position += 1
        switch Character(Unicode.Scalar(byte)) {
        case ",": return token(.comma, start)
        case "=":
            let isRegex = accept("~")
            return token(isRegex ? .regexMatch : .assign, start)
        case "!":
            if accept("~") { return token(.regexNotMatch, start) }
            if accept("=") { return token(.operation(.notEqual), start) }
            throw failure("unexpected character after '!' inside braces: \(quotedNext())", start)
        case "{": throw failure("unexpected left brace '{'", start)
        case "}":
            isInsideBraces = false
            return token(.rightBrace, start)
        default: throw failure("unexpected character inside braces: \(Lexer.quoted(Unicode.Scalar(byte)))", start)
        }
    }

    // MARK: Brackets

    private mutating func nextInsideBrackets(_ byte: UInt8, _ start: Int) throws(SyntaxFailure) -> Token {
        if Lexer.isDigit(byte) || byte == UInt8(ascii: ".") && (peekByte(1).map(Lexer.isDigit) ?? false) {
            sawDuration = true
            return try numberOrDuration(start)
        }
        if Lexer.isLetter(byte) {
            while let byte = peekByte(), Lexer.isLetter(byte) || Lexer.isDigit(byte) { position += 1 }
            guard let kind = Token.durationKeywords[lowercased(start)] else { throw unexpectedInBrackets(start) }
            sawDuration = true
            return token(kind, start)
        }
        position += 1
        switch Character(Unicode.Scalar(byte)) {
        case "]":
            isInsideBrackets = false
            return token(.rightBracket, start)
        case ":":
            guard sawDuration else { throw failure("unexpected colon before duration in duration expression", position) }
            guard !sawColon else { throw failure("unexpected repeated colon in duration expression", position) }
            sawColon = true
            return token(.colon, start)
        case "(":
            parenthesisDepth += 1
            return token(.leftParenthesis, start)
        case ")":
            try closeParenthesis()
            return token(.rightParenthesis, start)
        case ",": return token(.comma, start)
        case "+", "-", "*", "/", "%", "^": return try operation(byte, start)
        default: throw unexpectedInBrackets(start)
        }
    }

    private func unexpectedInBrackets(_ start: Int) -> SyntaxFailure {
        failure("unexpected character in duration expression: \(Lexer.quoted(character(at: start)))", start)
    }

    // MARK: Shared

    private func token(_ kind: Token.Kind, _ start: Int) -> Token { Token(kind: kind, start: start, end: position) }

    /// Blanks and, outside brackets, comments.
    private mutating func skipBlanks() {
        while let byte = peekByte() {
            if Lexer.isBlank(byte) {
                position += 1
            } else if byte == UInt8(ascii: "#"), !isInsideBrackets {
                while let byte = peekByte(), byte != 0x0A, byte != 0x0D { position += 1 }
            } else {
                return
            }
        }
    }

    private func checkEnd() throws(SyntaxFailure) {
        if isInsideBraces { throw failure("unexpected end of input inside braces", position) }
        if isInsideBrackets { throw failure("unexpected end of input in duration expression", position) }
        if parenthesisDepth > 0 { throw failure("unclosed left parenthesis", position) }
    }

    private mutating func closeParenthesis() throws(SyntaxFailure) {
        parenthesisDepth -= 1
        if parenthesisDepth < 0 { throw failure("unexpected right parenthesis ')'", position) }
    }

    private func lowercased(_ start: Int) -> String {
        String(decoding: bytes[start..<position].lazy.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// The next character as messages show it; at the end of the text the sign for no character.
    private func quotedNext() -> String { Lexer.quoted(position < bytes.count ? character(at: position) : "\u{FFFD}") }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") }

    /// A character as Go's `%q` shows it.
    static func quoted(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "'": "'\\''"
        case "\"": "'\"'"
        default: "'" + GoQuote.quote(String(Character(scalar))).dropFirst().dropLast() + "'"
        }
    }
}
