/// A piece of a template's text, as the lexer cuts it.
struct Token {
    enum Kind: Equatable {
        /// No token: what is wrong is in `message`.
        case error
        case bool
        /// Any other printable ASCII character, such as a comma.
        case character
        /// `'x'`
        case characterConstant
        /// `1+2i`
        case complex
        /// `=`
        case assign
        /// `:=`
        case declare
        case endOfText
        /// `.Name`
        case field
        case identifier
        /// `{{`, with its trim marker
        case leftDelimiter
        case leftParenthesis
        case number
        /// `|`
        case pipe
        case rawString
        /// `}}`
        case rightDelimiter
        case rightParenthesis
        /// A run of white space inside an action; it separates operands.
        case space
        case string
        case text
        /// `$` or `$name`
        case variable
        case keyword(Keyword)
    }

    /// The words of the language. The dot is one for Go, and shows as one in error texts.
    enum Keyword: String {
        case block, `break`, `continue`, define, `else`, end, `if`, null = "nil", range, template, with
        case dot = "."
    }

    var kind: Kind
    /// Where it starts and ends, in bytes.
    var offset: Int
    var end: Int
    /// The line that it starts on.
    var line: Int
    /// Only for errors.
    var message = ""
}
