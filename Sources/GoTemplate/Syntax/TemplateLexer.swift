import Labels

/// Cuts a template's text into tokens, one at a time.
struct TemplateLexer {
    let input: [UInt8]
    /// Where reading goes on, and where the token at hand began.
    var position = 0
    private(set) var start = 0
    private(set) var startLine = 1
    private var lineOfPosition = 1
    private var countedTo = 0
    private var isInsideAction = false
    private var parenthesisDepth = 0

    init(_ text: String) { input = Array(text.utf8) }

    /// The text of a token.
    func text(of token: Token) -> String { String(decoding: input[token.offset..<token.end], as: UTF8.self) }

    /// The next token. After the end or an error comes nothing of use.
    mutating func next() -> Token { isInsideAction ? insideAction() : outsideAction() }

    // MARK: Outside of actions

    private mutating func outsideAction() -> Token {
        while true {
            guard let delimiter = firstDelimiter(from: position) else {
                position = input.count
                return token(start < position ? .text : .endOfText)
            }
            position = delimiter
            if hasLeftTrimMarker(at: delimiter + 2) {
                while position > start, isSpace(input[position - 1]) { position -= 1 }
            }
            let text: Token? = position > start ? token(.text) : nil
            position = delimiter
            skip()
            if let text { return text }

            let afterMarker = delimiter + (hasLeftTrimMarker(at: delimiter + 2) ? 4 : 2)
            if starts("/*", at: afterMarker) {
                position = afterMarker
                skip()
                if let error = comment() { return error }
                continue
            }
            position = delimiter + 2
            let left = token(.leftDelimiter)
            position = afterMarker
            skip()
            isInsideAction = true
            parenthesisDepth = 0
            return left
        }
    }

    /// Passes a comment and its right delimiter.
    private mutating func comment() -> Token? {
        position += 2
        while !starts("*/", at: position) {
            guard position < input.count else { return error("unclosed comment") }
            position += 1
        }
        position += 2
        guard let isTrimming = rightDelimiter(at: position) else { return error("comment ends before closing delimiter") }
        position += isTrimming ? 4 : 2
        if isTrimming { passSpace() }
        skip()
        return nil
    }

    private func firstDelimiter(from position: Int) -> Int? {
        guard input.count >= 2 else { return nil }
        var position = position
        while position < input.count - 1 {
            if input[position] == UInt8(ascii: "{"), input[position + 1] == UInt8(ascii: "{") { return position }
            position += 1
        }
        return nil
    }

    // MARK: Inside of actions

    private mutating func insideAction() -> Token {
        if let isTrimming = rightDelimiter(at: position) {
            guard parenthesisDepth == 0 else { return error("unclosed left paren") }
            return closeAction(isTrimming)
        }
        guard let byte = byte(at: position) else { return error("unclosed action") }
        switch byte {
        case _ where isSpace(byte): return space()
        case UInt8(ascii: "="): return single(.assign)
        case UInt8(ascii: ":"):
            position += 1
            guard self.byte(at: position) == UInt8(ascii: "=") else { return error("expected :=") }
            return single(.declare)
        case UInt8(ascii: "|"): return single(.pipe)
        case UInt8(ascii: "\""): return quoted(byte, .string, "unterminated quoted string")
        case UInt8(ascii: "'"): return quoted(byte, .characterConstant, "unterminated character constant")
        case UInt8(ascii: "`"): return rawString()
        case UInt8(ascii: "$"): return fieldOrVariable(.variable)
        case UInt8(ascii: "."):
            if let following = self.byte(at: position + 1), !isDigit(following) { return fieldOrVariable(.field) }
            return number()
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        case UInt8(ascii: "("):
            parenthesisDepth += 1
            return single(.leftParenthesis)
        case UInt8(ascii: ")"):
            parenthesisDepth -= 1
            guard parenthesisDepth >= 0 else { return error("unexpected right paren") }
            return single(.rightParenthesis)
        default:
            let scalar = scalar(at: position)
            if isAlphanumeric(scalar) { return word() }
            guard byte > 0x20, byte < 0x7F else { return error("unrecognized character in action: \(Self.describe(scalar))") }
            return single(.character)
        }
    }

    private mutating func closeAction(_ isTrimming: Bool) -> Token {
        if isTrimming {
            position += 2
            skip()
        }
        position += 2
        let right = token(.rightDelimiter)
        if isTrimming {
            passSpace()
            skip()
        }
        isInsideAction = false
        return right
    }

