extension TemplateFunctions {
    /// The functions of Go's `text/template` itself, but `and` and `or`, which the engine evaluates: they skip operands.
    public static let builtins = TemplateFunctions([:])
}
