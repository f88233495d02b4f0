import Glibc

/// A duration inside brackets or after `offset`: a literal, or arithmetic over the query's step and range (reference 3.2).
public indirect enum DurationExpression: Sendable {
    /// Milliseconds.
    case literal(Int64)
    /// Seconds written as a plain number inside arithmetic, where it may be a factor or an exponent.
    case number(Double)
    /// The query's step; 0 for instant queries.
    case step
    /// The query's end less its start; 0 for instant queries.
    case queryRange
    /// A minus in front of what is no literal.
    case negated(DurationExpression)
    /// Arithmetic.
    case binary(Operator, DurationExpression, DurationExpression)
    /// `min_of(a, b)`
    case minimum(DurationExpression, DurationExpression)
    /// `max_of(a, b)`
    case maximum(DurationExpression, DurationExpression)
    /// Kept for printing.
    case parentheses(DurationExpression)

    /// The arithmetic by its symbols.
    public enum Operator: String, Hashable, Sendable {
        /// Sum.
        case add = "+"
        /// Difference.
        case subtract = "-"
        /// Product.
        case multiply = "*"
        /// Quotient.
        case divide = "/"
        /// Remainder with the sign of the dividend.
        case modulo = "%"
        /// Power.
        case power = "^"
    }

    /// The duration in a query with this step and range (all milliseconds). It may be zero or negative, which suits offsets alone.
    public func milliseconds(step: Int64, range: Int64) throws(QueryError) -> Int64 {
        if case .literal(let milliseconds) = self { return milliseconds }
        let seconds = try seconds(step: Double(step) / 1000, range: Double(range) / 1000)
        guard seconds.isFinite, seconds.magnitude < 0x1p63 / 1e9 else { throw .execution("duration is out of range") }
        return Int64(seconds * 1000)
    }

    /// The duration of a range or of a subquery's step, which must be greater than zero. Milliseconds all.
    public func positiveMilliseconds(step: Int64, range: Int64) throws(QueryError) -> Int64 {
        let milliseconds = try milliseconds(step: step, range: range)
        guard milliseconds > 0 else { throw .execution("duration must be greater than 0") }
        return milliseconds
    }

    private func seconds(step: Double, range: Double) throws(QueryError) -> Double {
        switch self {
        case .literal(let milliseconds): return Double(milliseconds) / 1000
        case .number(let seconds): return seconds
        case .step: return step
        case .queryRange: return range
        case .negated(let operand): return -(try operand.seconds(step: step, range: range))
        case .parentheses(let inner): return try inner.seconds(step: step, range: range)
        case .minimum(let first, let second):
            return Swift.min(try first.seconds(step: step, range: range), try second.seconds(step: step, range: range))
        case .maximum(let first, let second):
            return Swift.max(try first.seconds(step: step, range: range), try second.seconds(step: step, range: range))
        case .binary(let operation, let first, let second):
            let left = try first.seconds(step: step, range: range)
            let right = try second.seconds(step: step, range: range)
            switch operation {
            case .add: return left + right
            case .subtract: return left - right
            case .multiply: return left * right
            case .divide:
                guard right != 0 else { throw .execution("division by zero") }
                return left / right
            case .modulo:
                guard right != 0 else { throw .execution("modulo by zero") }
                return fmod(left, right)
            case .power: return pow(left, right)
            }
        }
    }
}
