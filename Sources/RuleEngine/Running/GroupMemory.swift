import Labels
import Rules

/// What a group holds between its passes: the machine, and how it fared outside of it.
struct GroupMemory: Sendable {
    /// What the log was told of a rule: beginning and end of a failure alone.
    struct Told: Sendable {
        /// Failing since this pass.
        var failingSince: Int64?
        var hasWarnings = false
        var hasTemplateErrors = false
    }

    var machine: RuleGroup
    /// By rule: under which name its state is kept.
    let identities: [String]
    var told: [Told]
    var lastEvaluation: Int64?
    var duration: Int64 = 0
    var samples = 0
    /// All alerts must be written with the next pass, because something other than a pass has changed them.
    var mustWriteAll = false
    /// A group without rules has ended the series of those it had.
    var hasEndedSeries = false

    /// - Parameter isRestored: false where alerts may find their age in the samples of a former process (reference 2.5).
    init(_ definition: RuleGroupDefinition, isRestored: Bool) {
        machine = RuleGroup(definition, isRestored: isRestored)
        identities = RuleStateKey.identities(of: definition.rules.map(\.identity))
        told = Array(repeating: Told(), count: definition.rules.count)
    }

    /// What others see.
    func snapshot(interval: Int64, source: String) -> RuleGroupSnapshot {
        var snapshot = RuleGroupSnapshot(definition: machine.definition, interval: interval, source: source, rules: machine.rules)
        snapshot.lastEvaluation = lastEvaluation
        snapshot.duration = duration
        snapshot.samples = samples
        return snapshot
    }

    /// Series that were written and have not ended.
    var series: [LabelSet] { machine.rules.flatMap(\.series) + machine.endedSeries }

    /// Whether an alert measures time: then each pass must be recorded soon, so that a restart knows how long it was away.
    var measuresTime: Bool {
        machine.rules.contains { rule in
            // A copy of the alerts is an array's reference.
            rule.alerts.contains { $0.state == .pending || $0.keepFiringSince != nil }
        }
    }

    /// Goes on with what the last run left, or what a group of that name held when it left the configuration.
    mutating func restore(_ state: GroupState) {
        machine.restore(state)
        mustWriteAll = true
    }

    /// Takes over what the group before held (reference 2.5).
    mutating func adopt(_ old: GroupMemory) {
        machine.adopt(old.machine)
        // Rules may be gone.
        mustWriteAll = true
    }
}
