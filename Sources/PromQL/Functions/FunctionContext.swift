/// Values of a scalar expression, one a step.
typealias ScalarColumn = ContiguousArray<Double>

/// What a function may know about the evaluation that calls it. Times are milliseconds.
struct FunctionContext: Sendable {
    /// The number of steps of this evaluation, and with it the length of every row and scalar column.
    var steps: Int
    /// The time of the first step.
    var firstStep: Int64
    /// The distance of this evaluation's steps: the query's, or a subquery's. Unused with one step.
    var stepLength: Int64
    /// The query's own start, end and step, also inside a subquery; of an instant query the time twice, and 0.
    var queryStart: Int64
    var queryEnd: Int64
    var queryStep: Int64
    /// Names go at the end of the query instead of at once (reference 3.11).
    var delaysNameRemoval: Bool
    /// Where the arguments of the call stand in the text, in source order.
    var argumentRanges: [SourceRange]
    /// Where the call stands in the text.
    var callRange: SourceRange

    /// The place that an annotation about an argument names.
    func range(ofArgument index: Int) -> SourceRange { index < argumentRanges.count ? argumentRanges[index] : callRange }

    /// The time of a step.
    func time(ofStep step: Int) -> Int64 { firstStep &+ Int64(step) &* stepLength }
}
