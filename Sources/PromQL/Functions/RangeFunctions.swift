/// Gives one value for a window, nil for none. `arguments` are the values of the scalar arguments at the step, in source order.
typealias RangeFunction = @Sendable (_ window: Window, _ arguments: UnsafeBufferPointer<Double>) -> Double?

/// A function from range vectors to instant vectors, and what the engine has to do around it.
struct RangeFunctionEntry: Sendable {
    /// Looks at the scalar arguments of one step. The engine calls it once for each step that has a window of any series (a constant
    /// argument needs one call for all steps).
    typealias Check = @Sendable (UnsafeBufferPointer<Double>, FunctionContext, inout Annotations) throws(QueryError) -> Void

    let function: RangeFunction
    /// `last_over_time` and `first_over_time` keep the name, all others drop it.
    var keepsName = false
    /// An output from a series whose name does not look like a counter's is worth an info: call `RangeFunctions.noteCounterName` with the labels of
    /// each series that gave output.
    var expectsCounter = false
    var check: Check?
}

/// The functions over range vectors by name (reference 3.7, 3.8). `absent_over_time` is the engine's.
enum RangeFunctions {
    /// nil for names that are no function over a range vector.
    static func named(_ name: String) -> RangeFunctionEntry? { table[name] }

    private static let table: [String: RangeFunctionEntry] = [
        "present_over_time": RangeFunctionEntry(function: { _, _ in 1 }),
        "count_over_time": RangeFunctionEntry(function: { window, _ in Double(window.count) }),
        "last_over_time": RangeFunctionEntry(function: { window, _ in window.values[window.count - 1] }, keepsName: true),
        "first_over_time": RangeFunctionEntry(function: { window, _ in window.values[0] }, keepsName: true),
    ]
}
