/// A function of the language as the parser checks it.
public struct FunctionSignature: Sendable, Hashable {
    /// Case counts.
    public let name: String
    /// The types of its arguments in order.
    public let argumentTypes: [ValueType]
    /// 0: exactly `argumentTypes`. n > 0: the last may be left out, or stand up to n times.
    /// -1: the last may stand any number of times, also none.
    public let variadic: Int
    /// What a call gives.
    public let returnType: ValueType
    /// Needs `ParserOptions.experimentalFunctions`.
    public let isExperimental: Bool

    /// The function of this name, experimental ones included.
    public static func named(_ name: String) -> FunctionSignature? { byName[name] }

    /// All functions by name.
    public static let all: [FunctionSignature] = stable + experimental

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let stable: [FunctionSignature] =
        make(
            "abs ceil floor exp ln log2 log10 sqrt sgn acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh deg rad", [.vector])
        + make("absent sort sort_desc", [.vector])
        + make("timestamp histogram_count histogram_sum histogram_avg histogram_stddev histogram_stdvar", [.vector])
        + make("clamp", [.vector, .scalar, .scalar])
        + make("clamp_min clamp_max", [.vector, .scalar])
        + make("round", [.vector, .scalar], variadic: 1)
        + make("label_replace", [.vector, .string, .string, .string, .string])
        + make("label_join", [.vector, .string, .string, .string], variadic: -1)
        + make("histogram_quantile", [.scalar, .vector])
        + make("histogram_fraction", [.scalar, .scalar, .vector])
        + make("minute hour day_of_week day_of_month day_of_year days_in_month month year", [.vector], variadic: 1)
        + make("scalar", [.vector], gives: .scalar)
        + make("vector", [.scalar])
        + make("time pi", [], gives: .scalar)
        + make("rate increase delta irate idelta deriv changes resets absent_over_time present_over_time", [.matrix])
        + make("avg_over_time min_over_time max_over_time sum_over_time count_over_time", [.matrix])
        + make("stddev_over_time stdvar_over_time last_over_time first_over_time", [.matrix])
        + make("predict_linear", [.matrix, .scalar])
        + make("quantile_over_time", [.scalar, .matrix])

    private static let experimental: [FunctionSignature] =
        make("double_exponential_smoothing", [.matrix, .scalar, .scalar], isExperimental: true)
        + make(
            "mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_min_over_time ts_of_max_over_time", [.matrix],
            isExperimental: true)
        + make("sort_by_label sort_by_label_desc", [.vector, .string], variadic: -1, isExperimental: true)
        + make("info", [.vector, .vector], variadic: 1, isExperimental: true)
        + make("histogram_quantiles", [.vector, .string, .scalar, .scalar], variadic: 9, isExperimental: true)
        + make("max_of min_of", [.scalar, .scalar], gives: .scalar, isExperimental: true)
        + make("start end range step", [], gives: .scalar, isExperimental: true)
        + make("start_timestamp", [.vector], isExperimental: true)

    private static func make(
        _ names: String, _ arguments: [ValueType], variadic: Int = 0, gives result: ValueType = .vector, isExperimental: Bool = false
    ) -> [FunctionSignature] {
        names.split(separator: " ").map {
            FunctionSignature(
                name: String($0), argumentTypes: arguments, variadic: variadic, returnType: result, isExperimental: isExperimental)
        }
    }
}
