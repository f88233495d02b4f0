public import Labels
public import Time

/// Identifies one attempt chain: one flush of one group through one integration.
public struct DeliveryID: Hashable, Sendable, Comparable {
    /// A number that no other delivery of this process has.
    public let number: UInt64

    /// An id.
    public init(number: UInt64) { self.number = number }

    /// By number.
    public static func < (a: DeliveryID, b: DeliveryID) -> Bool { a.number < b.number }
}

/// Why something is told (reference 5.3).
public enum NotificationReason: String, Sendable, Hashable, CaseIterable {
    /// Nothing was told under this key before, or nothing that fired.
    case firstNotification = "first notification"
    /// An alert fires that was not told.
    case newAlertsAdded = "new alerts added"
    /// Nothing fires any more.
    case allAlertsResolved = "all alerts resolved"
    /// An end that was not told.
    case someAlertsResolved = "some alerts resolved"
    /// Unchanged for longer than the repeat interval.
    case repeatIntervalElapsed = "repeat interval elapsed"
}

/// One attempt to tell one integration: an effect that the shell carries out.
public struct Delivery: Sendable {
    /// The attempt chain. Retries keep it.
    public var id: DeliveryID
    /// The configuration it was made under; the shell picks its receiver by this.
    public var epoch: UInt32
    /// The log key.
    public var key: LogKey
    /// Index into `CoreConfiguration.receivers` of that epoch.
    public var receiver: Int
    /// Index into the receiver's `integrations`.
    public var integration: Int
    /// 1 for the first attempt.
    public var attempt: Int
    /// The group's labels.
    public var groupLabels: LabelSet
    /// The route's labels, not yet expanded.
    public var routeLabels: [RouteLabel]
    /// What to tell, in no particular order; resolved ones are already left out where `send_resolved` is off.
    public var alerts: [NotifiedAlert]
    /// Why.
    public var reason: NotificationReason
    /// The flush tick.
    public var flushTime: Timestamp
    /// Monotonic nanoseconds after which the attempt is of no use. The machine cancels it then.
    public var deadline: Int64
    /// What the integration kept after its last message.
    public var receiverData: [String: ReceiverValue]
    /// When it is told again at the earliest if nothing changes; nil when nothing fires.
    public var repeatsAt: Timestamp?
    /// The labels of the alerts that are not told because some of these inhibit them, at the time of the attempt; in no particular order. Empty
    /// unless `CoreConfiguration.tellsSuppressed` asks for it.
    public var suppressed: [LabelSet]

    /// An attempt with these parts.
    public init(
        id: DeliveryID, epoch: UInt32, key: LogKey, receiver: Int, integration: Int, attempt: Int, groupLabels: LabelSet,
        routeLabels: [RouteLabel], alerts: [NotifiedAlert], reason: NotificationReason, flushTime: Timestamp, deadline: Int64,
        receiverData: [String: ReceiverValue], repeatsAt: Timestamp? = nil, suppressed: [LabelSet] = []
    ) {
        self.id = id
        self.epoch = epoch
        self.key = key
        self.receiver = receiver
        self.integration = integration
        self.attempt = attempt
        self.groupLabels = groupLabels
        self.routeLabels = routeLabels
        self.alerts = alerts
        self.reason = reason
        self.flushTime = flushTime
        self.deadline = deadline
        self.receiverData = receiverData
        self.repeatsAt = repeatsAt
        self.suppressed = suppressed
    }
}

/// Classes of failure, Alertmanager's names (reference 5.4).
public enum FailureReason: String, Sendable, Hashable, CaseIterable {
    case authError, rateLimited, clientError, serverError, contextCanceled, contextDeadlineExceeded, other
}

/// How one attempt ended.
public enum DeliveryOutcome: Sendable {
    /// The receiver took it.
    case delivered(receiverData: [String: ReceiverValue]?)
    /// It may work later, not before `after` if that is given. A wait that does not fit into the flush ends the chain at its deadline.
    case retryable(FailureReason, message: String, after: TimeSpan? = nil)
    /// The receiver asks to come back, not before `after`, and only then. A wait that does not fit into the flush goes on to the next one of the log
    /// key, whose message takes this one's place (greylisting).
    case deferred(FailureReason, message: String, after: TimeSpan)
    /// It will not work.
    case failed(FailureReason, message: String)
    /// Cancelled by the machine or the shell before the receiver answered.
    case cancelled
}
