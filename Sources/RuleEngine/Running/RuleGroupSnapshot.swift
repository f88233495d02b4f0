public import Rules

/// A group and its rules as they are now: for the rules and alerts API, metrics and explanations.
public struct RuleGroupSnapshot: Sendable {
    /// What the file says.
    public var definition: RuleGroupDefinition
    /// The interval that holds, the group's or the global one. Milliseconds.
    public var interval: Int64
    /// The name of the source that is asked.
    public var source: String
    /// In the order of the file, with the alerts of every state.
    public var rules: [RuleStatus]
    /// When the last pass began, milliseconds since the epoch; nil before the first.
    public var lastEvaluation: Int64?
    /// How long the last pass took, nanoseconds.
    public var duration: Int64 = 0
    /// Samples that the last pass stored.
    public var samples = 0
    /// Passes that were skipped because the one before took too long.
    public var missedPasses = 0
    /// The time of the next pass, milliseconds since the epoch; nil while the group waits for its targets' first scrapes.
    public var nextEvaluation: Int64?

    /// A group that was never evaluated.
    public init(definition: RuleGroupDefinition, interval: Int64, source: String, rules: [RuleStatus]) {
        self.definition = definition
        self.interval = interval
        self.source = source
        self.rules = rules
    }
}

/// What identifies a group: two files may have groups of the same name.
struct RuleGroupKey: Hashable, Sendable, Comparable {
    let file: String
    let name: String

    /// As Prometheus names groups in its metrics.
    var label: String { "\(file);\(name)" }

    static func < (left: RuleGroupKey, right: RuleGroupKey) -> Bool { (left.file, left.name) < (right.file, right.name) }
}

extension RuleGroupDefinition {
    var key: RuleGroupKey { RuleGroupKey(file: file, name: name) }
}

/// The times at which a group is evaluated: `k · interval + offset`, the offset spread over the interval by the group's name (reference 2.1).
struct EvaluationGrid: Sendable, Equatable {
    /// Milliseconds, above 0.
    let interval: Int64
    let offset: Int64

    init(_ key: RuleGroupKey, interval: Int64) {
        self.interval = max(1, interval)
        // FNV-1a: the same in every process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.label.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        offset = Int64(hash % UInt64(self.interval))
    }

    /// The first point that is not before this time.
    func point(notBefore time: Int64) -> Int64 {
        let rest = (time - offset) % interval
        if rest == 0 { return time }
        return rest > 0 ? time - rest + interval : time - rest
    }
}
