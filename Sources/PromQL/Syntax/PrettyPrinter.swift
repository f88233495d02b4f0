/// Writes expressions over several lines, as `format_query` does: what is longer than a line is split, its parts two blanks further in.
struct PrettyPrinter {
    /// Bytes.
    static let lineLength = 100

    private(set) var printer = Printer()

    /// Appends an expression, indented by two blanks a level unless something stands in front of it on its line.
    mutating func append(_ expression: Expression, level: Int, isIndented: Bool = true) {
        switch expression {
        case .number, .string, .vectorSelector, .matrixSelector:
            if isIndented { indent(level) }
            return printer.append(expression)
        case .unary(let unary):
            if isIndented { indent(level) }
            printer.append(unary.isNegation ? "-" : "+")
            return append(unary.operand, level: level, isIndented: false)
        default: break
        }
        var line = Printer()
        line.append(expression)
        guard line.output.count > PrettyPrinter.lineLength else {
            // Prometheus does not indent a subquery that fits a line, and its output is what tools compare with.
            if isIndented, !expression.isSubquery { indent(level) }
            return printer.append(line)
        }
        split(expression, level, isIndented)
    }

    private mutating func split(_ expression: Expression, _ level: Int, _ isIndented: Bool) {
        switch expression {
        case .binary(let binary):
            // As on one line, `+Inf ^ 2` would be read as the sign of the whole power.
            if Printer.isInfinite(binary.left, before: binary.op) {
                if isIndented { indent(level + 1) }
                printer.append("Inf")
            } else {
                append(binary.left, level: level + 1, isIndented: isIndented)
            }
            newLine(level)
            printer.append(operatorOf: binary)
            printer.append("\n")
            return append(binary.right, level: level + 1)
        case .subquery(let subquery):
            append(subquery.expression, level: level, isIndented: isIndented)
            return printer.append(suffix: subquery)
        default: break
        }
        if isIndented { indent(level) }
        switch expression {
        case .parentheses(let parentheses): append(parts: [parentheses.expression], level)
        case .call(let call):
            printer.append(call.function.name)
            append(parts: call.arguments, level)
        case .aggregation(let aggregation):
            printer.append(head: aggregation)
            append(parts: expression.children, level)
        default: printer.append(expression)
        }
    }

    /// `(`, a line for each part, and `)`.
    private mutating func append(parts: [Expression], _ level: Int) {
        printer.append("(\n")
        for (index, part) in parts.enumerated() {
            if index > 0 { printer.append(",\n") }
            append(part, level: level + 1)
        }
        newLine(level)
        printer.append(")")
    }

    private mutating func newLine(_ level: Int) {
        printer.append("\n")
        indent(level)
    }

    private mutating func indent(_ level: Int) { printer.append(blanks: level * 2) }
}

extension Expression {
    /// The text as `format_query` gives it: split over lines where one would be longer than 100 bytes.
    public func pretty() -> String {
        var printer = PrettyPrinter()
        printer.append(self, level: 0)
        return printer.printer.text
    }

    fileprivate var isSubquery: Bool { if case .subquery = self { true } else { false } }
}
