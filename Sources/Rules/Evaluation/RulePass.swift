public import Labels
public import PromQL

/// What one evaluation of one rule asks its surroundings to do, in this order: send, store, end, persist.
public struct RulePass: Sendable {
    /// The time of the samples: `ts − query_offset`, milliseconds.
    public var time: Int64
    /// Alerts to tell, also when the evaluation failed: see `error`.
    public var alerts: [RuleAlert] = []
    /// Samples to store at `time`: recorded series, `ALERTS`, `ALERTS_FOR_STATE`.
    public var samples: [(labels: LabelSet, value: Double)] = []
    /// Series of the former pass, or of rules that a reload took away, that are gone: each gets a stale marker at `time`.
    public var ended: [LabelSet] = []
    /// Whether an alert began, changed its state or went: what survives a restart must be written.
    public var changesState = false
    /// Why the evaluation failed. Then no state has changed and there are no samples (a limit that was exceeded has also dropped all
    /// alerts). Firing alerts go on to be vouched for at their usual pace: in Prometheus they run out after four intervals without a
    /// successful evaluation, but a query that fails is no reason to call anything resolved.
    public var error: String?
    /// Warnings and infos of the query, partial answers of a remote source among them.
    public var warnings: [String] = []
    /// Texts whose templates failed, for the log.
    public var templateErrors: [String] = []

    /// A pass without effects.
    public init(time: Int64) { self.time = time }
}

/// What holds for every rule of a process.
public struct RuleSettings: Sendable {
    /// Interval of groups that name none, milliseconds.
    public var evaluationInterval: Int64 = 60_000
    /// Offset of groups that name none, milliseconds.
    public var queryOffset: Int64 = 0
    /// `--rules.alert.resend-delay`, milliseconds.
    public var resendDelay: Int64 = 60_000
    /// `--rules.alert.for-outage-tolerance`, milliseconds.
    public var outageTolerance: Int64 = 3_600_000
    /// `--rules.alert.for-grace-period`, milliseconds.
    public var gracePeriod: Int64 = 600_000
    /// Without a trailing slash; for links and templates.
    public var externalURL = ""
    /// For templates; messages get them from the dispatcher.
    public var externalLabels = LabelSet()
    /// Whether templates may call `externalURL` and `pathPrefix`. promtool's unit tests have no URL for them (reference 1.5).
    public var answersURLFunctions = true
    /// What the template function `query` may be asked.
    public var parserOptions = ParserOptions()
    /// What rules that read recorded series must see of the past, by the series' names: `RefillWindow.recorded(by:)` over all groups.
    /// Recording rules of the same group are known without it.
    public var recordedWindows: [String: RefillWindow] = [:]

    /// Prometheus's defaults.
    public init() {}
}
