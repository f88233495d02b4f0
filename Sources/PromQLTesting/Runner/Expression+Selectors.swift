import Labels
import PromQL

extension Expression {
    /// All vector selectors in it, those of range vectors and subqueries too.
    var selectors: [VectorSelector] {
        switch self {
        case .vectorSelector(let selector): [selector]
        case .matrixSelector(let matrix): [matrix.selector]
        default: children.flatMap(\.selectors)
        }
    }

    /// Whether its value depends on the evaluation time even where every selector has its own.
    var dependsOnEvaluationTime: Bool {
        if case .call(let call) = self, Self.functionsOfTime.contains(call.function.name) { return true }
        return hasQueryTimes || children.contains(where: \.dependsOnEvaluationTime)
    }

    private static let functionsOfTime: Set<String> = [
        "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year", "time", "timestamp",
        "predict_linear",
        "start", "end", "range", "step",
    ]

    /// Whether it names the start, end, range or step of its query somewhere.
    var mentionsQueryTimes: Bool {
        if case .call(let call) = self, ["start", "end", "range", "step"].contains(call.function.name) { return true }
        return hasQueryTimes || children.contains(where: \.mentionsQueryTimes)
    }

    /// Whether this node has `@ start()`, `@ end()`, or a duration that uses step() or range().
    private var hasQueryTimes: Bool {
        switch self {
        case .vectorSelector(let selector): selector.modifiers.mentionQueryTimes
        case .matrixSelector(let matrix): matrix.selector.modifiers.mentionQueryTimes || matrix.window.mentionsQueryTimes
        case .subquery(let subquery):
            subquery.modifiers.mentionQueryTimes || subquery.window.mentionsQueryTimes || subquery.step?.mentionsQueryTimes ?? false
        default: false
        }
    }

    /// The same expression, every selector and outermost subquery without an `@` looking at this time (milliseconds).
    func pinned(at time: Int64) -> Expression {
        switch self {
        case .number, .string: return self
        case .vectorSelector(var selector):
            selector.modifiers.pin(at: time)
            return .vectorSelector(selector)
        case .matrixSelector(var matrix):
            matrix.selector.modifiers.pin(at: time)
            return .matrixSelector(matrix)
        case .subquery(var subquery):
            subquery.modifiers.pin(at: time)
            return .subquery(subquery)
        case .unary(var unary):
            unary.operand = unary.operand.pinned(at: time)
            return .unary(unary)
        case .binary(var binary):
            binary.left = binary.left.pinned(at: time)
            binary.right = binary.right.pinned(at: time)
            return .binary(binary)
        case .aggregation(var aggregation):
            aggregation.parameter = aggregation.parameter?.pinned(at: time)
            aggregation.argument = aggregation.argument.pinned(at: time)
            return .aggregation(aggregation)
        case .call(var call):
            call.arguments = call.arguments.map { $0.pinned(at: time) }
            return .call(call)
        case .parentheses(var parentheses):
            parentheses.expression = parentheses.expression.pinned(at: time)
            return .parentheses(parentheses)
        }
    }
}

extension TimeModifiers {
    fileprivate mutating func pin(at time: Int64) {
        if at == nil { at = .time(time) }
    }

    fileprivate var mentionQueryTimes: Bool { at == .start || at == .end || offset?.mentionsQueryTimes ?? false }
}

extension DurationExpression {
    fileprivate var mentionsQueryTimes: Bool {
        switch self {
        case .literal, .number: false
        case .step, .queryRange: true
        case .negated(let inner), .parentheses(let inner): inner.mentionsQueryTimes
        case .binary(_, let left, let right), .minimum(let left, let right), .maximum(let left, let right):
            left.mentionsQueryTimes || right.mentionsQueryTimes
        }
    }
}

extension LabelSet {
    /// The labels of the native histogram that `load_with_nhcb` builds from this classic series; nil where it builds none.
    var ofNativeHistogram: LabelSet? {
        guard let name = self["__name__"] else { return nil }
        for suffix in ["_bucket", "_count", "_sum"] where name.hasSuffix(suffix) {
            return LabelSet(pairs.filter { $0.name != "le" && $0.name != "__name__" } + [("__name__", String(name.dropLast(suffix.count)))])
        }
        return nil
    }
}
