import Labels

/// A string in double, single or back quotes as PromQL has it (reference 3.1).
enum QuotedString {
    static func value(of literal: String) throws(NotationError) -> String {
        guard literal.utf8.count >= 2, let quote = literal.utf8.first, quote == literal.utf8.last else {
            throw NotationError("expected a quoted string, found \(literal)")
        }
        let body = literal.dropFirst().dropLast()
        switch quote {
        case UInt8(ascii: "`"): return String(body)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            guard let bytes = GoQuote.unquotedBytes(quote == UInt8(ascii: "'") ? doubleQuoted(body) : literal) else {
                throw NotationError("not a valid quoted string: \(literal)")
            }
            return String(decoding: bytes, as: UTF8.self)
        default: throw NotationError("expected a quoted string, found \(literal)")
        }
    }

    /// The same literal in double quotes: those inside get a backslash, single ones lose theirs.
    private static func doubleQuoted(_ body: Substring) -> String {
        var output = "\""
        var escaped = false
        for character in body.unicodeScalars {
            if escaped {
                escaped = false
                output += character == "'" ? "'" : "\\\(character)"
            } else if character == "\\" {
                escaped = true
            } else {
                output += character == "\"" ? "\\\"" : String(character)
            }
        }
        return output + "\""
    }
}
