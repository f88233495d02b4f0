public import Labels

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
    /// When the last evaluation began, milliseconds since the epoch; nil before the first. `RuleGroup.noteEvaluation` sets it.
    public var lastEvaluation: Int64?
    /// How long it took, nanoseconds. `RuleGroup.noteEvaluation` sets it.
    public var duration: Int64 = 0
    /// What the last successful evaluation wrote; those of them that the next one does not write get a stale marker.
    public internal(set) var series: [LabelSet] = []

    let compiled: CompiledRule
    var held = AlertTable()
    /// What the samples of the last pass became.
    var memory = LabelMemory()
    /// What the rule must see of the past; nil when no gap makes it matter.
    var refill: RefillWindow?

    init(_ definition: RuleDefinition) {
        self.definition = definition
        compiled = CompiledRule(definition)
    }

    /// Alerts in all states, in no particular order.
    public var alerts: [ActiveAlert] { held.alerts }

    /// The highest state of its alerts; `inactive` without any. Before the first evaluation the API says `unknown`: see `health`.
    public var state: ActiveAlert.State {
        var state = ActiveAlert.State.inactive
        for place in 0..<held.count { state = max(state, held[place].state) }
        return state
    }
}

/// What each sample of a rule's last result became, by its place in the result: a rule mostly gives the same series in the same order.
struct LabelMemory: Sendable {
    struct Entry: Sendable {
        let input: LabelSet
        let value: UInt64
        let labels: LabelSet
        let annotations: LabelSet
        /// Whether a template failed: such texts are not used again, so that each pass tells the failure.
        let isBroken: Bool
    }

    private var entries: [Entry] = []
    /// What templates saw beside the samples.
    private var externalURL = ""
    private var externalLabels = LabelSet()

    /// Forgets what was made with other settings.
    mutating func prepare(for settings: RuleSettings) {
        guard settings.externalURL != externalURL || settings.externalLabels != externalLabels else { return }
        entries.removeAll()
        externalURL = settings.externalURL
        externalLabels = settings.externalLabels
    }

    /// What was at a place, if it was made from these labels.
    func entry(at place: Int, for labels: LabelSet) -> Entry? {
        guard place < entries.count, entries[place].input == labels else { return nil }
        return entries[place]
    }

    mutating func set(_ entry: Entry, at place: Int) {
        if place < entries.count { entries[place] = entry } else { entries.append(entry) }
    }

    mutating func keep(first count: Int) {
        if entries.count > count { entries.removeLast(entries.count - count) }
    }
}
