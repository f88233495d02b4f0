/// The rules of one group and what they hold: a pure machine. Time and samples are arguments.
///
/// ```swift
/// for index in group.rules.indices {
///     let pass = group.evaluate(index, at: ts, source: source, settings: settings)
///     // send pass.alerts; store pass.samples and stale markers for pass.ended, before the next rule
/// }
/// ```
public struct RuleGroup: Sendable {
    /// What the file says.
    public let definition: RuleGroupDefinition
    /// Each rule with its alerts.
    public internal(set) var rules: [RuleStatus]

    /// A group that was never evaluated.
    public init(_ definition: RuleGroupDefinition) {
        self.definition = definition
        rules = definition.rules.map(RuleStatus.init)
    }
}

/// A rule and how it fares.
public struct RuleStatus: Sendable {
    /// How the last evaluation went.
    public enum Health: String, Sendable {
        /// There was none.
        case unknown
        /// It succeeded.
        case ok
        /// It failed.
        case err
    }

    /// What the file says.
    public let definition: RuleDefinition
    /// How the last evaluation went.
    public var health = Health.unknown
    /// Why it failed; nil when it did not.
    public var lastError: String?
    /// Warnings of the last evaluation.
    public var warnings: [String] = []
    /// When the last evaluation began, milliseconds since the epoch; nil before the first. The caller sets it.
    public var lastEvaluation: Int64?
    /// How long it took, nanoseconds. The caller sets it.
    public var duration: Int64 = 0
    /// Alerts in all states, in no particular order.
    public internal(set) var alerts: [ActiveAlert] = []

    init(_ definition: RuleDefinition) { self.definition = definition }
}
