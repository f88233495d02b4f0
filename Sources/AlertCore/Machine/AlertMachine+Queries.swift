public import Labels
import Time

// Looks at the state. Nothing here changes it.
extension AlertMachine {
    /// Fingerprints of the stored alerts, unsorted; ended ones included until the garbage collection. Costs nothing until the store changes.
    public var fingerprints: [Fingerprint] { store.fingerprints }

    /// What is known about an alert; nil when it is unknown or has ended.
    public func alertStatus(of fingerprint: Fingerprint, at now: ClockReading) -> AlertStatus? {
        guard let slot = store.slot(of: fingerprint), store[slot].isStored, !store[slot].isEnded(at: now.wall),
            let alert = store[slot].alert
        else { return nil }
        let labels = alert.body.labels
        let silencedBy = silenceStore.isIdle ? [] : silenceStore.muting(LabelProbe(labels), at: now.wall)
        var inhibitedBy: Fingerprint?
        if store[slot].targetRules != 0 {
            inhibitedBy = inhibition.source(muting: labels, rules: lists[store[slot].targetRules], at: now.wall, in: store)
        }
        return AlertStatus(
            alert: alert, silencedBy: silencedBy, inhibitedBy: inhibitedBy,
            receivers: lists[store[slot].routes].map { configuration.routes[Int($0)].receiver },
            isUnconfirmed: store[slot].flags.contains(.isUnconfirmed))
    }

    /// What would mute an alert with these labels at this moment.
    public func muteStatus(of labels: LabelSet, at now: ClockReading) -> (silencedBy: [String], inhibitedBy: Fingerprint?) {
        let probe = LabelProbe(labels)
        let inhibitedBy = inhibition.source(muting: labels, rules: inhibition.targetRules(for: probe), at: now.wall, in: store)
        return (silenceStore.muting(probe, at: now.wall), inhibitedBy)
    }

    /// The routes that an alert with these labels takes, as indices into the configuration.
    public func routesMatching(_ labels: LabelSet) -> [Int] { routing.routes(for: LabelProbe(labels)).map { Int($0) } }

    /// All aggregation groups, in no particular order.
    public var groupIDs: [GroupID] { groups.ids }

    /// One aggregation group; nil when it is gone.
    public func group(_ id: GroupID, at now: ClockReading) -> GroupStatus? {
        guard let place = groups.place(of: id), let group = groups[place] else { return nil }
        let alerts = group.members.compactMap { slot -> (fingerprint: Fingerprint, alert: Alert)? in
            guard !store[slot].isEnded(at: now.wall), let alert = store[slot].alert else { return nil }
            return (alert.body.labels.fingerprint, alert)
        }
        return GroupStatus(
            id: id, route: Int(group.route), receiver: configuration.routes[Int(group.route)].receiver, labels: group.labels,
            key: group.key,
            mutedBy: group.mutedBy, alerts: alerts, nextFlush: group.nextTick, isFlushing: group.flush != nil)
    }

    /// How much the machine holds.
    public func counts(at now: ClockReading) -> MachineCounts {
        var counts = MachineCounts()
        counts.firing = store.firingCount
        counts.ended = store.fingerprints.count - store.firingCount
        counts.unconfirmed = store.unconfirmedCount
        counts.slots = store.slotCount
        counts.groups = groups.count
        for silence in silenceStore.all {
            switch silence.state(at: now.wall) {
            case .active: counts.activeSilences += 1
            case .pending: counts.pendingSilences += 1
            case .expired: counts.expiredSilences += 1
            }
        }
        counts.logEntries = log.count
        for delivery in deliveries.values {
            switch delivery.phase {
            case .inFlight, .cancelled: counts.inFlight += 1
            case .waiting, .backingOff: counts.waiting += 1
            }
        }
        counts.deadlines = heap.count
        counts.inhibition = inhibition.count
        return counts
    }

    /// The notification log.
    public var logEntries: [LogEntry] { log.all }

    /// What was told last under a key.
    public func logEntry(for key: LogKey) -> LogEntry? { log[key] }
}
