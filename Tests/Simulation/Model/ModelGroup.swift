import AlertCore

/// An aggregation group of the model.
final class ModelGroup {
    /// What tells groups apart: the route node and the group labels (reference 4.2).
    struct Identity: Hashable {
        let route: Int
        let code: UInt64
    }

    let identity: Identity
    /// The group key's text.
    let key: String
    /// The numbers of its log keys, one an integration.
    let logKeys: [Int]
    /// Its alerts.
    var members: SubjectSet = 0
    /// Members that were over before they joined: they concern only integrations that were told that they fire.
    var owed: SubjectSet = 0
    /// When it ticks next, monotonic; nil while a tick is remembered.
    var nextTick: Nanos?
    /// The last point of the grid that came, monotonic.
    var lastTick: Nanos = 0
    /// One tick of the grid, monotonic.
    var grid: Nanos = 0
    /// First ticks that the specification allows, when it allows several.
    var allowedFirstTicks: [Nanos] = []
    /// The wall time of a tick that fell into a flush.
    var remembered: Nanos?
    /// The flush under way.
    var flush: ModelFlush?
    /// What `mutedBy` may say.
    var mutedBy: [[String]] = [[]]
    /// Members that its last flush found muted.
    var mutedMembers: SubjectSet = 0

    init(identity: Identity, key: String, logKeys: [Int]) {
        self.identity = identity
        self.key = key
        self.logKeys = logKeys
    }
}

/// One alert as a flush saw it.
struct ModelTold {
    let subject: Int
    let alert: ModelAlert
    /// Why it is over; nil while it fires.
    let reason: EndReason?
}

/// One flush of a group.
final class ModelFlush {
    let group: ModelGroup
    /// The tick's wall time.
    let time: Nanos
    /// Monotonic.
    let deadline: Nanos
    let snapshot: [ModelTold]
    /// The group's `owed` when the flush began.
    let owed: SubjectSet
    /// Chains that are not over.
    var open: [ModelChain] = []
    var hasFailed = false
    /// Chains are still being started.
    var isStarting = true
    var isOver = false

    init(group: ModelGroup, time: Nanos, deadline: Nanos, snapshot: [ModelTold]) {
        self.group = group
        self.time = time
        self.deadline = deadline
        self.snapshot = snapshot
        owed = group.owed
    }
}

/// One flush through one integration: a dedup decision and what follows from it.
final class ModelChain {
    /// Where it stands.
    enum State {
        case queued, attempting, waiting, over
    }

    /// The flush it belongs to; nil once that gave up or was dropped by a reload.
    var flush: ModelFlush?
    let key: Int
    let receiver: Int
    let integration: Int
    let sendResolved: Bool
    let repeatInterval: Nanos
    let groupCode: UInt64
    let time: Nanos
    let epoch: UInt32
    let firing: SubjectSet
    private(set) var resolved: SubjectSet
    private(set) var alerts: [ModelTold]
    /// After this the attempt is cancelled, monotonic.
    var deadline: Nanos
    var state = State.queued
    /// When it came into its lane's queue, monotonic.
    var enqueuedAt: Nanos = 0
    var id: DeliveryID?
    var attempt = 0
    var reason = NotificationReason.firstNotification
    var receiverData: [String: ReceiverValue] = [:]
    /// When the next attempt is due, monotonic.
    var retryAt: Nanos = 0
    var isCancelled = false
    /// Its flush is over, or a reload took its group away, and it goes on alone until its deadline.
    var isOrphan = false
    /// The last failure.
    var failure: FailureReason?

    init(
        flush: ModelFlush, key: Int, receiver: Int, integration: Int, sendResolved: Bool, repeatInterval: Nanos, epoch: UInt32,
        firing: SubjectSet, resolved: SubjectSet, alerts: [ModelTold]
    ) {
        self.flush = flush
        self.key = key
        self.receiver = receiver
        self.integration = integration
        self.sendResolved = sendResolved
        self.repeatInterval = repeatInterval
        self.epoch = epoch
        self.firing = firing
        self.resolved = resolved
        self.alerts = alerts
        groupCode = flush.group.identity.code
        time = flush.time
        deadline = flush.deadline
    }
}

extension ModelChain {
    /// Whether it waits for a moment that its receiver set before it began.
    var isResting: Bool { state == .waiting && attempt == 0 }

    /// Leaves out ends that are only owed to others.
    func settle(owed: SubjectSet, _ entry: ModelEntry?) {
        let foreign = owed & resolved & ~(entry?.firing ?? 0)
        if foreign == 0 { return }
        resolved &= ~foreign
        alerts.removeAll { foreign.has($0.subject) }
    }
}

/// Who may deliver under one log key.
struct ModelLane {
    var current: ModelChain?
    var queue: [ModelChain] = []
}

/// A notification-log entry of the model.
struct ModelEntry: Equatable {
    var firing: SubjectSet
    var resolved: SubjectSet
    var timestamp: Nanos
    var expiresAt: Nanos
    var receiverData: [String: ReceiverValue]
}

/// Dedup by the words of reference 5.3.
func naiveDedup(
    _ entry: ModelEntry?, firing: SubjectSet, resolved: SubjectSet, sendResolved: Bool, repeatInterval: Nanos, now: Nanos
) -> (row: Int, reason: NotificationReason?) {
    guard let entry else { return (1, firing != 0 ? .firstNotification : nil) }
    if firing & ~entry.firing != 0 { return (2, entry.firing == 0 ? .firstNotification : .newAlertsAdded) }
    if firing == 0 { return (3, entry.firing != 0 ? .allAlertsResolved : nil) }
    if sendResolved && resolved & ~entry.resolved != 0 { return (4, .someAlertsResolved) }
    if entry.timestamp < now - repeatInterval { return (5, .repeatIntervalElapsed) }
    return (6, nil)
}
