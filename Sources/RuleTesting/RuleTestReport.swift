/// What a run of unit-test files gave.
public struct RuleTestReport: Sendable {
    /// What is printed on standard output.
    public var output = ""
    /// What is printed on standard error.
    public var errors = ""
    /// Whether any test failed.
    public var hasFailures = false

    /// Nothing yet.
    public init() {}
}
