public import Labels

/// A part of a query's text, as offsets of UTF-8 bytes, `start` inclusive and `end` exclusive.
public struct SourceRange: Hashable, Sendable {
    public var start: Int
    public var end: Int

    public init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }
}

/// What an expression gives (reference 3.2). The raw value is the word of Prometheus's HTTP API.
public enum ValueType: String, Hashable, Sendable {
    case scalar
    case string
    case vector
    case matrix

    /// As messages name it: "instant vector", "range vector".
    public var documentedName: String {
        switch self {
        case .scalar: "scalar"
        case .string: "string"
        case .vector: "instant vector"
        case .matrix: "range vector"
        }
    }
}

/// A parsed and type-checked PromQL expression. Every node knows its place in the text.
public indirect enum Expression: Sendable {
    case number(NumberLiteral)
    case string(StringLiteral)
    case vectorSelector(VectorSelector)
    case matrixSelector(MatrixSelector)
    case subquery(Subquery)
    case unary(UnaryExpression)
    case binary(BinaryExpression)
    case aggregation(Aggregation)
    case call(Call)
    case parentheses(Parentheses)
}

/// `3`, `0x1F`, `Inf`, or a duration (`5m` is 300).
public struct NumberLiteral: Sendable {
    public var value: Double
    /// Written as a duration: printed as one again.
    public var isDuration: Bool
    public var range: SourceRange
}

/// A string; its value has the escapes resolved. Bytes that are no UTF-8 have become U+FFFD.
public struct StringLiteral: Sendable {
    public var value: String
    public var range: SourceRange
}

/// What `@` names.
public enum AtModifier: Hashable, Sendable {
    /// Unix time in milliseconds.
    case time(Int64)
    case start
    case end
}

/// `@` and `offset` of a selector or subquery.
public struct TimeModifiers: Sendable {
    public var at: AtModifier?
    /// Positive looks into the past. nil where none was written.
    public var offset: DurationExpression?

    public init(at: AtModifier? = nil, offset: DurationExpression? = nil) {
        self.at = at
        self.offset = offset
    }
}

/// `name{matchers} @ … offset …`.
public struct VectorSelector: Sendable {
    /// The name in front of the braces, if there was one. It also stands in `matchers`.
    public var name: String?
    /// All matchers in source order, that of the name first where it stands in front.
    public var matchers: [Matcher]
    public var modifiers: TimeModifiers
    public var range: SourceRange
}

/// `selector[range]`. The modifiers stand in `selector`.
public struct MatrixSelector: Sendable {
    public var selector: VectorSelector
    public var window: DurationExpression
    public var range: SourceRange
}

/// `expression[range:step]`.
public struct Subquery: Sendable {
    public var expression: Expression
    public var window: DurationExpression
    /// nil: the engine's default.
    public var step: DurationExpression?
    public var modifiers: TimeModifiers
    public var range: SourceRange
}

/// A sign in front of an expression. Signs of number literals are folded into them.
public struct UnaryExpression: Sendable {
    public var isNegation: Bool
    public var operand: Expression
    public var range: SourceRange
}

/// The binary operators by their symbols.
public enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case power = "^"
    case atan2
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case and
    case or
    case unless
    /// Trims of native histograms: parsed, refused when evaluated.
    case trimUpper = "</"
    case trimLower = ">/"

    public var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }

    public var isSetOperator: Bool { self == .and || self == .or || self == .unless }
}

/// How many elements of each side may match.
public enum MatchCardinality: Hashable, Sendable {
    case oneToOne
    /// `group_left`.
    case manyToOne
    /// `group_right`.
    case oneToMany
    /// Set operators.
    case manyToMany
}

/// `on`/`ignoring`, `group_left`/`group_right` and the fill modifiers.
public struct VectorMatching: Sendable {
    public var cardinality: MatchCardinality
    /// Labels of `on` or `ignoring` in source order.
    public var labels: [String]
    public var isOn: Bool
    /// Labels of `group_left` or `group_right`.
    public var include: [String]
    /// Experimental: stands for a missing partner on that side.
    public var fillLeft: Double?
    public var fillRight: Double?
}

/// Two expressions and the operator between them.
public struct BinaryExpression: Sendable {
    public var op: BinaryOperator
    public var left: Expression
    public var right: Expression
    /// nil unless both sides are instant vectors.
    public var matching: VectorMatching?
    /// `bool` was written.
    public var returnsBool: Bool
    public var range: SourceRange
}

/// The aggregations by their names.
public enum AggregationOperator: String, Hashable, Sendable, CaseIterable {
    case sum, avg, min, max, count, group, stddev, stdvar, quantile, topk, bottomk
    case countValues = "count_values"
    case limitk
    case limitRatio = "limit_ratio"

    public var takesParameter: Bool {
        switch self {
        case .quantile, .topk, .bottomk, .countValues, .limitk, .limitRatio: true
        default: false
        }
    }

    public var isExperimental: Bool { self == .limitk || self == .limitRatio }
}

/// `op by|without (grouping) (parameter, argument)`. Neither word: `grouping` is empty and `isWithout` false.
public struct Aggregation: Sendable {
    public var op: AggregationOperator
    public var parameter: Expression?
    public var argument: Expression
    public var grouping: [String]
    public var isWithout: Bool
    public var range: SourceRange
}

/// A function with its arguments.
public struct Call: Sendable {
    public var function: FunctionSignature
    public var arguments: [Expression]
    public var range: SourceRange
}

/// `( expression )`, kept for printing.
public struct Parentheses: Sendable {
    public var expression: Expression
    public var range: SourceRange
}
