import Labels
import Time

/// Writes expressions as Prometheus does: one line, blanks and quotes unified, parentheses kept (reference 3.12).
struct Printer {
    private(set) var output: [UInt8] = []

    var text: String { String(decoding: output, as: UTF8.self) }

    mutating func append(_ expression: Expression) {
        switch expression {
        case .number(let literal): append(literal)
        case .string(let literal): append(literal.invalidBytes.map(GoQuote.quote) ?? Printer.quoted(literal.value))
        case .vectorSelector(let selector): append(selector)
        case .matrixSelector(let matrix):
            appendName(matrix.selector)
            append("[")
            append(matrix.window)
            append("]")
            appendModifiers(matrix.selector)
        case .subquery(let subquery):
            append(subquery.expression)
            append(suffix: subquery)
        case .unary(let unary):
            append(unary.isNegation ? "-" : "+")
            append(unary.operand)
        case .binary(let binary):
            append(leftOperand: binary.left, of: binary.op)
            append(" ")
            append(operatorOf: binary)
            append(" ")
            append(binary.right)
        case .aggregation(let aggregation):
            append(head: aggregation)
            append("(")
            if let parameter = aggregation.parameter {
                append(parameter)
                append(", ")
            }
            append(aggregation.argument)
            append(")")
        case .call(let call):
            append(call.function.name)
            append("(")
            for (index, argument) in call.arguments.enumerated() {
                if index > 0 { append(", ") }
                append(argument)
            }
            append(")")
        case .parentheses(let parentheses):
            append("(")
            append(parentheses.expression)
            append(")")
        }
    }

    /// The text as a string that can be parsed again: the lexer takes a bare U+FFFD for a sign of broken UTF-8.
    static func quoted(_ text: String) -> String {
        let literal = GoQuote.quote(text)
        guard literal.unicodeScalars.contains("\u{FFFD}") else { return literal }
        var output = String.UnicodeScalarView()
        for scalar in literal.unicodeScalars {
            if scalar == "\u{FFFD}" { output.append(contentsOf: "\\ufffd".unicodeScalars) } else { output.append(scalar) }
        }
        return String(output)
    }

    mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    mutating func append(_ other: Printer) { output += other.output }

    mutating func append(blanks count: Int) { output.append(contentsOf: repeatElement(0x20, count: count)) }

    // MARK: Operators

    /// The operator with `bool`, matching and grouping.
    mutating func append(operatorOf binary: BinaryExpression) {
        append(binary.op.rawValue)
        if binary.returnsBool { append(" bool") }
        guard let matching = binary.matching else { return }
        let isGrouped = matching.cardinality == .manyToOne || matching.cardinality == .oneToMany
        if !matching.labels.isEmpty || matching.isOn || isGrouped {
            append(matching.isOn ? " on " : " ignoring ")
            append(labels: matching.labels)
            if isGrouped {
                append(matching.cardinality == .manyToOne ? " group_left " : " group_right ")
                append(labels: matching.include)
            }
        }
        append(fills: matching)
    }

    private mutating func append(fills matching: VectorMatching) {
        if let left = matching.fillLeft, let right = matching.fillRight, left.bitPattern == right.bitPattern {
            return append(" fill (\(Printer.number(left)))")
        }
        if let left = matching.fillLeft { append(" fill_left (\(Printer.number(left)))") }
        if let right = matching.fillRight { append(" fill_right (\(Printer.number(right)))") }
    }

    /// Whether the operand is infinite and its sign would be read as that of the whole power: `+Inf ^ 2`.
    static func isInfinite(_ operand: Expression, before operation: BinaryOperator) -> Bool {
        if operation == .power, case .number(let literal) = operand { literal.value == .infinity } else { false }
    }

    private mutating func append(leftOperand operand: Expression, of operation: BinaryOperator) {
        if Printer.isInfinite(operand, before: operation) { append("Inf") } else { append(operand) }
    }

