public import Labels

/// A part of a query's text, as offsets of UTF-8 bytes, `start` inclusive and `end` exclusive.
public struct SourceRange: Hashable, Sendable {
    /// The first byte.
    public var start: Int
    /// Behind the last byte.
    public var end: Int

    /// A part from `start` up to `end`.
    public init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }
}

/// What an expression gives (reference 3.2). The raw value is the word of Prometheus's HTTP API.
public enum ValueType: String, Hashable, Sendable {
    /// A number.
    case scalar
    /// A text.
    case string
    /// Series with one sample each.
    case vector
    /// Series with their samples inside a window.
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
///
/// A tree is at most `maximumDepth` nodes deep, so that recursion over it needs no bound of its own.
public indirect enum Expression: Sendable {
    /// A number or duration.
    case number(NumberLiteral)
    /// A quoted text.
    case string(StringLiteral)
    /// Series by matchers.
    case vectorSelector(VectorSelector)
    /// Series by matchers with a window.
    case matrixSelector(MatrixSelector)
    /// An expression over a window.
    case subquery(Subquery)
    /// A sign in front of what is no number.
    case unary(UnaryExpression)
    /// Two expressions and an operator.
    case binary(BinaryExpression)
    /// `sum by (…) (…)` and the like.
    case aggregation(Aggregation)
    /// A function's call.
    case call(Call)
    /// An expression in parentheses.
    case parentheses(Parentheses)
}

/// `3`, `0x1F`, `Inf`, or a duration (`5m` is 300).
public struct NumberLiteral: Sendable {
    /// Seconds where it is a duration.
    public var value: Double
    /// Written as a duration: printed as one again.
    public var isDuration: Bool
    /// Its place in the text.
    public var range: SourceRange
}

/// A string; its value has the escapes resolved. Bytes that are no UTF-8 have become U+FFFD.
public struct StringLiteral: Sendable {
    /// The text without quotes.
    public var value: String
    /// The bytes, where escapes made them something that is no UTF-8. A label cannot be called so; `GoQuote.quote` shows them.
    public var invalidBytes: [UInt8]?
    /// Its place in the text.
    public var range: SourceRange
}

/// What `@` names.
public enum AtModifier: Hashable, Sendable {
    /// Unix time in milliseconds.
    case time(Int64)
    /// The query's start.
    case start
    /// The query's end.
    case end
}

/// `@` and `offset` of a selector or subquery.
public struct TimeModifiers: Sendable {
    /// nil where none was written.
    public var at: AtModifier?
    /// Positive looks into the past. nil where none was written.
    public var offset: DurationExpression?

    /// These modifiers.
    public init(at: AtModifier? = nil, offset: DurationExpression? = nil) {
        self.at = at
        self.offset = offset
    }
}

/// Experimental words behind a selector: parsed, refused when evaluated.
public enum RangeExtension: String, Hashable, Sendable {
    /// Takes the sample at or before the window's start into it.
    case anchored
    /// Interpolates at the window's edges.
    case smoothed
}

/// `name{matchers} @ … offset …`.
public struct VectorSelector: Sendable {
    /// The name in front of the braces, if there was one. It also stands in `matchers`.
    public var name: String?
    /// All matchers in source order, that of the name first where it stands in front.
    public var matchers: [Matcher]
    /// `@` and `offset`.
    public var modifiers: TimeModifiers
    /// `anchored` or `smoothed`; nil unless the parser's options allow them.
    public var rangeExtension: RangeExtension?
    /// Its place in the text.
    public var range: SourceRange
}

/// `selector[range]`. The modifiers stand in `selector`.
public struct MatrixSelector: Sendable {
    /// The selector in front of the bracket.
    public var selector: VectorSelector
    /// How far it looks back.
    public var window: DurationExpression
    /// Its place in the text.
    public var range: SourceRange
}

/// `expression[range:step]`.
public struct Subquery: Sendable {
    /// What is evaluated at every step: an instant vector.
    public var expression: Expression
    /// How far it looks back.
    public var window: DurationExpression
    /// nil: the engine's default.
    public var step: DurationExpression?
    /// `@` and `offset` of the subquery itself.
    public var modifiers: TimeModifiers
    /// Its place in the text.
    public var range: SourceRange
}

/// A sign in front of an expression. Signs of number literals are folded into them.
public struct UnaryExpression: Sendable {
    /// Minus rather than plus.
    public var isNegation: Bool
    /// A scalar or an instant vector.
    public var operand: Expression
    /// Its place in the text.
    public var range: SourceRange
}

/// The binary operators by their symbols.
public enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
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
    /// Power; binds to the right.
    case power = "^"
    /// The angle of a point, y left and x right.
    case atan2
    /// Equality.
    case equal = "=="
    /// Inequality.
    case notEqual = "!="
    /// Less than.
    case less = "<"
    /// Less or equal.
    case lessOrEqual = "<="
    /// Greater than.
    case greater = ">"
    /// Greater or equal.
    case greaterOrEqual = ">="
    /// Left elements with a partner.
    case and
    /// Left elements, and right ones without a partner.
    case or
    /// Left elements without a partner.
    case unless
    /// Trims of native histograms: parsed, refused when evaluated.
    case trimUpper = "</"
    /// Trims of native histograms: parsed, refused when evaluated.
    case trimLower = ">/"

