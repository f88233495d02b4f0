import Labels

/// Reads an expression by precedence climbing. The first error ends it; the texts are those of Prometheus's grammar (reference 3.2).
struct Parser {
    var lexer: Lexer
    let options: ParserOptions
    private var lookahead: Token?
    /// What is being read, for an unexpected token that no rule closer to it explains.
    var context = Context(name: "", expected: "")
    /// The end of the last consumed token.
    private(set) var consumedEnd = 0
    private var nesting = 0
    /// The depth of the tree that was read last.
    var depth = 0

    /// What messages say about an unexpected token: where it stands, and what could stand there.
    struct Context {
        var name: String
        var expected: String
    }

    /// Limits the recursion over parentheses, arguments and signs.
    static let maximumNesting = 400

    init(_ text: String, options: ParserOptions) {
        lexer = Lexer(text)
        self.options = options
    }

    /// The expression that is the whole text, before the checks of types.
    mutating func parseWhole() throws(SyntaxFailure) -> Expression {
        if try peek().kind == .endOfInput { throw SyntaxFailure(message: "no expression found in input", range: SourceRange(0, 0)) }
        let expression = try parseExpression(.lowest)
        guard try peek().kind == .endOfInput else { throw try unexpected() }
        return expression
    }

    /// The selector, without modifiers, that is the whole text.
    mutating func parseWholeSelector() throws(SyntaxFailure) -> VectorSelector {
        let token = try peek()
        guard token.kind == .leftBrace || token.kind.canBeMetricName else { throw try unexpected() }
        if token.kind != .leftBrace { try take() }
        let selector = try parseSelector(name: token.kind == .leftBrace ? nil : token)
        guard try peek().kind == .endOfInput else { throw try unexpected() }
        return selector
    }

    // MARK: Tokens

    /// The next token, read only when it is asked for.
    mutating func peek() throws(SyntaxFailure) -> Token {
        if let lookahead { return lookahead }
        let token = try lexer.next()
        lookahead = token
        return token
    }

    /// Takes the next token.
    @discardableResult
    mutating func take() throws(SyntaxFailure) -> Token {
        let token = try peek()
        lookahead = nil
        consumedEnd = token.end
        return token
    }

    /// Takes the next token if it is of this kind.
    mutating func accept(_ kind: Token.Kind) throws(SyntaxFailure) -> Token? {
        try peek().kind == kind ? try take() : nil
    }

    /// Takes a token of this kind, or throws.
    @discardableResult
    mutating func expect(_ kind: Token.Kind) throws(SyntaxFailure) -> Token {
        guard let token = try accept(kind) else { throw try unexpected() }
        return token
    }

    /// The error that the next token cannot stand here.
    mutating func unexpected() throws(SyntaxFailure) -> SyntaxFailure { try unexpected(in: context.name, expected: context.expected) }

    /// The error that the next token cannot stand here.
    mutating func unexpected(in place: String, expected: String) throws(SyntaxFailure) -> SyntaxFailure {
        let token = try peek()
        var message = "unexpected " + token.kind.description(of: token.text(in: lexer.bytes))
        if !place.isEmpty { message += " in " + place }
        if !expected.isEmpty { message += ", expected " + expected }
        return SyntaxFailure(message: message, range: token.range)
    }

    /// Runs a part whose unexpected tokens are told with this context.
    mutating func within<Result>(
        _ name: String, expecting expected: String, _ body: (inout Parser) throws(SyntaxFailure) -> Result
    ) throws(SyntaxFailure) -> Result {
        let outer = context
        context = Context(name: name, expected: expected)
        let result = try body(&self)
        context = outer
        return result
    }

    /// Runs a part that is one level deeper.
    mutating func nested<Result>(_ body: (inout Parser) throws(SyntaxFailure) -> Result) throws(SyntaxFailure) -> Result {
        nesting += 1
        guard nesting <= Parser.maximumNesting else {
            let token = try peek()
            throw SyntaxFailure(message: "expression is nested more than \(Parser.maximumNesting) levels deep", range: token.range)
        }
        let result = try body(&self)
        nesting -= 1
        return result
    }

    /// Notes that the tree read last has a node above it; the tree is walked by recursion everywhere, so it must not be too deep.
    mutating func deepen(above inner: Int, _ range: SourceRange) throws(SyntaxFailure) {
        depth = inner + 1
        guard depth <= Expression.maximumDepth else {
            throw SyntaxFailure(message: "expression is nested more than \(Expression.maximumDepth) levels deep", range: range)
        }
    }

