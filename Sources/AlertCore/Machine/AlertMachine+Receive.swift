import Labels
import Time

// Alerts come in: merge, journal, route (reference 3.6, DESIGN 4).
extension AlertMachine {
    /// Takes in alerts that `Alert.normalize` prepared, and routes them.
    ///
    /// Returns the sequence to wait for before the sender may be answered (DESIGN 2, rule 2): the highest row of any touched alert, also one
    /// that another request journalled; 0 if there is none.
    public mutating func receive(_ alerts: [Alert], at now: ClockReading, into effects: inout Effects) -> UInt64 {
        advance(to: now, into: &effects)
        var highest: UInt64 = 0
        for index in alerts.indices {
            guard let slot = store.refresh(alerts[index], at: now.wall) ?? accept(alerts[index], at: now, into: &effects) else { continue }
            highest = max(highest, store[slot].sequence)
        }
        // Groups that must not wait flush after the whole batch has joined them.
        runDue(at: now, into: &effects)
        return highest
    }

    /// Takes in an alert that is new or says something new. Nil when a limit drops it.
    private mutating func accept(_ alert: Alert, at now: ClockReading, into effects: inout Effects) -> Int32? {
        guard let slot = store.slot(of: alert.body.labels) else { return add(alert, at: now, into: &effects) }
        if store.noteSender(slot, alert, at: now.wall) { effects.notes.append(.sendersDisagree(alert.body)) }
        if store[slot].isStored {
            update(slot, alert, at: now, into: &effects)
        } else {
            revive(slot, alert, at: now, into: &effects)
        }
        return slot
    }

    private mutating func add(_ alert: Alert, at now: ClockReading, into effects: inout Effects) -> Int32? {
        guard reserveName(of: alert, at: now, into: &effects) else { return nil }
        var alert = alert
        let isEnded = alert.isResolved(at: now.wall)
        alert.endReason = isEnded ? .resolved : nil
        let slot = store.add(alert)
        classify(slot)
        begin(slot, isEnded: isEnded, at: now, into: &effects)
        return slot
    }

    /// An alert that only groups hold, because it ended and was collected, is heard of again: a new alert in its old slot.
    private mutating func revive(_ slot: Int32, _ alert: Alert, at now: ClockReading, into effects: inout Effects) {
        guard reserveName(of: alert, at: now, into: &effects) else { return }
        var alert = alert
        let isEnded = alert.isResolved(at: now.wall)
        alert.endReason = isEnded ? .resolved : nil
        store[slot].set(alert)
        store.store(slot)
        begin(slot, isEnded: isEnded, at: now, into: &effects)
    }

    /// Whether the limit per alertname lets a new alert in.
    private mutating func reserveName(of alert: Alert, at now: ClockReading, into effects: inout Effects) -> Bool {
        guard !alertnameLimit.isUnlimited else { return true }
        let name = AlertnameLimit.name(of: alert.body.labels)
        if alertnameLimit.makeRoom(for: name, at: now.wall, in: store) { return true }
        effects.notes.append(.limited(alertname: name))
        return false
    }

    /// Starts the life of an alert that the store did not hold. One that is over already joins its groups all the same, as in Alertmanager.
    private mutating func begin(_ slot: Int32, isEnded: Bool, at now: ClockReading, into effects: inout Effects) {
        if isEnded {
            store.noteEndedAlready(slot)
            rememberSource(slot)
            countName(of: slot)
        } else {
            fire(slot, at: now, into: &effects)
        }
        journalAlert(slot, into: &effects)
        join(slot, onlyWhereOwed: false, at: now)
    }

    /// Merges a message into a stored alert.
    private mutating func update(_ slot: Int32, _ new: Alert, at now: ClockReading, into effects: inout Effects) {
        if store[slot].endReason == nil, store[slot].isEnded(at: now.wall) { end(slot, .expired, into: &effects) }
        guard let old = store[slot].alert else { return }
        var known = AlertMerge.Times(old)
        // The end time of an unconfirmed alert is ours, not a sender's: any word from the sender is better.
        if store[slot].flags.contains(.isUnconfirmed) { known.isTimeout = true }
        let (times, usesNewBody) = AlertMerge.merge(known, AlertMerge.Times(new), at: now.wall)
        let keepsBody = !usesNewBody || AlertStore.sameText(old.body, new.body)
        let wasEnded = old.endReason != nil
        let isEnded = times.endsAt <= now.wall
        // The sender said so, if its message came after the end that it names; otherwise the time just ran out.
        let reason: EndReason? = isEnded ? (new.isResolved(at: now.wall) ? .resolved : old.endReason ?? .expired) : nil
        let isChanged =
            !keepsBody || times.startsAt != old.startsAt || times.isTimeout != old.isTimeout || reason != old.endReason
            || times.endsAt < old.endsAt || (isEnded && times.endsAt != old.endsAt)

        store[slot].set(
            Alert(
                body: keepsBody ? old.body : new.body, startsAt: times.startsAt, endsAt: times.endsAt, updatedAt: times.updatedAt,
                isTimeout: times.isTimeout, endReason: wasEnded ? reason : nil))
        if let reason, !wasEnded { end(slot, reason, into: &effects) }
        if isEnded, times.endsAt != old.endsAt { rememberSource(slot) }
        if !isEnded {
            store.noteConfirmed(slot)
            if wasEnded {
                fire(slot, at: now, into: &effects)
            } else if times.endsAt < old.endsAt {
                scheduleEnd(slot, at: now)
            }
        }
        if isChanged {
            journalAlert(slot, into: &effects)
        } else if times.endsAt != old.endsAt {
            store.noteDirty(slot)
        }
        // An end that is repeated is only news where it was never told.
        if !store[slot].flags.contains(.isGrouped) { join(slot, onlyWhereOwed: wasEnded && isEnded, at: now) }
    }
}

extension AlertMerge.Times {
    fileprivate init(_ alert: Alert) {
        self.init(startsAt: alert.startsAt, endsAt: alert.endsAt, updatedAt: alert.updatedAt, isTimeout: alert.isTimeout)
    }
}
