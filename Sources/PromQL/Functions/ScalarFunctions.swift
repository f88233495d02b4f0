/// The functions from scalars to scalars and those that tell the query's bounds: `min_of`, `max_of`, `start`, `end`, `range`, `step`, `pi`.
enum ScalarFunctions {
    typealias Function = @Sendable (_ arguments: [ScalarColumn], _ context: FunctionContext) -> ScalarColumn

    /// nil for names that are no such function. `scalar` and `time` are the engine's.
    static func named(_ name: String) -> Function? { table[name] }

    private static let table: [String: Function] = [
        "pi": { _, context in constant(.pi, in: context) },
        "start": { _, context in constant(RangeFunctions.seconds(context.queryStart), in: context) },
        "end": { _, context in constant(RangeFunctions.seconds(context.queryEnd), in: context) },
        "range": { _, context in constant(RangeFunctions.seconds(context.queryEnd &- context.queryStart), in: context) },
        "step": { _, context in constant(RangeFunctions.seconds(context.queryStep), in: context) },
        "min_of": { arguments, _ in combine(arguments, GoMath.minimum) },
        "max_of": { arguments, _ in combine(arguments, GoMath.maximum) },
    ]

    private static func constant(_ value: Double, in context: FunctionContext) -> ScalarColumn {
        ScalarColumn(repeating: value, count: context.steps)
    }

    private static func combine(_ arguments: [ScalarColumn], _ function: (Double, Double) -> Double) -> ScalarColumn {
        ScalarColumn(zip(arguments[0], arguments[1]).map { function($0, $1) })
    }
}
