import Labels

/// What an expression gives over the steps of an evaluation.
enum EvaluatedValue {
    /// One value a step.
    case scalar(ScalarColumn)
    case string(String)
    case vectors(StepVectors)
}

/// One query in progress: walks the tree, each node once for all its steps.
final class Evaluator {
    /// Deeper trees are refused: evaluation recurses.
    static let maximumDepth = 1000

    let options: QueryEngine.Options
    let source: any SampleSource
    let control: QueryControl?
    let bounds: QueryBounds
    /// The query's text.
    let text: String
    var annotations = Annotations()
    /// Samples read from the source so far.
    private(set) var samplesRead = 0
    /// Samples that evaluated operands hold at the moment, at most.
    private var held = 0
    private var sinceCheck = 0
    private var depth = 0
    /// Takes all labels, or all but name, type and unit.
    let nameRemoval = LabelProjection.removing([])
    /// Without `@` no part of a query with a selector is the same at every step.
    private let looksForInvariants: Bool
    /// Selectors, alone or under a function over windows, that stand in the query more than once: each is evaluated once.
    private let repeats: RepeatedSelectors
    private var known: [RepeatedSelectors.Key: StepVectors] = [:]

    init(
        _ expression: Expression, options: QueryEngine.Options, source: any SampleSource, control: QueryControl?, bounds: QueryBounds,
        text: String
    ) {
        self.options = options
        self.source = source
        self.control = control
        self.bounds = bounds
        self.text = text
        // A cheap look at the text spares the walk; an `@` in a string does no harm.
        repeats = RepeatedSelectors(in: expression)
        looksForInvariants = text.isEmpty || text.utf8.contains(UInt8(ascii: "@"))
    }

    // MARK: Limits

    /// Counts work, and looks now and then whether the query shall end.
    @inline(__always)
    func tick(_ samples: Int) throws(QueryError) {
        sinceCheck &+= samples &+ 1
        if sinceCheck >= 8192 {
            sinceCheck = 0
            try control?.check()
        }
    }

    /// Counts samples that were read from the source for one series.
    ///
    /// - Parameter largest: how many of them are taken together at one step, which is what the limit is about. Asked only where all of them would be
    ///   too many; nil means all.
    @inline(__always)
    func countRead(_ samples: Int, takenTogether largest: (() -> Int)? = nil) throws(QueryError) {
        samplesRead &+= samples
        if held &+ samples > options.maxSamples, held &+ (largest?() ?? samples) > options.maxSamples { throw .tooManySamples }
        try tick(samples)
    }

    /// How many cells a vector may have: absent samples take memory too.
    func reserve(series: Int, steps: Int) throws(QueryError) {
        let (cells, overflow) = series.multipliedReportingOverflow(by: steps)
        if overflow || cells / 8 > options.maxSamples { throw .tooManySamples }
    }

    /// Counts a vector among what is held until it is released.
    func charge(_ vectors: inout StepVectors) throws(QueryError) {
        var count = vectors.values.count
        if held &+ count > options.maxSamples {
            // The cells are an upper bound that nearly always suffices.
            count = 0
            for value in vectors.values where !value.isStaleMarker { count &+= 1 }
            if held &+ count > options.maxSamples { throw .tooManySamples }
        }
        vectors.charge = count
        held &+= count
        try control?.check()
    }

    func release(_ vectors: StepVectors) { held &-= vectors.charge }

    /// Counts samples that stay until the end of the query.
    func held(adding samples: Int) { held &+= samples }

    // MARK: Walking

