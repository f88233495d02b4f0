/// The functions from scalars to scalars and those that tell the query's bounds: `min_of`, `max_of`, `start`, `end`, `range`, `step`, `pi`.
enum ScalarFunctions {
    typealias Function = @Sendable (_ arguments: [ScalarColumn], _ context: FunctionContext) -> ScalarColumn

    /// nil for names that are no such function. `scalar` and `time` are the engine's.
    static func named(_ name: String) -> Function? { table[name] }

    private static let table: [String: Function] = [:]
}
