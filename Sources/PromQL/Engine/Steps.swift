/// The times at which an expression is evaluated: those of the query, or a subquery's grid. Milliseconds.
struct Steps: Hashable {
    var first: Int64
    /// The distance; any value where there is one step.
    var length: Int64
    var count: Int

    static func one(at time: Int64) -> Steps { Steps(first: time, length: 1, count: 1) }

    var last: Int64 { time(count - 1) }

    @inline(__always)
    func time(_ step: Int) -> Int64 { first &+ Int64(step) &* length }
}

/// A query's own times, which `start()`, `end()`, `step()` and `range()` name wherever they stand. Milliseconds.
struct QueryBounds {
    var start: Int64
    var end: Int64
    /// 0 for instant queries.
    var step: Int64
}

extension Int64 {
    /// The difference, held within what 64 bits can hold: times come from the query's text.
    @inline(__always)
    func minus(_ other: Int64) -> Int64 {
        let (result, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : result
    }

    /// The largest multiple of a positive number that is not above this one.
    func roundedDown(toMultipleOf step: Int64) -> Int64 {
        let rest = self % step
        return rest < 0 ? minus(rest &+ step) : self &- rest
    }
}
