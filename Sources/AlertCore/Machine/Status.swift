public import Labels
import Time

/// What is known about one alert that fires (reference 3.5): exactly what a flush at the same moment would decide.
public struct AlertStatus: Sendable {
    /// The alert.
    public var alert: Alert
    /// Ids of all active silences that match, in the order they were made.
    public var silencedBy: [String]
    /// The firing source of the first inhibition rule that mutes it.
    public var inhibitedBy: Fingerprint?
    /// Receivers of the routes it takes, as indices into the configuration, in route order, duplicates kept.
    public var receivers: [Int]
    /// Whether it still fires only because a restart or a clock step kept its sender from being heard (DESIGN 4).
    public var isUnconfirmed: Bool

    /// A status with these parts.
    public init(alert: Alert, silencedBy: [String], inhibitedBy: Fingerprint?, receivers: [Int], isUnconfirmed: Bool) {
        self.alert = alert
        self.silencedBy = silencedBy
        self.inhibitedBy = inhibitedBy
        self.receivers = receivers
        self.isUnconfirmed = isUnconfirmed
    }
}

/// Identifies an aggregation group of this process; never used twice.
public struct GroupID: Hashable, Sendable {
    let index: Int32
    let generation: UInt32
}

/// One aggregation group (reference 3.7).
public struct GroupStatus: Sendable {
    /// The group.
    public var id: GroupID
    /// Its route, as an index into the configuration.
    public var route: Int
    /// Its receiver, as an index into the configuration.
    public var receiver: Int
    /// The labels its alerts share.
    public var labels: LabelSet
    /// The group key (reference 4.2).
    public var key: String
    /// Names of the time intervals that muted it at its last flush.
    public var mutedBy: [String]
    /// Its alerts that have not ended, in no particular order.
    public var alerts: [(fingerprint: Fingerprint, alert: Alert)]
    /// Monotonic nanoseconds of its next tick.
    public var nextFlush: Int64
    /// Whether a flush is under way.
    public var isFlushing: Bool
}

/// How much the machine holds.
public struct MachineCounts: Sendable, Hashable {
    /// Alerts in the store that fire.
    public var firing = 0
    /// Alerts in the store that have ended and wait for the garbage collection.
    public var ended = 0
    /// Alerts that fire although their sender was not heard since a restart or clock step.
    public var unconfirmed = 0
    /// Slots in use, those included that only a group still holds.
    public var slots = 0
    /// Aggregation groups.
    public var groups = 0
    /// Silences that mute.
    public var activeSilences = 0
    /// Silences to come.
    public var pendingSilences = 0
    /// Silences that are over.
    public var expiredSilences = 0
    /// Notification-log entries.
    public var logEntries = 0
    /// Attempts that the shell is carrying out.
    public var inFlight = 0
    /// Attempt chains that wait: for another chain of their log key, or for their next attempt.
    public var waiting = 0
    /// Alerts in the inhibition index, each counted for every rule whose source it is, and whose target where targets are kept.
    public var inhibition = 0
    /// Deadlines in the heap, outdated ones included.
    public var deadlines = 0

    /// Nothing.
    public init() {}
}
