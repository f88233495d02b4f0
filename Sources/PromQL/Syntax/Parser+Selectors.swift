import Labels
import Time

extension Parser {
    // MARK: Matchers

    /// `{…}` after a name, or alone.
    mutating func parseSelector(name token: Token?) throws(SyntaxFailure) -> VectorSelector {
        let start = if let token { token.start } else { try peek().start }
        let name = token?.text(in: lexer.bytes)
        var matchers = name.map { [Matcher(name: "__name__", equals: $0)] } ?? []
        var quotedName: String?
        if try accept(.leftBrace) != nil {
            while try accept(.rightBrace) == nil {
                let (matcher, isBare) = try parseMatcher()
                if isBare || quotedName != nil, matcher.name == "__name__", name == nil {
                    if let first = quotedName ?? matchers.first(where: { $0.name == "__name__" })?.value {
                        let names = "\(GoQuote.quote(first)) or \(GoQuote.quote(matcher.value))"
                        throw SyntaxFailure(
                            message: "metric name must not be set twice: \(names)", range: SourceRange(start, consumedEnd))
                    }
                    quotedName = matcher.value
                }
                matchers.append(matcher)
                if try accept(.comma) == nil, try peek().kind != .rightBrace {
                    throw try unexpected(in: Parser.matching, expected: "\",\" or \"}\"")
                }
            }
        }
        return VectorSelector(
            name: name, matchers: matchers, modifiers: TimeModifiers(), range: SourceRange(start, consumedEnd))
    }

    private static let matching = "label matching"

    /// One matcher, and whether it was a lone string: a metric's name.
    private mutating func parseMatcher() throws(SyntaxFailure) -> (Matcher, isBare: Bool) {
        let label = try peek()
        guard label.kind == .identifier || label.kind == .string else {
            throw try unexpected(in: Parser.matching, expected: "identifier or \"}\"")
        }
        try take()
        let name = label.kind == .string ? lexer.stringValue(label) : label.text(in: lexer.bytes)
        let operation: Matcher.Operation
        switch try peek().kind {
        case .assign: operation = .equal
        case .operation(.notEqual): operation = .notEqual
        case .regexMatch: operation = .regexMatch
        case .regexNotMatch: operation = .regexNotMatch
        default:
            guard label.kind == .string else { throw try unexpected(in: Parser.matching, expected: "label matching operator") }
            return (Matcher(name: "__name__", equals: name), true)
        }
        try take()
        guard let value = try accept(.string) else { throw try unexpected(in: Parser.matching, expected: "string") }
        do throws(MatcherError) {
            let text = lexer.stringValue(value)
            return (try Matcher(name: name, operation: operation, value: text, dotMatchesNewline: true), false)
        } catch {
            throw SyntaxFailure(message: error.message, range: SourceRange(label.start, value.end))
        }
    }

    // MARK: What follows an expression

    /// Ranges, subqueries, `offset`, `@`, `anchored` and `smoothed`.
    mutating func parsePostfix(_ operand: Expression) throws(SyntaxFailure) -> Expression {
        var expression = operand
        while true {
            let token = try peek()
            switch token.kind {
            case .leftBracket:
                expression = try parseBrackets(expression)
                try deepen(above: depth, token.range)
            case .offset: try parseOffset(&expression)
            case .at: try parseAt(&expression)
            case .anchored, .smoothed: try parseExtension(&expression)
            default: return expression
            }
        }
    }

    private mutating func parseBrackets(_ expression: Expression) throws(SyntaxFailure) -> Expression {
        let open = try take()
        let window = try within("subquery or range selector", expecting: Parser.durationForms) { (parser) throws(SyntaxFailure) in
            try parser.parsePositiveDuration()
        }
        if try accept(.colon) != nil {
            var step: DurationExpression?
            if try peek().kind != .rightBracket {
                step = try within("subquery selector", expecting: "number, duration, step(), range(), or \"]\"") {
                    (parser) throws(SyntaxFailure) in
                    try parser.parsePositiveDuration()
                }
            }
            guard let close = try accept(.rightBracket) else { throw try unexpected(in: "subquery selector", expected: "\"]\"") }
            return .subquery(
                Subquery(
                    expression: expression, window: window, step: step, modifiers: TimeModifiers(),
                    range: SourceRange(expression.range.start, close.end)))
        }
        guard let close = try accept(.rightBracket) else { throw try unexpected(in: "subquery or range", expected: "\":\" or \"]\"") }
        let brackets = SourceRange(open.start, close.end)
        guard case .vectorSelector(let selector) = expression else {
            throw SyntaxFailure(message: "ranges only allowed for vector selectors", range: brackets)
        }
        guard !selector.modifiers.hasOffset else {
            throw SyntaxFailure(message: "no offset modifiers allowed before range", range: brackets)
        }
        guard selector.modifiers.at == nil else { throw SyntaxFailure(message: "no @ modifiers allowed before range", range: brackets) }
        return .matrixSelector(
            MatrixSelector(selector: selector, window: window, range: SourceRange(selector.range.start, close.end)))
    }

