public import Labels

extension Expression {
    /// How many nodes a tree is deep at most. `a + b + c` is three deep.
    public static let maximumDepth = 1000

    /// Reads and checks an expression.
    public static func parse(_ text: String, options: ParserOptions = ParserOptions()) throws(PromQLSyntaxError) -> Expression {
        var parser = Parser(text, options: options)
        do throws(SyntaxFailure) {
            var expression = try parser.parseWhole()
            _ = try TypeCheck(bytes: parser.lexer.bytes).check(&expression)
            return expression
        } catch {
            throw PromQLSyntaxError(error, in: parser.lexer.bytes)
        }
    }

    /// Reads a series selector without modifiers, as `match[]` wants it.
    /// Whether some matcher refuses the empty text is for the caller to check.
    public static func parseSelector(_ text: String) throws(PromQLSyntaxError) -> [Matcher] {
        var parser = Parser(text, options: ParserOptions())
        do throws(SyntaxFailure) {
            return try parser.parseWholeSelector().matchers
        } catch {
            throw PromQLSyntaxError(error, in: parser.lexer.bytes)
        }
    }

    /// What the expression gives.
    public var type: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .vectorSelector, .aggregation: .vector
        case .matrixSelector, .subquery: .matrix
        case .unary(let unary): unary.operand.type
        case .binary(let binary): binary.left.type == .scalar && binary.right.type == .scalar ? .scalar : .vector
        case .call(let call): call.function.returnType
        case .parentheses(let parentheses): parentheses.expression.type
        }
    }

    /// The expression's place in the text.
    public var range: SourceRange {
        switch self {
        case .number(let node): node.range
        case .string(let node): node.range
        case .vectorSelector(let node): node.range
        case .matrixSelector(let node): node.range
        case .subquery(let node): node.range
        case .unary(let node): node.range
        case .binary(let node): node.range
        case .aggregation(let node): node.range
        case .call(let node): node.range
        case .parentheses(let node): node.range
        }
    }

    /// The expressions directly inside this one, in source order. The selector of a matrix selector is none of its own.
    public var children: [Expression] {
        switch self {
        case .number, .string, .vectorSelector, .matrixSelector: []
        case .subquery(let node): [node.expression]
        case .unary(let node): [node.operand]
        case .binary(let node): [node.left, node.right]
        case .aggregation(let node): (node.parameter.map { [$0] } ?? []) + [node.argument]
        case .call(let node): node.arguments
        case .parentheses(let node): [node.expression]
        }
    }
}
