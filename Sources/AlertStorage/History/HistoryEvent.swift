public import Labels
public import Time

/// One thing that happened, as history keeps it for the people on call.
public struct HistoryEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        case alertFiring = 1
        case alertEnded = 2
        case delivered = 3
        case deliveryFailed = 4
        case deliveryRetried = 5
        case clockStepped = 6
        case hostSlept = 7
        case alertsUnconfirmed = 8
        case reloaded = 9
        case reloadFailed = 10
        case started = 11
        case stopped = 12
        case silenceSet = 13
        case silenceExpired = 14
        case alertDropped = 15
        case testFired = 16
        case sendersDisagree = 17
        case drilled = 18
        case stoodStill = 19

        /// The name in the API and on the command line.
        public var name: String {
            switch self {
            case .alertFiring: "alert_firing"
            case .alertEnded: "alert_ended"
            case .delivered: "delivered"
            case .deliveryFailed: "delivery_failed"
            case .deliveryRetried: "delivery_retried"
            case .clockStepped: "clock_stepped"
            case .hostSlept: "host_slept"
            case .alertsUnconfirmed: "alerts_unconfirmed"
            case .reloaded: "reloaded"
            case .reloadFailed: "reload_failed"
            case .started: "started"
            case .stopped: "stopped"
            case .silenceSet: "silence_set"
            case .silenceExpired: "silence_expired"
            case .alertDropped: "alert_dropped"
            case .testFired: "test_fired"
            case .sendersDisagree: "senders_disagree"
            case .drilled: "drilled"
            case .stoodStill: "stood_still"
            }
        }

        /// The kind of this name; nil when there is none.
        public init?(name: String) {
            guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = kind
        }
    }

    /// Its place in the order, from 1; 0 before it is stored.
    public var number: Int64 = 0
    /// When, by the wall clock.
    public var time: Timestamp
    /// What happened.
    public var kind: Kind
    /// The alert's labels; nil for what concerns no single alert.
    public var labels: LabelSet?
    /// The key of the group that was told.
    public var groupKey = ""
    /// The receiver that was told.
    public var receiver = ""
    /// The integration, such as `slack[0]`.
    public var integration = ""
    /// Why, or what, in words: a notification's reason, an end's cause, a silence's id and comment.
    public var text = ""
    /// What went wrong; empty when nothing did.
    public var error = ""
    /// Attempts made.
    public var attempts = 0
    /// Alerts concerned.
    public var alerts = 0
    /// How long it took, or by how much a clock moved.
    public var milliseconds: Int64 = 0

    /// An event with no more than this.
    public init(_ kind: Kind, at time: Timestamp, labels: LabelSet? = nil) {
        self.kind = kind
        self.time = time
        self.labels = labels
    }
}

/// Which events are wanted. Everything that is set must hold.
public struct HistoryFilter: Sendable {
    /// Events about alerts with these labels; empty takes all events, also those about no alert.
    public var matchers = Matchers([])
    /// Events about the alert with this fingerprint.
    public var fingerprint: Fingerprint?
    /// Events about this group.
    public var groupKey: String?
    /// These kinds; empty takes all.
    public var kinds: Set<HistoryEvent.Kind> = []
    /// Events that concern this receiver.
    public var receiver: String?
    /// Events at or after this time.
    public var since: Timestamp?
    /// Events at or before this time.
    public var until: Timestamp?
    /// Events with a smaller number: the cursor of the page before.
    public var before: Int64?
    /// At most this many, 1…1000.
    public var limit = 100

    /// Everything.
    public init() {}
}

/// A part of the history, newest first.
public struct HistoryPage: Sendable, Hashable {
    /// The events.
    public var events: [HistoryEvent]
    /// The `before` of the next page; nil when there is nothing older. A page may be short, even empty, and still have a next one: a query looks at a
    /// bounded number of events.
    public var next: Int64?
}
