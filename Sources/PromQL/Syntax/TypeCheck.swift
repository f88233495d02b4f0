import Labels

/// The checks that come once the grammar is satisfied (reference 3.2), inner expressions first.
struct TypeCheck {
    let bytes: [UInt8]

    /// The type of the expression. Clears the matching of operators with a scalar side, and makes set operators many-to-many.
    func check(_ expression: inout Expression) throws(SyntaxFailure) -> ValueType {
        switch expression {
        case .number: return .scalar
        case .string: return .string
        case .vectorSelector(let selector):
            try check(selector)
            return .vector
        case .matrixSelector(let matrix):
            try check(matrix.selector)
            return .matrix
        case .subquery(var subquery):
            let type = try check(&subquery.expression)
            guard type == .vector else {
                throw failure("subquery is only allowed on instant vector, got \(type.rawValue) instead", subquery.range)
            }
            expression = .subquery(subquery)
            return .matrix
        case .parentheses(var parentheses):
            let type = try check(&parentheses.expression)
            expression = .parentheses(parentheses)
            return type
        case .unary(var unary):
            let type = try check(&unary.operand)
            guard type == .scalar || type == .vector else {
                let types = "scalar or instant vector, got \(GoQuote.quote(type.documentedName))"
                throw failure("unary expression only allowed on expressions of type \(types)", unary.range)
            }
            expression = .unary(unary)
            return type
        case .binary(var binary):
            let type = try check(&binary)
            expression = .binary(binary)
            return type
        case .aggregation(var aggregation):
            try expect(&aggregation.argument, .vector, "aggregation expression")
            if var parameter = aggregation.parameter {
                try expect(&parameter, aggregation.op == .countValues ? .string : .scalar, "aggregation parameter")
                aggregation.parameter = parameter
            }
            expression = .aggregation(aggregation)
            return .vector
        case .call(var call):
            try check(&call)
            expression = .call(call)
            return call.function.returnType
        }
    }

    private func check(_ selector: VectorSelector, emptyAllowed: Bool = false) throws(SyntaxFailure) {
        if let name = selector.name {
            if let other = selector.matchers.dropFirst().first(where: { $0.name == "__name__" }) {
                let names = "\(GoQuote.quote(name)) or \(GoQuote.quote(other.value))"
                throw failure("metric name must not be set twice: \(names)", selector.range)
            }
            return
        }
        guard emptyAllowed || selector.matchers.contains(where: { !$0.matchesEmpty }) else {
            throw failure("vector selector must contain at least one non-empty matcher", selector.range)
        }
    }

    private func check(_ binary: inout BinaryExpression) throws(SyntaxFailure) -> ValueType {
        let left = try check(&binary.left)
        let right = try check(&binary.right)
        let matching = binary.matching
        if binary.returnsBool, !binary.op.isComparison {
            throw failure("bool modifier can only be used on comparison operators", operatorPlace(binary))
        }
        if binary.op.isComparison, !binary.returnsBool, left == .scalar, right == .scalar {
            throw failure("comparisons between scalars must use BOOL modifier", operatorPlace(binary))
        }
        if let matching, matching.isOn, let label = matching.labels.first(where: { matching.include.contains($0) }) {
            throw failure("label \(GoQuote.quote(label)) must not occur in ON and GROUP clause at once", operatorPlace(binary))
        }
        for (type, side) in [(left, binary.left), (right, binary.right)] where type != .scalar && type != .vector {
            throw failure("binary expression must contain only scalar and instant vector types", side.range)
        }
        let isFilled = matching?.fillLeft != nil || matching?.fillRight != nil
        if left != .vector || right != .vector {
            if let matching, !matching.labels.isEmpty {
                throw failure("vector matching only allowed between instant vectors", binary.range)
            }
            if isFilled { throw failure("filling in missing series only allowed between instant vectors", binary.range) }
            if binary.op.isSetOperator {
                let operation = GoQuote.quote(binary.op.rawValue)
                throw failure("set operator \(operation) not allowed in binary scalar expression", binary.range)
            }
            binary.matching = nil
        } else if binary.op.isSetOperator, let matching {
            if matching.cardinality == .manyToOne || matching.cardinality == .oneToMany {
                throw failure("no grouping allowed for \(GoQuote.quote(binary.op.rawValue)) operation", binary.range)
            }
            if isFilled { throw failure("filling in missing series not allowed for set operators", binary.range) }
            binary.matching?.cardinality = .manyToMany
        }
        return left == .scalar && right == .scalar ? .scalar : .vector
    }

    private func check(_ call: inout Call) throws(SyntaxFailure) {
        let function = call.function
        let count = call.arguments.count
        let wanted = function.argumentTypes.count
        let least = function.variadic == 0 ? wanted : wanted - 1
        let most = function.variadic < 0 ? Int.max : least + function.variadic
        if count < least || count > most {
            let bound = function.variadic == 0 ? "\(wanted)" : count < least ? "at least \(least)" : "at most \(most)"
            throw failure("expected \(bound) argument(s) in call to \(GoQuote.quote(function.name)), got \(count)", call.range)
        }
        let place = "call to function \(GoQuote.quote(function.name))"
        for index in call.arguments.indices {
            if function.name == "info", index == 1 {
                try checkInfoSelector(call.arguments[index], place, call.range)
            } else {
                try expect(&call.arguments[index], function.argumentTypes[min(index, wanted - 1)], place)
            }
        }
    }

    /// The second argument of `info` names labels alone, and may match everything.
    private func checkInfoSelector(_ argument: Expression, _ place: String, _ call: SourceRange) throws(SyntaxFailure) {
        guard case .vectorSelector(let selector) = argument else {
            let type = argument.type
            guard type == .vector else {
                throw failure("expected type \(ValueType.vector.documentedName) in \(place), got \(type.documentedName)", call)
            }
            throw failure("expected label selectors only", argument.range)
        }
        guard selector.name == nil else { throw failure("expected label selectors only, got vector selector instead", selector.range) }
        try check(selector, emptyAllowed: true)
    }

    private func expect(_ expression: inout Expression, _ wanted: ValueType, _ place: String) throws(SyntaxFailure) {
        let type = try check(&expression)
        guard type == wanted else {
            throw failure("expected type \(wanted.documentedName) in \(place), got \(type.documentedName)", expression.range)
        }
    }

    /// From the operator to the right side, without blanks.
    private func operatorPlace(_ binary: BinaryExpression) -> SourceRange {
        var range = SourceRange(binary.left.range.end, binary.right.range.start)
        while range.start < range.end, Lexer.isBlank(bytes[range.start]) { range.start += 1 }
        while range.end > range.start, Lexer.isBlank(bytes[range.end - 1]) { range.end -= 1 }
        return range
    }

    private func failure(_ message: String, _ range: SourceRange) -> SyntaxFailure { SyntaxFailure(message: message, range: range) }
}
