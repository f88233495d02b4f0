import PromQL
import Testing

/// What a text that cannot be parsed is answered with; nil, and a recorded issue, where it can be.
func syntaxError(_ text: String, options: ParserOptions = ParserOptions()) -> String? {
    do throws(PromQLSyntaxError) {
        let expression = try Expression.parse(text, options: options)
        Issue.record("\(text.debugDescription) was read as \(expression)")
        return nil
    } catch {
        return error.description
    }
}

/// The canonical text of an expression.
func printed(_ text: String, options: ParserOptions = ParserOptions()) throws -> String {
    try Expression.parse(text, options: options).description
}

/// A text, and what is expected of it.
struct Vector: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: String

    init(_ text: String, _ expected: String) {
        self.text = text
        self.expected = expected
    }

    var testDescription: String { text }
}
