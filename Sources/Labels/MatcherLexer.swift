/// A piece of a matcher text (reference 2.1).
struct MatcherToken {
    enum Kind: Hashable {
        case openBrace, closeBrace, comma, quoted, unquoted
        case operation(Matcher.Operation)
    }

    var kind: Kind
    /// The text as written.
    var text: String
    /// The column of its first character, counted in code points from 0.
    var start: Int
    /// The column behind its last character.
    var end: Int

    /// The meaning of a quoted or unquoted text; nil when the quoted one is no valid literal.
    var content: String? { kind == .quoted ? GoQuote.unquote(text) : text }
}

/// Cuts the UTF-8 form of matchers into tokens. After an error it only repeats that error.
struct MatcherLexer {
    private let scalars: [Unicode.Scalar]
    /// The number of characters consumed, whitespace included: the end of the last token taken, or where whitespace was skipped to.
    private(set) var column = 0
    private var failure: MatcherError?

    init(_ input: String) { scalars = Array(input.unicodeScalars) }

    /// Whether an unquoted text cannot contain this character.
    static func isReserved(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "{", "}", "!", "=", "~", ",", "\\", "\"", "'", "`": true
        default: isSpace(scalar)
        }
    }

    /// Unicode whitespace, as Go's `unicode.IsSpace` has it.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    /// The next token without consuming it; nil at the end of the input.
    mutating func peek() throws(MatcherError) -> MatcherToken? {
        let before = column
        defer { column = before }
        return try next()
    }

    /// Consumes the next token; nil at the end of the input.
    mutating func next() throws(MatcherError) -> MatcherToken? {
        if let failure { throw failure }
        while column < scalars.count, Self.isSpace(scalars[column]) { column += 1 }
        guard column < scalars.count else { return nil }
        switch scalars[column] {
        case "{": return token(.openBrace, length: 1)
        case "}": return token(.closeBrace, length: 1)
        case ",": return token(.comma, length: 1)
        case "=":
            return token(.operation(scalar(at: column + 1) == "~" ? .regexMatch : .equal), length: scalar(at: column + 1) == "~" ? 2 : 1)
        case "!":
            switch scalar(at: column + 1) {
            case "=": return token(.operation(.notEqual), length: 2)
            case "~": return token(.operation(.regexNotMatch), length: 2)
            case nil: throw fail("\(column):\(column + 1): unexpected end of input, expected one of '=~'")
            default: throw fail("\(column):\(column + 1): !: expected one of '=~'")
            }
        case "\"": return try quoted()
        case let scalar where Self.isReserved(scalar): throw fail("\(column):\(column + 1): \(scalar): invalid input")
        default:
            let length = scalars[column...].prefix { !Self.isReserved($0) }.count
            return token(.unquoted, length: length)
        }
    }

    private mutating func quoted() throws(MatcherError) -> MatcherToken {
        var end = column + 1
        while end < scalars.count, scalars[end] != "\"" {
            end += scalars[end] == "\\" ? 2 : 1
        }
        guard end < scalars.count else {
            throw fail("\(column):\(scalars.count): \(text(column..<scalars.count)): missing end \"")
        }
        return token(.quoted, length: end + 1 - column)
    }

    private mutating func token(_ kind: MatcherToken.Kind, length: Int) -> MatcherToken {
        defer { column += length }
        return MatcherToken(kind: kind, text: text(column..<column + length), start: column, end: column + length)
    }

    private func scalar(at index: Int) -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private func text(_ range: Range<Int>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[range])
        return text
    }

    private mutating func fail(_ message: String) -> MatcherError {
        let error = MatcherError(message: message)
        failure = error
        return error
    }
}