    // MARK: Operators

    enum Precedence: Int {
        case lowest = 1
        case sets, comparisons, sums, products, powers

        var next: Precedence { Precedence(rawValue: rawValue + 1) ?? .powers }

        init(of operation: BinaryOperator) {
            switch operation {
            case .or: self = .lowest
            case .and, .unless: self = .sets
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .trimUpper, .trimLower: self = .comparisons
            case .add, .subtract: self = .sums
            case .multiply, .divide, .modulo, .atan2: self = .products
            case .power: self = .powers
            }
        }
    }

    /// An expression whose operators bind at least as tightly as `minimum`.
    mutating func parseExpression(_ minimum: Precedence) throws(SyntaxFailure) -> Expression {
        var left = try parseOperand()
        while case .operation(let operation) = try peek().kind {
            let precedence = Precedence(of: operation)
            guard precedence.rawValue >= minimum.rawValue else { break }
            try take()
            let modifiers = try parseOperatorModifiers()
            let leftDepth = depth
            let right = try nested { (parser) throws(SyntaxFailure) in
                try parser.parseExpression(operation == .power ? .powers : precedence.next)
            }
            let range = SourceRange(left.range.start, right.range.end)
            guard options.binaryFill || modifiers.matching.fillLeft == nil && modifiers.matching.fillRight == nil else {
                throw SyntaxFailure(message: "binop fill modifiers are experimental and not enabled", range: range)
            }
            try deepen(above: max(leftDepth, depth), range)
            left = .binary(
                BinaryExpression(
                    op: operation, left: left, right: right, matching: modifiers.matching, returnsBool: modifiers.returnsBool, range: range)
            )
        }
        return left
    }

    private mutating func parseOperand() throws(SyntaxFailure) -> Expression {
        let token = try peek()
        guard token.kind == .operation(.add) || token.kind == .operation(.subtract) else { return try parsePostfix(try parsePrimary()) }
        try take()
        // A signed number is no level of its own: printing may add its sign.
        let operand =
            if try peek().kind == .number {
                try parseExpression(.powers)
            } else {
                try nested { (parser) throws(SyntaxFailure) in try parser.parseExpression(.powers) }
            }
        let isNegation = token.kind == .operation(.subtract)
        if case .number(var literal) = operand {
            if isNegation { literal.value.negate() }
            literal.range.start = token.start
            return .number(literal)
        }
        try deepen(above: depth, token.range)
        return .unary(UnaryExpression(isNegation: isNegation, operand: operand, range: SourceRange(token.start, operand.range.end)))
    }

    private mutating func parsePrimary() throws(SyntaxFailure) -> Expression {
        let token = try peek()
        depth = 1
        switch token.kind {
        case .number, .duration:
            try take()
            return .number(try numberLiteral(token))
        case .string:
            try take()
            let bytes = lexer.stringBytes(token)
            let value = String(validating: bytes, as: UTF8.self)
            return .string(
                StringLiteral(
                    value: value ?? String(decoding: bytes, as: UTF8.self), invalidBytes: value == nil ? bytes : nil, range: token.range))
        case .leftParenthesis:
            try take()
            let expression = try nested { (parser) throws(SyntaxFailure) in try parser.parseExpression(.lowest) }
            let end = try expect(.rightParenthesis).end
            try deepen(above: depth, token.range)
            return .parentheses(Parentheses(expression: expression, range: SourceRange(token.start, end)))
        case .leftBrace: return .vectorSelector(try parseSelector(name: nil))
        case .aggregation(let operation):
            try take()
            switch try peek().kind {
            case .leftParenthesis, .by, .without: return try parseAggregation(operation, token)
            default: return .vectorSelector(try parseSelector(name: token))
            }
        default:
            guard token.kind.canBeMetricName else { throw try unexpected() }
            try take()
            if token.kind.canBeFunctionName, try peek().kind == .leftParenthesis { return try parseCall(token) }
            return .vectorSelector(try parseSelector(name: token))
        }
    }
}

extension Token.Kind {
    /// Whether a parenthesis behind the token makes it a call.
    var canBeFunctionName: Bool {
        switch self {
        case .identifier, .startWord, .endWord, .step, .range: true
        default: false
        }
    }
}
