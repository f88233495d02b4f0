import Labels
import Time

// A restart is a reload of a stopped machine: no timer is journalled, groups are built again from the stored alerts (DESIGN 2, rule 9).
extension AlertMachine {
    /// How long attempts on the wire may go on after a reload.
    private static let reloadGrace = TimeSpan.nanoseconds(5_000_000_000)

    /// Takes over what the journal held: before any other event, once, also when it held nothing.
    public mutating func restore(_ state: RestoredState, at now: ClockReading, into effects: inout Effects) {
        for silence in state.silences { put(silence, at: now) }
        for entry in state.log { log.record(entry) }
        restoreAlerts(state, at: now, into: &effects)
        // The clock may have been set back meanwhile, or have been ahead: what was journalled as past says so, each row for itself. (A row may
        // keep the time of its last message from before an earlier step, so one row's times say nothing about another's.)
        clampTimes(to: now, expected: max(state.heartbeat ?? now.wall, now.wall), into: &effects)
        recordLeases(at: now, into: &effects)
        rebuild(at: now, into: &effects)
        runDue(at: now, into: &effects)
    }

    /// Changes the configuration: attempts not on the wire are dropped, the rest get at most 5 s, groups are rebuilt from the store
    /// (DESIGN 2, rule 9).
    public mutating func reload(_ configuration: CoreConfiguration, at now: ClockReading, into effects: inout Effects) {
        advance(to: now, into: &effects)
        self.configuration = configuration
        epoch += 1
        abandonDeliveries(grace: Self.reloadGrace, at: now, into: &effects)
        rebuild(at: now, into: &effects)
        runDue(at: now, into: &effects)
    }

    /// Puts alerts back into their slots. One that is recorded as ended, or whose time ran out while we were known to run, has ended; any
    /// other fires, if only until its sender has had a chance to say so again (DESIGN 4).
    private mutating func restoreAlerts(_ state: RestoredState, at now: ClockReading, into effects: inout Effects) {
        var unconfirmed = 0
        for (slot, alert) in state.alerts {
            guard slot >= 0, store.slot(of: alert.body.labels) == nil else {
                journal(.alertRemoved(slot: slot), into: &effects)
                continue
            }
            store.restore(alert, in: slot)
            countName(of: slot)
            if let reason = alert.endReason {
                store[slot].endReason = reason
                store[slot].flags.insert(.endIsJournalled)
                store.noteEndedAlready(slot)
            } else if let heartbeat = state.heartbeat, alert.endsAt <= heartbeat {
                store[slot].endReason = .expired
                store.noteEndedAlready(slot)
            } else {
                store.noteFiring(slot)
                if hold(slot, at: now) { unconfirmed += 1 }
                scheduleEnd(slot, at: now)
            }
        }
        store.collectFreeSlots()
        if unconfirmed > 0 { effects.notes.append(.unconfirmed(count: unconfirmed)) }
    }

    /// Compiles the configuration and builds groups and inhibition anew from the alerts. What is over joins only where its end is still owed:
    /// where the log says that it was told as firing.
    private mutating func rebuild(at now: ClockReading, into effects: inout Effects) {
        routing = RoutingTree(configuration.routes)
        inhibition = InhibitionIndex(configuration.inhibitRules, keepsTargets: configuration.tellsSuppressed)
        lists = IndexLists()
        groups.removeAll()
        endedSources = []
        for index in store.slots.indices where store.slots[index].body != nil {
            let slot = Int32(index)
            // A small clock step can bring an end about before the heap knows.
            if store[slot].endReason == nil, store[slot].isEnded(at: now.wall) { end(slot, .expired, into: &effects) }
            store[slot].removeMemberships()
            store[slot].flags.remove(.isSource)
            classify(slot)
            if store[slot].endReason == nil { becomeSource(slot) }
        }
        let told = log.toldFiring
        for index in store.slots.indices {
            let slot = Int32(index)
            guard let labels = store[slot].body?.labels else { continue }
            if store[slot].endReason == nil {
                join(slot, onlyWhereOwed: false, at: now)
            } else if told.contains(labels.fingerprint) {
                join(slot, onlyWhereOwed: true, at: now)
            }
            releaseIfUnheld(slot, into: &effects)
        }
    }
}