    /// The aggregation's name and grouping.
    mutating func append(head aggregation: Aggregation) {
        append(aggregation.op.rawValue)
        guard aggregation.isWithout || !aggregation.grouping.isEmpty else { return }
        append(aggregation.isWithout ? " without " : " by ")
        append(labels: aggregation.grouping)
        append(" ")
    }

    private mutating func append(labels: [String]) {
        append("(")
        for (index, label) in labels.enumerated() {
            if index > 0 { append(", ") }
            append(name: label)
        }
        append(")")
    }

    /// A label's name, quoted where it needs quotes.
    private mutating func append(name: String) {
        append(isValidLabelName(name, mode: .classic) ? name : Printer.quoted(name))
    }

    // MARK: Selectors

    private mutating func append(_ selector: VectorSelector) {
        appendName(selector)
        appendModifiers(selector)
    }

    /// The name and the other matchers, sorted as texts.
    private mutating func appendName(_ selector: VectorSelector) {
        append(selector.name ?? "")
        let matchers = selector.name == nil ? selector.matchers[...] : selector.matchers.dropFirst()
        guard !matchers.isEmpty || selector.name == nil else { return }
        let texts = matchers.map { matcher in
            var printer = Printer()
            printer.append(name: matcher.name)
            printer.append(matcher.operation.symbol)
            printer.append(Printer.quoted(matcher.value))
            return printer.output
        }
        append("{")
        for (index, text) in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
            if index > 0 { append(",") }
            output += text
        }
        append("}")
    }

    private mutating func appendModifiers(_ selector: VectorSelector) {
        if let word = selector.rangeExtension { append(" \(word.rawValue)") }
        append(selector.modifiers)
    }

    /// `[range:step]` with the modifiers.
    mutating func append(suffix subquery: Subquery) {
        append("[")
        append(subquery.window)
        append(":")
        if let step = subquery.step { append(step) }
        append("]")
        append(subquery.modifiers)
    }

    private mutating func append(_ modifiers: TimeModifiers) {
        switch modifiers.at {
        case nil: break
        case .start: append(" @ start()")
        case .end: append(" @ end()")
        case .time(let milliseconds): append(" @ " + GoFloat.text(Double(milliseconds) / 1000, "f", precision: 3))
        }
        // Zero moves nothing and is not shown.
        guard modifiers.hasOffset, let offset = modifiers.offset else { return }
        append(" offset ")
        append(offset)
    }

    // MARK: Numbers and durations

    private mutating func append(_ literal: NumberLiteral) {
        if literal.isDuration, let milliseconds = Int64(exactly: (literal.value * 1000).rounded()) {
            append(milliseconds: milliseconds)
        } else {
            append(Printer.number(literal.value))
        }
    }

    private static func number(_ value: Double) -> String { GoFloat.text(value, "f") }

    private mutating func append(milliseconds: Int64) {
        // Durations are within 64 bits of nanoseconds, unless somebody built the tree by hand.
        let span = milliseconds.multipliedReportingOverflow(by: 1_000_000).partialValue
        append(PrometheusDuration.format(TimeSpan(nanoseconds: span)))
    }

    private mutating func append(_ duration: DurationExpression) {
        switch duration {
        case .literal(let milliseconds): append(milliseconds: milliseconds)
        case .number(let seconds): append(Printer.number(seconds))
        case .step: append("step()")
        case .queryRange: append("range()")
        case .negated(let operand):
            append("-")
            append(operand)
        case .binary(let operation, let left, let right):
            append(left)
            append(" \(operation.rawValue) ")
            append(right)
        case .minimum(let first, let second): append(extreme: "min_of", first, second)
        case .maximum(let first, let second): append(extreme: "max_of", first, second)
        case .parentheses(let inner):
            append("(")
            append(inner)
            append(")")
        }
    }

    private mutating func append(extreme name: String, _ first: DurationExpression, _ second: DurationExpression) {
        append("\(name)(")
        append(first)
        append(", ")
        append(second)
        append(")")
    }
}

extension Expression: CustomStringConvertible {
    /// The canonical text (reference 3.12). Parsing it gives the same expression.
    public var description: String {
        var printer = Printer()
        printer.append(self)
        return printer.text
    }
}
