public import Labels

/// An alert as a rule tells it, before external labels and relabelling (reference 2.3). Milliseconds.
public struct RuleAlert: Sendable, Hashable {
    /// With `alertname`.
    public var labels: LabelSet
    /// Expanded; empty values stay.
    public var annotations: LabelSet
    /// When it began to fire.
    public var startsAt: Int64
    /// When it ended, or until when this message vouches for it.
    public var endsAt: Int64
    /// Whether it has ended.
    public var isResolved: Bool
    /// The link to the expression.
    public var generatorURL: String

    /// An alert with these parts.
    public init(labels: LabelSet, annotations: LabelSet, startsAt: Int64, endsAt: Int64, isResolved: Bool, generatorURL: String) {
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.isResolved = isResolved
        self.generatorURL = generatorURL
    }
}

/// Who is told about alerts of rules: the router in this process, remote Alertmanagers, or both.
public protocol AlertSink: Sendable {
    /// Takes alerts over. It neither fails nor waits for a network: a sink queues, and tells its own log what it could not deliver.
    func send(_ alerts: [RuleAlert]) async
}
