public import Labels

/// The rules of one group and what they hold: a pure machine. Time and samples are arguments.
///
/// ```swift
/// for index in group.rules.indices {
///     let pass = group.evaluate(index, at: ts, source: source, settings: settings)
///     // send pass.alerts; store pass.samples and stale markers for pass.ended, before the next rule
/// }
/// if group.awaitsRestoration { group.restoreFromSamples(now: now, source: source, settings: settings) }
/// ```
///
/// # Time that does not count
/// Prometheus counts wall time towards `for`, and repairs part of it after a restart (reference 2.5). Here only time counts in which the
/// group was evaluated: over a restart, a sleep or a step of the clock, the pass before and the pass after count as neighbours, at most
/// one interval apart. What lies between them is added to `activeAt` of pending alerts and to `keepFiringSince`, and does not shorten
/// the 15 minutes in which an alert's end is told again. Failed and late passes count as in Prometheus: the program ran meanwhile.
/// A clock that is set back takes all times of all alerts with it.
///
/// `restore` and `suspend` announce an interruption; the next pass finds out how long it was. What results lack after it because of
/// missing samples is the matter of `RefillWindow`.
public struct RuleGroup: Sendable {
    /// What the file says.
    public let definition: RuleGroupDefinition
    /// Each rule with its alerts.
    public internal(set) var rules: [RuleStatus]
    /// Whether `ALERTS` and `ALERTS_FOR_STATE` are written: not before the state of a former process was looked for (reference 2.5).
    public internal(set) var isRestored: Bool
    /// The `ts` of the last pass, milliseconds, moved on by sleep that was announced since; nil before the first pass.
    public internal(set) var lastPass: Int64?
    /// The last time without samples that results may still suffer from.
    public internal(set) var gap: SampleGap?
    /// Series of rules that a reload took away; the next pass ends them. A group without rules never has a pass: end them yourself.
    public internal(set) var endedSeries: [LabelSet] = []

    /// The `ts` of the pass that goes on; nil when the next evaluation begins one, whatever its time.
    var currentPass: Int64?
    /// The time since the pass before that counts.
    var elapsed: Int64 = 0
    /// The real `ts` of the last pass before an interruption; nil when nothing was interrupted since.
    var interruptedAt: Int64?
    /// Whether the pass that goes on is the first after an interruption.
    var hasResumed = false
    /// Whether each rule knows what it must see of the past: only after a gap.
    var knowsRefillWindows = false
    /// Passes in which every rule was evaluated.
    var passes = 0

    /// A group that was never evaluated.
    ///
    /// - Parameter isRestored: false makes the first two passes wait with `ALERTS`, until `restoreFromSamples`: for groups of a starting
    ///   process whose state nothing else brings back.
    public init(_ definition: RuleGroupDefinition, isRestored: Bool = true) {
        self.definition = definition
        self.isRestored = isRestored
        rules = definition.rules.map(RuleStatus.init)
    }

    /// Milliseconds between passes.
    public func interval(_ settings: RuleSettings) -> Int64 { definition.interval ?? settings.evaluationInterval }

    /// How far behind `ts` queries look, milliseconds.
    public func queryOffset(_ settings: RuleSettings) -> Int64 { definition.queryOffset ?? settings.queryOffset }

    /// Whether it is time for `restoreFromSamples`: after two passes of a group that was not restored.
    public var awaitsRestoration: Bool { !isRestored && passes >= 2 }

    /// What its rules have written and not ended; it ends with the group (reference 2.5).
    public var series: [LabelSet] { rules.flatMap(\.series) + endedSeries }

    /// Notes what only the caller knows of an evaluation.
    ///
    /// - Parameters:
    ///   - began: milliseconds since the epoch, by the clock.
    ///   - duration: nanoseconds.
    ///   - storageError: why some of its samples were not stored; the rule then counts as failed (reference 2.4).
    public mutating func noteEvaluation(of index: Int, began: Int64, duration: Int64, storageError: String? = nil) {
        rules[index].lastEvaluation = began
        rules[index].duration = duration
        if let storageError, rules[index].lastError == nil {
            rules[index].health = .err
            rules[index].lastError = storageError
        }
    }
}
