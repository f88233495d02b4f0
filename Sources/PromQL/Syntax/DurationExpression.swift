/// A duration inside brackets or after `offset`: a literal, or arithmetic over the query's step and range (reference 3.2).
public indirect enum DurationExpression: Sendable {
    /// Milliseconds.
    case literal(Int64)
    /// The query's step; 0 for instant queries.
    case step
    /// The query's end less its start; 0 for instant queries.
    case queryRange
    case negated(DurationExpression)
    case binary(Operator, DurationExpression, DurationExpression)
    case minimum(DurationExpression, DurationExpression)
    case maximum(DurationExpression, DurationExpression)
    case parentheses(DurationExpression)

    public enum Operator: String, Hashable, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"
        case power = "^"
    }
}
