/// A function of the language as the parser checks it.
public struct FunctionSignature: Sendable, Hashable {
    public let name: String
    public let argumentTypes: [ValueType]
    /// 0: exactly `argumentTypes`. n > 0: the last n may be left out, or, where it repeats, there may be n - 1 more. -1: the last may repeat any number of times, also none.
    public let variadic: Int
    public let returnType: ValueType
    public let isExperimental: Bool
}
