/// Writes expressions over several lines, as `format_query` does: what is longer than a line is split, its parts two blanks further in.
struct PrettyPrinter {
    /// Bytes.
    static let lineLength = 100

    /// An expression indented by two blanks a level.
    func text(_ expression: Expression, level: Int) -> String {
        let indent = String(repeating: "  ", count: level)
        switch expression {
        case .number, .string, .vectorSelector, .matrixSelector: return indent + expression.description
        case .unary(let unary):
            let operand = text(unary.operand, level: level).drop { $0 == " " }
            return indent + (unary.isNegation ? "-" : "+") + operand
        default: break
        }
        let line = expression.description
        guard line.utf8.count > PrettyPrinter.lineLength else {
            // Prometheus does not indent a subquery that fits a line, and its output is what tools compare with.
            if case .subquery = expression { return line }
            return indent + line
        }
        switch expression {
        case .parentheses(let parentheses): return "\(indent)(\n\(text(parentheses.expression, level: level + 1))\n\(indent))"
        case .subquery(let subquery):
            var suffix = Printer()
            suffix.append(suffix: subquery)
            return text(subquery.expression, level: level) + suffix.text
        case .call(let call):
            let arguments = call.arguments.map { text($0, level: level + 1) }.joined(separator: ",\n")
            return "\(indent)\(call.function.name)(\n\(arguments)\n\(indent))"
        case .aggregation(let aggregation):
            var head = Printer()
            head.append(head: aggregation)
            let parameter = aggregation.parameter.map { text($0, level: level + 1) + ",\n" } ?? ""
            return "\(indent)\(head.text)(\n\(parameter)\(text(aggregation.argument, level: level + 1))\n\(indent))"
        case .binary(let binary):
            var operation = Printer()
            operation.append(operatorOf: binary)
            // As on one line, `+Inf ^ 2` would be read as the sign of the whole power.
            let left = Printer.isInfinite(binary.left, before: binary.op) ? "\(indent)  Inf" : text(binary.left, level: level + 1)
            return "\(left)\n\(indent)\(operation.text)\n\(text(binary.right, level: level + 1))"
        default: return indent + line
        }
    }
}

extension Expression {
    /// The text as `format_query` gives it: split over lines where one would be longer than 100 bytes.
    public func pretty() -> String { PrettyPrinter().text(self, level: 0) }
}