    private mutating func single(_ kind: Token.Kind) -> Token {
        position += 1
        return token(kind)
    }

    /// A run of spaces, less the one that belongs to a trim marker. When there is no other, the marker's delimiter follows.
    private mutating func space() -> Token {
        passSpace()
        if rightDelimiter(at: position - 1) == true {
            position -= 1
            if position == start { return closeAction(true) }
        }
        return token(.space)
    }

    private mutating func quoted(_ quote: UInt8, _ kind: Token.Kind, _ unterminated: String) -> Token {
        position += 1
        while let byte = byte(at: position), byte != UInt8(ascii: "\n") {
            position += 1
            if byte == quote { return token(kind) }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = self.byte(at: position), escaped != UInt8(ascii: "\n") else { break }
                position += 1
            }
        }
        return error(unterminated)
    }

    private mutating func rawString() -> Token {
        position += 1
        while let byte = byte(at: position) {
            position += 1
            if byte == UInt8(ascii: "`") { return token(.rawString) }
        }
        return error("unterminated raw quoted string")
    }

    private mutating func word() -> Token {
        passAlphanumeric()
        if let error = requireTerminator() { return error }
        switch String(decoding: input[start..<position], as: UTF8.self) {
        case "true", "false": return token(.bool)
        case let word: return token(Token.Keyword(rawValue: word).map { .keyword($0) } ?? .identifier)
        }
    }

    private mutating func fieldOrVariable(_ kind: Token.Kind) -> Token {
        position += 1
        if isAtTerminator { return token(kind == .variable ? .variable : .keyword(.dot)) }
        passAlphanumeric()
        return requireTerminator() ?? token(kind)
    }

    private mutating func requireTerminator() -> Token? {
        isAtTerminator ? nil : error("bad character \(Self.describe(scalar(at: position)))")
    }

    /// Whether what follows may end a word: `$x+2` must not be taken for `$x` and `+2`.
    private var isAtTerminator: Bool {
        guard let byte = byte(at: position), !isSpace(byte) else { return true }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: ":"), UInt8(ascii: ")"), UInt8(ascii: "("): return true
        default: return starts("}}", at: position)
        }
    }

    // MARK: Tokens

    /// The token from `start` to here.
    mutating func token(_ kind: Token.Kind) -> Token {
        let token = Token(kind: kind, offset: start, end: position, line: startLine)
        skip()
        return token
    }

    mutating func error(_ message: String) -> Token {
        Token(kind: .error, offset: start, end: start, line: startLine, message: message)
    }

    /// Begins the next token here.
    private mutating func skip() {
        // Never goes back over counted bytes: a token's end is not before its start.
        for byte in input[countedTo..<max(countedTo, position)] where byte == UInt8(ascii: "\n") { lineOfPosition += 1 }
        countedTo = max(countedTo, position)
        start = position
        startLine = lineOfPosition
    }

    // MARK: Characters

    func byte(at position: Int) -> UInt8? { position < input.count ? input[position] : nil }

    private func starts(_ prefix: StaticString, at position: Int) -> Bool {
        position + prefix.utf8CodeUnitCount <= input.count
            && input[position..<position + prefix.utf8CodeUnitCount].elementsEqual(
                UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
    }

    private func hasLeftTrimMarker(at position: Int) -> Bool {
        byte(at: position) == UInt8(ascii: "-") && byte(at: position + 1).map(isSpace) == true
    }

    /// Whether a right delimiter is here, and if so whether it trims.
    private func rightDelimiter(at position: Int) -> Bool? {
        if let first = byte(at: position), isSpace(first), starts("-}}", at: position + 1) { return true }
        return starts("}}", at: position) ? false : nil
    }

    private mutating func passSpace() {
        while let byte = byte(at: position), isSpace(byte) { position += 1 }
    }

    private mutating func passAlphanumeric() {
        while position < input.count {
            let scalar = scalar(at: position)
            guard isAlphanumeric(scalar) else { return }
            position += UTF8.width(scalar)
        }
    }

    func scalar(at position: Int) -> Unicode.Scalar {
        guard input[position] >= 0x80 else { return Unicode.Scalar(input[position]) }
        var decoder = UTF8()
        var bytes = input[position..<min(position + 4, input.count)].makeIterator()
        if case .scalarValue(let scalar) = decoder.decode(&bytes) { return scalar }
        return "\u{FFFD}"
    }

    func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }

    func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// Go's `%#U`: `U+0021 '!'`.
    private static func describe(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return GoQuote.isPrint(scalar) ? code + " '\(scalar)'" : code
    }
}
