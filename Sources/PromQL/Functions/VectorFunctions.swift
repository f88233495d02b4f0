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

    /// The labels of `absent` and `absent_over_time` over a bare selector (reference 3.8): those that equality matchers name. A label that comes
    /// twice, or with another operator after its equality, is left out.
    static func absentLabels(of matchers: [Matcher]) -> LabelSet {
        var values: [String: String] = [:]
        var seen: Set<String> = []
        for matcher in matchers where matcher.name != "__name__" {
            if matcher.operation == .equal, seen.insert(matcher.name).inserted {
                values[matcher.name] = matcher.value
            } else {
                values[matcher.name] = nil
            }
        }
        return LabelSet(values.filter { !$0.value.isEmpty })
    }

    private static let table: [String: Function] = [
        "label_replace": { (arguments, context, _) throws(QueryError) in
            var vectors = takeVectors(&arguments)
            let texts = arguments.strings
            try LabelFunctions.replace(
                in: &vectors, destination: texts[0], replacement: texts[1], source: texts[2], pattern: texts[3], context: context)
            return vectors
        },
        "label_join": { (arguments, context, _) throws(QueryError) in
            var vectors = takeVectors(&arguments)
            let texts = arguments.strings
            try LabelFunctions.join(
                in: &vectors, destination: texts[0], separator: texts[1], sources: Array(texts.dropFirst(2)), context: context)
            return vectors
        },
        "histogram_quantile": { arguments, context, annotations in
            HistogramFunctions.quantile(arguments.scalars[0], of: takeVectors(&arguments), context: context, &annotations)
        },
        "histogram_quantiles": { arguments, context, annotations in
            HistogramFunctions.quantiles(
                arguments.scalars, label: arguments.strings[0], of: takeVectors(&arguments), context: context, &annotations)
        },
        "histogram_fraction": { arguments, context, annotations in
            HistogramFunctions.fraction(
                from: arguments.scalars[0], through: arguments.scalars[1], of: takeVectors(&arguments), context: context, &annotations)
        },
        "sort": { arguments, context, annotations in
            SortFunctions.byValue(takeVectors(&arguments), descending: false, context: context, &annotations)
        },
        "sort_desc": { arguments, context, annotations in
            SortFunctions.byValue(takeVectors(&arguments), descending: true, context: context, &annotations)
        },
        "sort_by_label": { arguments, context, annotations in
            SortFunctions.byLabels(
                takeVectors(&arguments), names: arguments.strings, descending: false, context: context, &annotations)
        },
        "sort_by_label_desc": { arguments, context, annotations in
            SortFunctions.byLabels(takeVectors(&arguments), names: arguments.strings, descending: true, context: context, &annotations)
        },
        "histogram_count": nothing,
        "histogram_sum": nothing,
        "histogram_avg": nothing,
        "histogram_stddev": nothing,
        "histogram_stdvar": nothing,
    ]

    /// Functions of native histograms leave floats out.
    private static let nothing: Function = { _, context, _ in StepVectors(steps: context.steps) }

    /// Moves the vector argument out, so that nothing else holds it and it can be changed without a copy.
    private static func takeVectors(_ arguments: inout FunctionArguments) -> StepVectors { arguments.vectors.removeFirst() }
}