    /// Evaluates a node at all steps.
    func evaluate(_ expression: Expression, _ steps: Steps) throws(QueryError) -> EvaluatedValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw .execution("expression is nested too deeply: more than \(Self.maximumDepth) levels")
        }
        if steps.count > 1, looksForInvariants, StepInvariance.holds(for: expression) { return try evaluateOnce(expression, steps) }
        if let key = repeats.key(of: expression, steps) { return .vectors(try evaluateRepeated(expression, key, steps)) }
        return try evaluateNode(expression, steps)
    }

    private func evaluateNode(_ expression: Expression, _ steps: Steps) throws(QueryError) -> EvaluatedValue {
        switch expression {
        case .number(let literal): return .scalar(ScalarColumn(repeating: literal.value, count: steps.count))
        case .string(let literal): return .string(literal.value)
        case .vectorSelector(let selector): return .vectors(try charged(select(selector, steps)))
        case .matrixSelector, .subquery:
            throw .execution("a range vector cannot be used here: it has to be an argument of a function over range vectors")
        case .unary(let unary): return try negate(unary, steps)
        case .binary(let binary): return try operate(binary, steps)
        case .aggregation(let aggregation): return .vectors(try charged(aggregate(aggregation, steps)))
        case .call(let call): return try self.call(call, steps)
        case .parentheses(let parentheses): return try evaluate(parentheses.expression, steps)
        }
    }

    /// Looks first whether the same was evaluated elsewhere in the query.
    private func evaluateRepeated(_ expression: Expression, _ key: RepeatedSelectors.Key, _ steps: Steps) throws(QueryError) -> StepVectors
    {
        if let vectors = known[key] { return try charged(vectors) }
        let before = annotations.count
        guard case .vectors(let vectors) = try evaluateNode(expression, steps) else { throw Self.mismatch("instant vector") }
        // What is to be said of one place is to be said of the other too.
        if annotations.count == before { known[key] = vectors }
        return vectors
    }

    func charged(_ vectors: StepVectors) throws(QueryError) -> StepVectors {
        var vectors = vectors
        try charge(&vectors)
        return vectors
    }

    /// The value of an expression that the parser found to be an instant vector. The caller releases it.
    func vectors(of expression: Expression, _ steps: Steps) throws(QueryError) -> StepVectors {
        guard case .vectors(let vectors) = try evaluate(expression, steps) else { throw Self.mismatch("instant vector") }
        return vectors
    }

    func scalar(of expression: Expression, _ steps: Steps) throws(QueryError) -> ScalarColumn {
        guard case .scalar(let column) = try evaluate(expression, steps) else { throw Self.mismatch("scalar") }
        return column
    }

    func string(of expression: Expression) throws(QueryError) -> String {
        guard case .string(let text) = expression.withoutParentheses else { throw Self.mismatch("string") }
        return text.value
    }

    /// Only a tree that was put together by hand can have it.
    private static func mismatch(_ expected: String) -> QueryError {
        .execution("expected \(expected) in expression that has another type")
    }

    /// Evaluates what is the same at every step at one of them.
    private func evaluateOnce(_ expression: Expression, _ steps: Steps) throws(QueryError) -> EvaluatedValue {
        switch try evaluate(expression, .one(at: steps.first)) {
        case .string(let text): return .string(text)
        case .scalar(let column): return .scalar(ScalarColumn(repeating: column[0], count: steps.count))
        case .vectors(let vectors):
            release(vectors)
            return .vectors(try charged(repeating(vectors, steps.count)))
        }
    }

    /// One step's vector at many.
    func repeating(_ vectors: StepVectors, _ count: Int) throws(QueryError) -> StepVectors {
        try reserve(series: vectors.seriesCount, steps: count)
        var values = ContiguousArray<Double>()
        values.reserveCapacity(vectors.seriesCount * count)
        for value in vectors.values { values.append(contentsOf: repeatElement(value, count: count)) }
        return StepVectors(steps: count, labels: vectors.labels, values: values, distinctness: vectors.distinctness)
    }

    // MARK: Times

    /// The milliseconds of an offset; 0 where none was written.
    func offset(_ modifiers: TimeModifiers) throws(QueryError) -> Int64 {
        guard let offset = modifiers.offset else { return 0 }
        return try milliseconds(offset)
    }

    /// The milliseconds of a range or a subquery's step.
    func positive(_ duration: DurationExpression) throws(QueryError) -> Int64 {
        let value = try milliseconds(duration)
        guard value > 0 else { throw .execution("duration must be greater than 0") }
        return value
    }

    private func milliseconds(_ duration: DurationExpression) throws(QueryError) -> Int64 {
        if case .literal(let value) = duration { return value }
        return try duration.milliseconds(step: bounds.step, range: bounds.end.minus(bounds.start))
    }

    /// The one time that `@` names.
    func time(of modifier: AtModifier) -> Int64 {
        switch modifier {
        case .time(let time): time
        case .start: bounds.start
        case .end: bounds.end
        }
    }

    /// What functions may know of this evaluation.
    func context(of call: Call, _ steps: Steps) -> FunctionContext {
        FunctionContext(
            steps: steps.count, firstStep: steps.first, stepLength: steps.length, queryStart: bounds.start, queryEnd: bounds.end,
            queryStep: bounds.step, delaysNameRemoval: options.delaysNameRemoval, argumentRanges: call.arguments.map(\.range),
            callRange: call.range)
    }

    /// Whether a series' name, type and unit are to be taken for absent.
    @inline(__always)
    func hidesName(_ series: SeriesLabels) -> Bool { series.dropsName && !options.delaysNameRemoval }
}

extension Expression {
    /// The expression inside all parentheses around it.
    var withoutParentheses: Expression {
        var inner = self
        while case .parentheses(let parentheses) = inner { inner = parentheses.expression }
        return inner
    }
}

/// Which expressions have the same value at every step: those whose selectors all have an `@`.
enum StepInvariance {
    /// Functions whose value depends on the step although their arguments do not.
    private static let stepDependent: Set<String> = [
        "time", "timestamp", "start_timestamp", "predict_linear", "minute", "hour", "day_of_week", "day_of_month", "day_of_year",
        "days_in_month", "month", "year",
    ]

    static func holds(for expression: Expression) -> Bool {
        switch expression {
        case .number, .string: true
        case .vectorSelector(let selector): selector.modifiers.at != nil
        case .matrixSelector(let matrix): matrix.selector.modifiers.at != nil
        case .subquery(let subquery): subquery.modifiers.at != nil
        case .unary(let unary): holds(for: unary.operand)
        case .binary(let binary): holds(for: binary.left) && holds(for: binary.right)
        case .aggregation(let aggregation): (aggregation.parameter.map(holds) ?? true) && holds(for: aggregation.argument)
        case .call(let call): !stepDependent.contains(call.function.name) && call.arguments.allSatisfy(holds)
        case .parentheses(let parentheses): holds(for: parentheses.expression)
        }
    }
}