    /// Whether it filters, or gives 0 and 1 with `bool`.
    public var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }

    /// `and`, `or`, `unless`.
    public var isSetOperator: Bool { self == .and || self == .or || self == .unless }
}

/// How many elements of each side may match.
public enum MatchCardinality: Hashable, Sendable {
    /// Neither `group_left` nor `group_right`.
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
    /// How many elements may match.
    public var cardinality: MatchCardinality
    /// Labels of `on` or `ignoring` in source order.
    public var labels: [String]
    /// `on` rather than `ignoring`, which is also what no word means.
    public var isOn: Bool
    /// Labels of `group_left` or `group_right`.
    public var include: [String]
    /// Experimental: stands for a missing partner on that side.
    public var fillLeft: Double?
    /// Experimental: stands for a missing partner on that side.
    public var fillRight: Double?
}

/// Two expressions and the operator between them.
public struct BinaryExpression: Sendable {
    /// The operator.
    public var op: BinaryOperator
    /// The operand in front of it.
    public var left: Expression
    /// The operand behind it.
    public var right: Expression
    /// nil unless both sides are instant vectors.
    public var matching: VectorMatching?
    /// `bool` was written.
    public var returnsBool: Bool
    /// Its place in the text.
    public var range: SourceRange
}

/// The aggregations by their names.
public enum AggregationOperator: String, Hashable, Sendable, CaseIterable {
    /// Stable, without or with a parameter.
    case sum, avg, min, max, count, group, stddev, stdvar, quantile, topk, bottomk
    /// Takes the new label's name.
    case countValues = "count_values"
    /// Experimental.
    case limitk
    /// Experimental.
    case limitRatio = "limit_ratio"

    /// Whether two arguments are wanted.
    public var takesParameter: Bool {
        switch self {
        case .quantile, .topk, .bottomk, .countValues, .limitk, .limitRatio: true
        default: false
        }
    }

    /// Needs `ParserOptions.experimentalFunctions`.
    public var isExperimental: Bool { self == .limitk || self == .limitRatio }
}

/// `op by|without (grouping) (parameter, argument)`. Neither word: `grouping` is empty and `isWithout` false.
public struct Aggregation: Sendable {
    /// The aggregation.
    public var op: AggregationOperator
    /// A scalar, or the string of `count_values`; nil for the others.
    public var parameter: Expression?
    /// An instant vector.
    public var argument: Expression
    /// Labels in source order.
    public var grouping: [String]
    /// `without` rather than `by`.
    public var isWithout: Bool
    /// Its place in the text.
    public var range: SourceRange
}

/// A function with its arguments.
public struct Call: Sendable {
    /// What is called.
    public var function: FunctionSignature
    /// As many, and of the types, as the function wants.
    public var arguments: [Expression]
    /// Its place in the text.
    public var range: SourceRange
}

/// `( expression )`, kept for printing.
public struct Parentheses: Sendable {
    /// What stands between them.
    public var expression: Expression
    /// Its place in the text.
    public var range: SourceRange
}
