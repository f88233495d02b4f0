public import Labels

/// What a group must get back after a restart, as plain values: the journal keeps it. Milliseconds.
///
/// `lastPass` must be kept up to date in the journal, best with every pass and at least every 30 seconds, also when `RulePass.changesState`
/// never was true: what lies between it and the first pass after the restart does not count towards `for`.
public struct GroupState: Sendable, Hashable {
    /// The group's file.
    public var file: String
    /// The group's name, unique in its file.
    public var name: String
    /// The `ts` of the last pass; nil before the first.
    public var lastPass: Int64?
    /// A gap that results still suffer from.
    public var gap: SampleGap?
    /// The state of each rule, in the order of the file.
    public var rules: [RuleState]

    /// A state.
    public init(file: String, name: String, lastPass: Int64?, gap: SampleGap? = nil, rules: [RuleState]) {
        self.file = file
        self.name = name
        self.lastPass = lastPass
        self.gap = gap
        self.rules = rules
    }
}

/// What a rule must get back after a restart.
public struct RuleState: Sendable, Hashable {
    /// Which rule it is.
    public var identity: RuleIdentity
    /// Its alerts in all states.
    public var alerts: [ActiveAlert]
    /// What its last successful evaluation wrote, for stale markers. Those of alerting rules follow from their alerts, and are empty here.
    public var series: [LabelSet]

    /// A state.
    public init(identity: RuleIdentity, alerts: [ActiveAlert] = [], series: [LabelSet] = []) {
        self.identity = identity
        self.alerts = alerts
        self.series = series
    }

    /// Whether there is nothing to bring back.
    public var isEmpty: Bool { alerts.isEmpty && series.isEmpty }
}

/// What makes a rule the same rule in another process or after a reload.
public struct RuleIdentity: Sendable, Hashable {
    /// Recording or alerting.
    public var kind: RuleDefinition.Kind
    /// `record` or `alert`.
    public var name: String
    /// Raw templates.
    public var labels: [TemplatedText]
    /// The canonical text of the expression.
    public var query: String

    /// An identity.
    public init(kind: RuleDefinition.Kind, name: String, labels: [TemplatedText], query: String) {
        self.kind = kind
        self.name = name
        self.labels = labels
        self.query = query
    }
}

extension RuleDefinition {
    /// What makes it the same rule in another process or after a reload.
    public var identity: RuleIdentity { RuleIdentity(kind: kind, name: name, labels: labels, query: query.text) }
}

extension RuleGroup {
    /// What must be written to survive a restart.
    public var state: GroupState {
        GroupState(file: definition.file, name: definition.name, lastPass: lastPass, gap: gap, rules: rules.map(\.snapshot))
    }

    /// Takes over what a former process left, before the first pass. The group counts as restored.
    ///
    /// Nothing resolves by the restart alone: alerts go on as if the pass before and the next one were neighbours (see `RuleGroup`).
    public mutating func restore(_ state: GroupState) {
        let matches = RuleMatching.matches(old: state.rules.map(\.identity), new: rules.map(\.definition.identity))
        var isTaken = [Bool](repeating: false, count: state.rules.count)
        for (index, match) in matches.enumerated() {
            guard let match else { continue }
            isTaken[match] = true
            rules[index].restore(state.rules[match])
        }
        for (index, rule) in state.rules.enumerated() where !isTaken[index] { endedSeries += rule.writtenSeries }
        lastPass = state.lastPass
        interruptedAt = state.lastPass
        gap = state.gap
        currentPass = nil
        isRestored = true
    }
}

extension RuleStatus {
    fileprivate var snapshot: RuleState {
        RuleState(identity: definition.identity, alerts: alerts, series: definition.kind == .recording ? series : [])
    }

    fileprivate mutating func restore(_ state: RuleState) {
        held = AlertTable(state.alerts)
        series = state.writtenSeries
    }
}

extension RuleState {
    /// What the rule had written when this was its state.
    fileprivate var writtenSeries: [LabelSet] {
        var builder = LabelSetBuilder()
        return series
            + alerts.filter { $0.state != .inactive }.flatMap { alert in
                let series = AlertSeries(alert, former: nil, &builder)
                return [series.alerts, series.forState]
            }
    }
}
