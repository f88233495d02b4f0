import CRE2

/// Why a pattern is not a regular expression, in the words of Go's `regexp`, which people know from Alertmanager's messages.
public struct RE2Error: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole text, such as ``error parsing regexp: missing closing ]: `[b` ``.
    public let message: String

    /// An error with this message.
    public init(message: String) { self.message = message }

    init(_ code: cre2_error, argument: String, pattern: String) {
        var (kind, expression) = (Self.kind(of: code), argument)
        switch code {
        case CRE2_MISSING_PARENTHESIS where argument.hasPrefix("(?") && argument != pattern:
            // What re2 calls an unfinished group is a Perl operator it does not know.
            kind = Self.kind(of: CRE2_BAD_PERL_OPERATOR)
        case CRE2_MISSING_PARENTHESIS, CRE2_UNEXPECTED_PARENTHESIS, CRE2_PATTERN_TOO_LARGE:
            expression = pattern
        case CRE2_TRAILING_BACKSLASH:
            // Go shows nothing here: the offending piece is the end of the text.
            expression = ""
        case CRE2_REPEAT_SIZE where argument.hasSuffix("}?"):
            // Go counts the question mark of a lazy repetition apart.
            expression.removeLast()
        default: break
        }
        message = "error parsing regexp: \(kind): `\(expression)`"
    }

    /// The message.
    public var description: String { message }

    private static func kind(of code: cre2_error) -> String {
        switch code {
        case CRE2_BAD_ESCAPE: "invalid escape sequence"
        case CRE2_BAD_CHARACTER_CLASS: "invalid character class"
        case CRE2_BAD_CHARACTER_RANGE: "invalid character class range"
        case CRE2_MISSING_BRACKET: "missing closing ]"
        case CRE2_MISSING_PARENTHESIS: "missing closing )"
        case CRE2_UNEXPECTED_PARENTHESIS: "unexpected )"
        case CRE2_TRAILING_BACKSLASH: "trailing backslash at end of expression"
        case CRE2_REPEAT_ARGUMENT: "missing argument to repetition operator"
        case CRE2_REPEAT_SIZE: "invalid repeat count"
        case CRE2_REPEAT_OPERATOR: "invalid nested repetition operator"
        case CRE2_BAD_PERL_OPERATOR: "invalid or unsupported Perl syntax"
        case CRE2_BAD_UTF8: "invalid UTF-8"
        case CRE2_BAD_NAMED_CAPTURE: "invalid named capture"
        case CRE2_PATTERN_TOO_LARGE: "expression too large"
        default: "regexp/syntax: internal error"
        }
    }
}
