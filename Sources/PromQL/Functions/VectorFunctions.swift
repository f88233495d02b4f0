import Labels

/// The evaluated arguments of a function over instant vectors, each kind in source order.
struct FunctionArguments {
    var vectors: [StepVectors] = []
    var scalars: [ScalarColumn] = []
    var strings: [String] = []
}

/// The functions that look at whole instant vectors or change labels: `label_replace`, `label_join`, `histogram_quantile`,
/// `histogram_fraction`, `histogram_quantiles`, `sort…`, and those of native histograms, which give nothing for floats.
///
/// They mark the names that they drop. The check for equal label sets afterwards is the engine's.
enum VectorFunctions {
    /// The vector argument is moved out of `arguments`, so that it can be changed in place.
    typealias Function =
        @Sendable (_ arguments: inout FunctionArguments, _ context: FunctionContext, _ annotations: inout Annotations) throws(QueryError) ->
        StepVectors

    /// nil for names that are no such function.
    static func named(_ name: String) -> Function? { table[name] }

    /// The labels of `absent` and `absent_over_time` over a bare selector (reference 3.8): those that equality matchers name, unless the label is
    /// matched again later.
    static func absentLabels(of matchers: [Matcher]) -> LabelSet { LabelSet() }

    private static let table: [String: Function] = [:]
}