    private mutating func parseOffset(_ expression: inout Expression) throws(SyntaxFailure) {
        try take()
        let offset = try within("offset", expecting: Parser.durationForms) { (parser) throws(SyntaxFailure) in
            try parser.parseOffsetDuration()
        }
        guard var modifiers = expression.timeModifiers else {
            throw Parser.misplaced("offset modifier", expression)
        }
        guard !modifiers.hasOffset else {
            throw SyntaxFailure(message: "offset may not be set multiple times", range: expression.range)
        }
        modifiers.offset = offset
        expression.set(modifiers, end: consumedEnd)
    }

    private mutating func parseAt(_ expression: inout Expression) throws(SyntaxFailure) {
        try take()
        let at = try within("@", expecting: "timestamp") { (parser) throws(SyntaxFailure) in try parser.parseAtTime(expression) }
        guard var modifiers = expression.timeModifiers else { throw Parser.misplaced("@ modifier", expression) }
        guard modifiers.at == nil else {
            throw SyntaxFailure(message: "@ <timestamp> may not be set multiple times", range: expression.range)
        }
        modifiers.at = at
        expression.set(modifiers, end: consumedEnd)
    }

    private mutating func parseAtTime(_ expression: Expression) throws(SyntaxFailure) -> AtModifier {
        let kind = try peek().kind
        if kind == .startWord || kind == .endWord {
            try take()
            try expect(.leftParenthesis)
            try expect(.rightParenthesis)
            return kind == .startWord ? .start : .end
        }
        let seconds = try parseSignedNumber()
        // Beyond 35,000 years a float of seconds does not hold milliseconds any more.
        guard seconds.isFinite, seconds.magnitude <= 0x1p50 / 1000 else {
            let text = GoFloat.text(seconds, "f", precision: 6)
            throw SyntaxFailure(message: "timestamp out of bounds for @ modifier: \(text)", range: expression.range)
        }
        return .time(Int64((seconds * 1000).rounded()))
    }

    private mutating func parseExtension(_ expression: inout Expression) throws(SyntaxFailure) {
        let word = try take().kind == .anchored ? RangeExtension.anchored : .smoothed
        guard options.extendedRangeSelectors else {
            throw SyntaxFailure(message: "\(word.rawValue) modifier is experimental and not enabled", range: expression.range)
        }
        switch expression {
        case .vectorSelector(var selector):
            try Parser.extend(&selector, word)
            selector.range.end = consumedEnd
            expression = .vectorSelector(selector)
        case .matrixSelector(var matrix):
            try Parser.extend(&matrix.selector, word)
            matrix.range.end = consumedEnd
            expression = .matrixSelector(matrix)
        default:
            let message = "\(word.rawValue) modifier must be preceded by an instant or range vector selector"
            throw SyntaxFailure(message: message, range: expression.range)
        }
    }

    private static func extend(_ selector: inout VectorSelector, _ word: RangeExtension) throws(SyntaxFailure) {
        guard selector.rangeExtension == nil else {
            throw SyntaxFailure(message: "anchored and smoothed modifiers cannot be used together", range: selector.range)
        }
        selector.rangeExtension = word
    }

    private static func misplaced(_ modifier: String, _ expression: Expression) -> SyntaxFailure {
        let place = "an instant vector selector or range vector selector or a subquery"
        return SyntaxFailure(message: "\(modifier) must be preceded by \(place)", range: expression.range)
    }
}

extension TimeModifiers {
    /// Whether an offset other than zero was written.
    var hasOffset: Bool {
        if case .literal(0) = offset { return false }
        return offset != nil
    }
}

extension Expression {
    /// `@` and `offset`, where the expression can have them.
    fileprivate var timeModifiers: TimeModifiers? {
        switch self {
        case .vectorSelector(let selector): selector.modifiers
        case .matrixSelector(let matrix): matrix.selector.modifiers
        case .subquery(let subquery): subquery.modifiers
        default: nil
        }
    }

    fileprivate mutating func set(_ modifiers: TimeModifiers, end: Int) {
        switch self {
        case .vectorSelector(var selector):
            selector.modifiers = modifiers
            selector.range.end = end
            self = .vectorSelector(selector)
        case .matrixSelector(var matrix):
            matrix.selector.modifiers = modifiers
            matrix.range.end = end
            self = .matrixSelector(matrix)
        case .subquery(var subquery):
            subquery.modifiers = modifiers
            subquery.range.end = end
            self = .subquery(subquery)
        default: break
        }
    }
}
