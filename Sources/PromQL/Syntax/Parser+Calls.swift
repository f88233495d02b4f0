import Labels

extension Parser {
    // MARK: Functions

    mutating func parseCall(_ name: Token) throws(SyntaxFailure) -> Expression {
        let arguments = try parseArguments()
        let text = name.text(in: lexer.bytes)
        guard let function = FunctionSignature.named(text) else {
            throw SyntaxFailure(message: "unknown function with name \(GoQuote.quote(text))", range: name.range)
        }
        guard options.experimentalFunctions || !function.isExperimental else {
            throw SyntaxFailure(message: "function \(GoQuote.quote(text)) is not enabled", range: name.range)
        }
        try deepen(above: depth, name.range)
        return .call(Call(function: function, arguments: arguments, range: SourceRange(name.start, consumedEnd)))
    }

    /// `(expression, …)`
    private mutating func parseArguments() throws(SyntaxFailure) -> [Expression] {
        try expect(.leftParenthesis)
        if try accept(.rightParenthesis) != nil { return [] }
        var arguments: [Expression] = []
        var deepest = 0
        while true {
            arguments.append(try nested { (parser) throws(SyntaxFailure) in try parser.parseExpression(.lowest) })
            deepest = max(deepest, depth)
            guard let comma = try accept(.comma) else { break }
            guard try peek().kind.canStartExpression else {
                throw SyntaxFailure(message: "trailing commas not allowed in function call args", range: comma.range)
            }
        }
        try expect(.rightParenthesis)
        depth = deepest
        return arguments
    }

    // MARK: Aggregations

    mutating func parseAggregation(_ operation: AggregationOperator, _ name: Token) throws(SyntaxFailure) -> Expression {
        let parts = try within("aggregation", expecting: "") { (parser) throws(SyntaxFailure) in
            let grouping = try parser.parseGroupingClause()
            return (grouping: grouping, arguments: try parser.parseArguments())
        }
        let grouping = if let grouping = parts.grouping { grouping } else { try parseGroupingClause() }
        let range = SourceRange(name.start, consumedEnd)
        guard !parts.arguments.isEmpty else {
            throw SyntaxFailure(message: "no arguments for aggregate expression provided", range: range)
        }
        guard options.experimentalFunctions || !operation.isExperimental else {
            let flag = "--enable-feature=promql-experimental-functions"
            throw SyntaxFailure(message: "\(operation.rawValue)() is experimental and must be enabled with \(flag)", range: range)
        }
        let wanted = operation.takesParameter ? 2 : 1
        guard parts.arguments.count == wanted else {
            let counts = "expected \(wanted), got \(parts.arguments.count)"
            throw SyntaxFailure(message: "wrong number of arguments for aggregate expression provided, \(counts)", range: range)
        }
        try deepen(above: depth, range)
        return .aggregation(
            Aggregation(
                op: operation, parameter: operation.takesParameter ? parts.arguments[0] : nil, argument: parts.arguments[wanted - 1],
                grouping: grouping?.labels ?? [], isWithout: grouping?.isWithout ?? false, range: range))
    }

    private mutating func parseGroupingClause() throws(SyntaxFailure) -> (labels: [String], isWithout: Bool)? {
        if try accept(.by) != nil { return (try parseLabelList(), false) }
        if try accept(.without) != nil { return (try parseLabelList(), true) }
        return nil
    }

    /// `(label, "label", …)`; a comma may end it.
    private mutating func parseLabelList() throws(SyntaxFailure) -> [String] {
        let place = "grouping opts"
        guard try accept(.leftParenthesis) != nil else { throw try unexpected(in: place, expected: "\"(\"") }
        var labels: [String] = []
        while try accept(.rightParenthesis) == nil {
            let token = try peek()
            if token.kind == .string {
                try take()
                labels.append(lexer.stringValue(token))
            } else if token.kind.canBeGroupingLabel {
                try take()
                labels.append(token.text(in: lexer.bytes))
            } else {
                throw try unexpected(in: place, expected: "label")
            }
            if let label = labels.last, label.isEmpty {
                throw SyntaxFailure(message: "invalid label name for grouping: \(GoQuote.quote(label))", range: token.range)
            }
            if try accept(.comma) == nil, try peek().kind != .rightParenthesis {
                throw try unexpected(in: place, expected: "\",\" or \")\"")
            }
        }
        return labels
    }

    // MARK: Modifiers of binary operators

    /// `bool`, `on`/`ignoring`, `group_left`/`group_right` and fills, in this order.
    mutating func parseOperatorModifiers() throws(SyntaxFailure) -> (returnsBool: Bool, matching: VectorMatching) {
        var matching = VectorMatching(cardinality: .oneToOne, labels: [], isOn: false, include: [])
        let returnsBool = try accept(.bool) != nil
        let kind = try peek().kind
        if kind == .on || kind == .ignoring {
            try take()
            matching.labels = try parseLabelList()
            matching.isOn = kind == .on
            let side = try peek().kind
            if side == .groupLeft || side == .groupRight {
                try take()
                matching.cardinality = side == .groupLeft ? .manyToOne : .oneToMany
                // The list may be left out, but then the right side must follow.
                let next = try peek().kind
                if next == .leftParenthesis || !next.canStartExpression { matching.include = try parseLabelList() }
            }
        }
        try parseFills(into: &matching)
        return (returnsBool, matching)
    }

    private mutating func parseFills(into matching: inout VectorMatching) throws(SyntaxFailure) {
        while let word = try peekFill() {
            try take()
            try expect(.leftParenthesis)
            let value = try parseSignedNumber()
            try expect(.rightParenthesis)
            let clashes = word != "fill_right" && matching.fillLeft != nil || word != "fill_left" && matching.fillRight != nil
            guard !clashes else {
                throw SyntaxFailure(message: "fill modifiers may be set once per side", range: SourceRange(consumedEnd, consumedEnd))
            }
            if word != "fill_right" { matching.fillLeft = value }
            if word != "fill_left" { matching.fillRight = value }
        }
    }

    /// The word of a fill modifier: only with a parenthesis directly behind it.
    private mutating func peekFill() throws(SyntaxFailure) -> String? {
        let token = try peek()
        guard token.kind == .identifier else { return nil }
        let word = token.text(in: lexer.bytes).lowercased()
        guard word == "fill" || word == "fill_left" || word == "fill_right" else { return nil }
        var position = token.end
        while position < lexer.bytes.count, Lexer.isBlank(lexer.bytes[position]) { position += 1 }
        return position < lexer.bytes.count && lexer.bytes[position] == UInt8(ascii: "(") ? word : nil
    }

    /// `5`, `-5`, `+5m`.
    mutating func parseSignedNumber() throws(SyntaxFailure) -> Double {
        let sign = try peek().kind
        if sign == .operation(.add) || sign == .operation(.subtract) { try take() }
        let token = try peek()
        guard token.kind == .number || token.kind == .duration else { throw try unexpected() }
        try take()
        let value = try numberLiteral(token).value
        return sign == .operation(.subtract) ? -value : value
    }
}

extension Token.Kind {
    /// Whether an expression can begin with the token.
    var canStartExpression: Bool {
        switch self {
        case .number, .duration, .string, .leftParenthesis, .leftBrace, .operation(.add), .operation(.subtract): true
        default: canBeMetricName
        }
    }
}
