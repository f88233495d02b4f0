import Labels
import Time

/// What one flush of a group tells, as its integrations share it. It outlives its group and its configuration.
final class Flush: Sendable {
    let number: UInt64
    let group: GroupID
    let groupKey: String
    let groupLabels: LabelSet
    let routeLabels: [RouteLabel]
    /// Index into the receivers of the configuration it was made under.
    let receiver: Int
    let receiverName: String
    let integrations: [Integration]
    let repeatInterval: TimeSpan
    /// When it is told again at the earliest if nothing changes.
    let repeatsAt: Timestamp
    let epoch: UInt32
    /// The tick.
    let time: Timestamp
    /// Monotonic nanoseconds at which it is given up.
    let deadline: Int64
    /// The alerts that nothing mutes.
    let alerts: [NotifiedAlert]
    /// The slot of each element of `alerts`.
    let slots: [Int32]
    /// Fingerprints of the firing ones, ascending.
    let firing: [Fingerprint]
    /// Fingerprints of the ended ones, ascending.
    let resolved: [Fingerprint]
    /// Those ended ones that are only there for integrations that were told that they fire.
    let owed: Set<Fingerprint>

    init(
        number: UInt64, group: GroupID, snapshot: GroupSnapshot, alerts: [NotifiedAlert], route: Route, receiver: Receiver, epoch: UInt32,
        time: Timestamp,
        deadline: Int64
    ) {
        self.number = number
        self.group = group
        groupKey = snapshot.key
        groupLabels = snapshot.labels
        routeLabels = route.labels
        self.receiver = route.receiver
        receiverName = receiver.name
        integrations = receiver.integrations
        repeatInterval = route.repeatInterval
        repeatsAt = route.repeats(after: time)
        self.epoch = epoch
        self.time = time
        self.deadline = deadline
        self.alerts = alerts
        slots = snapshot.slots
        firing = snapshot.firing
        resolved = snapshot.resolved
        owed = snapshot.owed
    }

    /// The log key of an integration.
    func key(_ integration: Int) -> LogKey {
        LogKey(groupKey: groupKey, receiver: receiverName, kind: integrations[integration].kind, index: integrations[integration].index)
    }

    /// The ended alerts that concern an integration: an owed one only if it was told about it.
    func resolved(for entry: LogEntry?) -> [Fingerprint] {
        owed.isEmpty ? resolved : resolved.filter { isOwed($0, to: entry) }
    }

    /// The alerts to show to an integration.
    func alerts(for entry: LogEntry?, sendsResolved: Bool) -> [NotifiedAlert] {
        if sendsResolved, owed.isEmpty { return alerts }
        return alerts.filter { !$0.isResolved || (sendsResolved && isOwed($0.body.labels.fingerprint, to: entry)) }
    }

    private func isOwed(_ fingerprint: Fingerprint, to entry: LogEntry?) -> Bool {
        !owed.contains(fingerprint) || entry?.toldFiring(fingerprint) == true
    }
}

/// A group as one flush sees it.
struct GroupSnapshot {
    var key: String
    var labels: LabelSet
    /// The members that nothing mutes.
    var slots: [Int32] = []
    /// Fingerprints of those that fire, ascending.
    var firing: [Fingerprint] = []
    /// Fingerprints of those that are over, ascending.
    var resolved: [Fingerprint] = []
    /// Those that are over and only here for integrations that were told that they fire.
    var owed: Set<Fingerprint> = []
}
