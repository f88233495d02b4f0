import Labels
import Time

extension Parser {
    static let durationForms = "number, duration, step(), or range()"

    /// A number as it stands in the text: decimal, hexadecimal, octal with a leading zero, or a duration in seconds.
    func numberLiteral(_ token: Token) throws(SyntaxFailure) -> NumberLiteral {
        if token.kind == .duration {
            do throws(DurationError) {
                let span = try PrometheusDuration.parse(token.text(in: lexer.bytes))
                return NumberLiteral(value: Double(span.nanoseconds) / 1e9, isDuration: true, range: token.range)
            } catch {
                throw SyntaxFailure(message: error.message, range: token.range)
            }
        }
        let text = token.text(in: lexer.bytes)
        let digits = text.filter { $0 != "_" }
        let value =
            if let integer = Parser.integer(digits) { Double(integer) } else { Double(digits) }
        guard let value, value.isFinite || !Lexer.isDigit(digits.utf8.first ?? 0) && digits.utf8.first != UInt8(ascii: ".") else {
            let reason = "strconv.ParseFloat: parsing \(GoQuote.quote(text)): value out of range"
            throw SyntaxFailure(message: "error parsing number: \(reason)", range: token.range)
        }
        return NumberLiteral(value: value, isDuration: false, range: token.range)
    }

    /// An integer with the prefix that says its base; nil for what is to be read as a float.
    private static func integer(_ digits: String) -> Int64? {
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") { return Int64(digits.dropFirst(2), radix: 16) }
        if digits.hasPrefix("0") { return Int64(digits, radix: 8) }
        return Int64(digits)
    }

    // MARK: Durations

    /// A duration inside brackets.
    mutating func parsePositiveDuration() throws(SyntaxFailure) -> DurationExpression {
        let start = try peek().start
        let duration = try parseDuration(.sums)
        guard let seconds = duration.constant else { return duration }
        let milliseconds = Parser.milliseconds(seconds)
        guard milliseconds > 0 else {
            throw SyntaxFailure(message: "duration must be greater than 0", range: SourceRange(start, consumedEnd))
        }
        return .literal(milliseconds)
    }

    /// A duration behind `offset`: without parentheses no operator belongs to it.
    mutating func parseOffsetDuration() throws(SyntaxFailure) -> DurationExpression {
        let sign = try acceptSign()
        let duration = Parser.signed(try parseDurationOperand(), sign)
        return duration.constant.map { .literal(Parser.milliseconds($0)) } ?? duration
    }

    private mutating func parseDuration(_ minimum: Precedence) throws(SyntaxFailure) -> DurationExpression {
        let sign = try acceptSign()
        var left =
            if sign == nil {
                try parseDurationOperand()
            } else {
                Parser.signed(try nested { (parser) throws(SyntaxFailure) in try parser.parseDuration(.powers) }, sign)
            }
        var depth = 1
        while case .operation(let operation) = try peek().kind, let symbol = DurationExpression.Operator(rawValue: operation.rawValue) {
            let precedence = Precedence(of: operation)
            guard precedence.rawValue >= minimum.rawValue else { break }
            let place = try take().range
            let right = try nested { (parser) throws(SyntaxFailure) in
                try parser.parseDuration(operation == .power ? .powers : precedence.next)
            }
            if right.constant == 0, operation == .divide || operation == .modulo {
                throw SyntaxFailure(message: operation == .divide ? "division by zero" : "modulo by zero", range: place)
            }
            depth += 1
            guard depth <= Parser.maximumNesting else {
                throw SyntaxFailure(message: "duration has more than \(Parser.maximumNesting) operators in a row", range: place)
            }
            left = .binary(symbol, left, right)
        }
        return left
    }

    private mutating func parseDurationOperand() throws(SyntaxFailure) -> DurationExpression {
        let token = try peek()
        switch token.kind {
        case .number, .duration:
            try take()
            let literal = try numberLiteral(token)
            // Go keeps durations as nanoseconds in 64 bits.
            guard literal.value.magnitude <= 0x1p63 / 1e9 else { throw SyntaxFailure(message: "duration out of range", range: token.range) }
            return literal.isDuration ? .literal(Parser.milliseconds(literal.value)) : .number(literal.value)
        case .leftParenthesis:
            try take()
            let duration = try nested { (parser) throws(SyntaxFailure) in try parser.parseDuration(.sums) }
            try expect(.rightParenthesis)
            // Only a negative literal needs them: `(-2)^2`.
            if let constant = duration.constant, constant >= 0 { return duration }
            return .parentheses(duration)
        case .step, .range:
            try take()
            try expect(.leftParenthesis)
            try expect(.rightParenthesis)
            return token.kind == .step ? .step : .queryRange
        default:
            guard let isMinimum = try peekExtreme() else { throw try unexpected() }
            try take()
            return try nested { (parser) throws(SyntaxFailure) in
                try parser.expect(.leftParenthesis)
                let first = try parser.parseDuration(.sums)
                try parser.expect(.comma)
                let second = try parser.parseDuration(.sums)
                try parser.expect(.rightParenthesis)
                return isMinimum ? .minimum(first, second) : .maximum(first, second)
            }
        }
    }

    /// Whether `min_of` (true) or `max_of` (false) is next. Behind `offset` they are no keywords for the lexer.
    private mutating func peekExtreme() throws(SyntaxFailure) -> Bool? {
        let token = try peek()
        guard token.kind == .minimumOf || token.kind == .maximumOf || token.kind == .identifier else { return nil }
        switch token.text(in: lexer.bytes).lowercased() {
        case "min_of": return true
        case "max_of": return false
        default: return nil
        }
    }

    /// Whether the sign that is next is a minus; nil without a sign.
    private mutating func acceptSign() throws(SyntaxFailure) -> Bool? {
        if try accept(.operation(.subtract)) != nil { return true }
        return try accept(.operation(.add)) == nil ? nil : false
    }

    private static func signed(_ duration: DurationExpression, _ isNegative: Bool?) -> DurationExpression {
        guard isNegative == true else { return duration }
        switch duration {
        case .literal(let milliseconds): return .literal(-milliseconds)
        case .number(let seconds): return .number(-seconds)
        default: return .negated(duration)
        }
    }

    /// Seconds as milliseconds, cut off below.
    private static func milliseconds(_ seconds: Double) -> Int64 {
        let nanoseconds = (seconds * 1e9).rounded()
        return (Int64(exactly: nanoseconds) ?? (seconds < 0 ? .min : .max)) / 1_000_000
    }
}

extension DurationExpression {
    /// The seconds of a literal, also one in parentheses.
    fileprivate var constant: Double? {
        switch self {
        case .literal(let milliseconds): Double(milliseconds) / 1000
        case .number(let seconds): seconds
        case .parentheses(let inner): inner.constant
        default: nil
        }
    }
}
