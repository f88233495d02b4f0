import Glibc

/// What a binary operator makes of two values. A filter gives the stale marker for what it takes out.
///
/// Types instead of closures: the loops over columns are compiled for each operator by itself.
protocol BinaryOperation {
    static func apply(_ left: Double, _ right: Double) -> Double
}

/// The operators of arithmetic (reference 3.4).
enum Arithmetic {
    enum Add: BinaryOperation {
        @inline(__always)
        static func apply(_ left: Double, _ right: Double) -> Double { left + right }
    }
    enum Subtract: BinaryOperation {
        @inline(__always)
        static func apply(_ left: Double, _ right: Double) -> Double { left - right }
    }
    enum Multiply: BinaryOperation {
        @inline(__always)
        static func apply(_ left: Double, _ right: Double) -> Double { left * right }
    }
    enum Divide: BinaryOperation {
        @inline(__always)
        static func apply(_ left: Double, _ right: Double) -> Double { left / right }
    }
    enum Modulo: BinaryOperation {
        @inline(__always)
        static func apply(_ left: Double, _ right: Double) -> Double { fmod(left, right) }
    }
    enum Power: BinaryOperation {
        @inline(__always)
        static func apply(_ left: Double, _ right: Double) -> Double { pow(left, right) }
    }
    enum Atan2: BinaryOperation {
        @inline(__always)
        static func apply(_ left: Double, _ right: Double) -> Double { atan2(left, right) }
    }
}

/// A comparison, of which filters and `bool` are made.
protocol Comparison {
    static func holds(_ left: Double, _ right: Double) -> Bool
}

/// The comparisons. With NaN only `!=` holds.
enum Comparisons {
    enum Equal: Comparison {
        @inline(__always)
        static func holds(_ left: Double, _ right: Double) -> Bool { left == right }
    }
    enum NotEqual: Comparison {
        @inline(__always)
        static func holds(_ left: Double, _ right: Double) -> Bool { left != right }
    }
    enum Less: Comparison {
        @inline(__always)
        static func holds(_ left: Double, _ right: Double) -> Bool { left < right }
    }
    enum LessOrEqual: Comparison {
        @inline(__always)
        static func holds(_ left: Double, _ right: Double) -> Bool { left <= right }
    }
    enum Greater: Comparison {
        @inline(__always)
        static func holds(_ left: Double, _ right: Double) -> Bool { left > right }
    }
    enum GreaterOrEqual: Comparison {
        @inline(__always)
        static func holds(_ left: Double, _ right: Double) -> Bool { left >= right }
    }
}

/// Keeps the left value where the comparison holds.
enum KeepLeft<Condition: Comparison>: BinaryOperation {
    @inline(__always)
    static func apply(_ left: Double, _ right: Double) -> Double { Condition.holds(left, right) ? left : .staleMarker }
}

/// Keeps the right value where the comparison holds: for vectors on the right of a scalar.
enum KeepRight<Condition: Comparison>: BinaryOperation {
    @inline(__always)
    static func apply(_ left: Double, _ right: Double) -> Double { Condition.holds(left, right) ? right : .staleMarker }
}

/// 1 where the comparison holds, else 0.
enum Truth<Condition: Comparison>: BinaryOperation {
    @inline(__always)
    static func apply(_ left: Double, _ right: Double) -> Double { Condition.holds(left, right) ? 1 : 0 }
}

/// A loop that is compiled for each operation by itself.
protocol OperationBody {
    associatedtype Result
    mutating func run<Operation: BinaryOperation>(_ operation: Operation.Type) throws(QueryError) -> Result
}

/// What comparisons give.
enum ComparisonOutcome {
    case keepLeft, keepRight, truth
}

extension BinaryOperator {
    /// Runs a body with the type that computes this operator.
    func run<Body: OperationBody>(_ body: inout Body, _ outcome: ComparisonOutcome) throws(QueryError) -> Body.Result {
        switch self {
        case .add: return try body.run(Arithmetic.Add.self)
        case .subtract: return try body.run(Arithmetic.Subtract.self)
        case .multiply: return try body.run(Arithmetic.Multiply.self)
        case .divide: return try body.run(Arithmetic.Divide.self)
        case .modulo: return try body.run(Arithmetic.Modulo.self)
        case .power: return try body.run(Arithmetic.Power.self)
        case .atan2: return try body.run(Arithmetic.Atan2.self)
        case .equal: return try Self.compare(&body, Comparisons.Equal.self, outcome)
        case .notEqual: return try Self.compare(&body, Comparisons.NotEqual.self, outcome)
        case .less: return try Self.compare(&body, Comparisons.Less.self, outcome)
        case .lessOrEqual: return try Self.compare(&body, Comparisons.LessOrEqual.self, outcome)
        case .greater: return try Self.compare(&body, Comparisons.Greater.self, outcome)
        case .greaterOrEqual: return try Self.compare(&body, Comparisons.GreaterOrEqual.self, outcome)
        case .trimUpper, .trimLower:
            throw .execution("native histograms are not supported: operator \"\(rawValue)\" works on nothing else")
        case .and, .or, .unless: throw .execution("set operator \"\(rawValue)\" not allowed in binary scalar expression")
        }
    }

    private static func compare<Body: OperationBody, Condition: Comparison>(
        _ body: inout Body, _: Condition.Type, _ outcome: ComparisonOutcome
    ) throws(QueryError) -> Body.Result {
        switch outcome {
        case .keepLeft: try body.run(KeepLeft<Condition>.self)
        case .keepRight: try body.run(KeepRight<Condition>.self)
        case .truth: try body.run(Truth<Condition>.self)
        }
    }
}
