import Labels

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

    /// Says that `rate` or `increase` may not be meant for this series (reference 3.7).
    static func noteCounterName(of series: SeriesLabels, in context: FunctionContext, _ annotations: inout Annotations) {
        if series.dropsName, !context.delaysNameRemoval { return }
        guard let name = series.labels["__name__"], !name.isEmpty else { return }
        for suffix in ["_total", "_sum", "_count", "_bucket"] where name.utf8.count >= suffix.utf8.count && name.hasSuffix(suffix) {
            return
        }
        annotations.inform(
            "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \(GoQuote.quote(name))",
            at: context.range(ofArgument: 0))
    }

    private static let table: [String: RangeFunctionEntry] = [
        "rate": RangeFunctionEntry(function: { window, _ in extrapolated(window, isCounter: true, isRate: true) }, expectsCounter: true),
        "increase": RangeFunctionEntry(
            function: { window, _ in extrapolated(window, isCounter: true, isRate: false) }, expectsCounter: true),
        "delta": RangeFunctionEntry(function: { window, _ in extrapolated(window, isCounter: false, isRate: false) }),
        "irate": RangeFunctionEntry(function: { window, _ in lastChange(window, isRate: true) }),
        "idelta": RangeFunctionEntry(function: { window, _ in lastChange(window, isRate: false) }),
        "deriv": RangeFunctionEntry(function: { window, _ in slope(of: window) }),
        "predict_linear": RangeFunctionEntry(function: { window, arguments in prediction(from: window, in: arguments[0]) }),
        "changes": RangeFunctionEntry(function: { window, _ in changes(in: window) }),
        "resets": RangeFunctionEntry(function: { window, _ in resets(in: window) }),
        "double_exponential_smoothing": RangeFunctionEntry(
            function: { window, arguments in smoothed(window, factor: arguments[0], trend: arguments[1]) }, check: checkSmoothing),
        "sum_over_time": RangeFunctionEntry(function: { window, _ in sum(of: window) }),
        "avg_over_time": RangeFunctionEntry(function: { window, _ in Moments.mean(of: window.values) }),
        "count_over_time": RangeFunctionEntry(function: { window, _ in Double(window.count) }),
        "min_over_time": RangeFunctionEntry(function: { window, _ in minimum(of: window) }),
        "max_over_time": RangeFunctionEntry(function: { window, _ in maximum(of: window) }),
        "stddev_over_time": RangeFunctionEntry(function: { window, _ in Moments.variance(of: window.values).squareRoot() }),
        "stdvar_over_time": RangeFunctionEntry(function: { window, _ in Moments.variance(of: window.values) }),
        "quantile_over_time": RangeFunctionEntry(
            function: { window, arguments in Quantile.value(arguments[0], of: window.values) }, check: checkQuantile),
        "mad_over_time": RangeFunctionEntry(function: { window, _ in medianDeviation(of: window) }),
        "present_over_time": RangeFunctionEntry(function: { _, _ in 1 }),
        "last_over_time": RangeFunctionEntry(function: { window, _ in window.values[window.count - 1] }, keepsName: true),
        "first_over_time": RangeFunctionEntry(function: { window, _ in window.values[0] }, keepsName: true),
        "ts_of_last_over_time": RangeFunctionEntry(function: { window, _ in seconds(window.times[window.count - 1]) }),
        "ts_of_first_over_time": RangeFunctionEntry(function: { window, _ in seconds(window.times[0]) }),
        "ts_of_min_over_time": RangeFunctionEntry(function: { window, _ in timeOfExtreme(in: window) { $0 <= $1 } }),
        "ts_of_max_over_time": RangeFunctionEntry(function: { window, _ in timeOfExtreme(in: window) { $0 >= $1 } }),
    ]

    private static let checkQuantile: RangeFunctionEntry.Check = { arguments, context, annotations in
        if let warning = Quantile.warning(for: arguments[0]) { annotations.warn(warning, at: context.range(ofArgument: 0)) }
    }

    private static let checkSmoothing: RangeFunctionEntry.Check = { (arguments, _, _) throws(QueryError) in
        for (factor, name, short) in [(arguments[0], "smoothing", "sf"), (arguments[1], "trend", "tf")] where factor <= 0 || factor >= 1 {
            throw .execution("invalid \(name) factor. Expected: 0 < \(short) < 1, got: \(FloatText.fixed(factor))")
        }
    }

    /// Milliseconds as seconds.
    @inline(__always)
    static func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1000 }
}
