import Labels
import Time

// How an alert begins, ends and leaves.
extension AlertMachine {
    /// How long sources and silences stay in their indexes after their end, for ticks that were remembered from before it. No such tick is
    /// older: it waits for a flush of at most 10 s.
    static let endMemory = TimeSpan.nanoseconds(30_000_000_000)

    /// Works out what an alert's labels mean: its routes, and the inhibition rules on whose sides it is. Called once for each alert and configuration.
    mutating func classify(_ slot: Int32) {
        guard let labels = store[slot].body?.labels else { return }
        let probe = LabelProbe(labels)
        store[slot].routes = lists.intern(routing.routes(for: probe))
        store[slot].sourceRules = lists.intern(inhibition.sourceRules(for: probe))
        store[slot].targetRules = lists.intern(inhibition.targetRules(for: probe))
        inhibition.insertTarget(slot, labels, rules: lists[store[slot].targetRules])
    }

    /// An alert begins to fire, or fires again.
    mutating func fire(_ slot: Int32, at now: ClockReading, into effects: inout Effects) {
        guard let body = store[slot].body else { return }
        store.noteFiring(slot)
        becomeSource(slot)
        countName(of: slot)
        scheduleEnd(slot, at: now)
        effects.notes.append(.alertFiring(body))
    }

    /// An alert ended.
    mutating func end(_ slot: Int32, _ reason: EndReason, into effects: inout Effects) {
        guard let body = store[slot].body else { return }
        store.noteEnd(slot, reason)
        if store[slot].flags.contains(.isSource) { endedSources.append(slot) }
        effects.notes.append(.alertEnded(body, reason))
    }

    /// Counts an alert against the limit per alertname, if there is one.
    mutating func countName(of slot: Int32) {
        guard !alertnameLimit.isUnlimited, let labels = store[slot].body?.labels else { return }
        alertnameLimit.insert(slot, AlertnameLimit.name(of: labels))
    }

    /// Puts an alert into the inhibition index.
    mutating func becomeSource(_ slot: Int32) {
        guard store[slot].sourceRules != 0, !store[slot].flags.contains(.isSource), let labels = store[slot].body?.labels else { return }
        store[slot].flags.insert(.isSource)
        inhibition.insert(slot, labels, rules: lists[store[slot].sourceRules])
    }

    /// Keeps an alert that is over in the inhibition index for as long as a tick may be judged by a time before its end.
    mutating func rememberSource(_ slot: Int32) {
        becomeSource(slot)
        if store[slot].flags.contains(.isSource) { endedSources.append(slot) }
    }

    private mutating func stopBeingSource(_ slot: Int32) {
        guard store[slot].flags.contains(.isSource), let labels = store[slot].body?.labels else { return }
        store[slot].flags.remove(.isSource)
        inhibition.remove(slot, labels, rules: lists[store[slot].sourceRules])
    }

    /// Puts an alert's end time into the heap. Entries for earlier times are found outdated.
    mutating func scheduleEnd(_ slot: Int32, at now: ClockReading) {
        store[slot].generation = (store[slot].generation &+ 1) & Deadline.generationMask
        insertEnd(slot, at: now)
    }

    private mutating func insertEnd(_ slot: Int32, at now: ClockReading) {
        heap.insert(
            Deadline(
                monotonic: now.monotonic(of: store[slot].endsAt), kind: .alertEnd, id: UInt32(bitPattern: slot),
                generation: store[slot].generation))
    }

    /// An alert's end time as the heap knew it has come: it ended, unless a lease moved the end.
    mutating func alertMayHaveEnded(_ deadline: Deadline, at now: ClockReading, into effects: inout Effects) {
        let slot = Int32(bitPattern: deadline.id)
        guard store[slot].generation == deadline.generation, store[slot].body != nil, store[slot].endReason == nil else { return }
        if store[slot].isEnded(at: now.wall) {
            end(slot, .expired, into: &effects)
        } else {
            insertEnd(slot, at: now)
        }
    }

    /// Journals the end times that moved, and that the machine is alive (DESIGN 4).
    mutating func recordLeases(at now: ClockReading, into effects: inout Effects) {
        clock.synchronize(now)
        journal(.leases(store.takeLeases(), heartbeat: now.wall), into: &effects)
        let queue = endedSources
        endedSources = []
        for slot in queue where store[slot].flags.contains(.isSource) && store[slot].endReason != nil {
            if store[slot].endsAt + Self.endMemory <= now.wall { stopBeingSource(slot) } else { endedSources.append(slot) }
        }
        forgetPastRests(at: now)
        compactHeap()
    }

    /// Ended alerts leave the store; groups that have not told them yet keep them.
    mutating func collectEndedAlerts(at now: ClockReading, into effects: inout Effects) {
        for slot in store.takeEnded() where store[slot].isStored && store[slot].endReason != nil {
            if !alertnameLimit.isUnlimited, let labels = store[slot].body?.labels {
                alertnameLimit.remove(slot, AlertnameLimit.name(of: labels))
            }
            store.unstore(slot)
            releaseIfUnheld(slot, into: &effects)
        }
    }

    /// Frees a slot and its row when neither the store nor a group holds the alert (DESIGN 2, rule 10).
    mutating func releaseIfUnheld(_ slot: Int32, into effects: inout Effects) {
        guard let labels = store[slot].body?.labels, !store[slot].isStored, !store[slot].isHeld else { return }
        stopBeingSource(slot)
        inhibition.removeTarget(slot, labels, rules: lists[store[slot].targetRules])
        store.release(slot)
        journal(.alertRemoved(slot: slot), into: &effects)
    }

    /// Silences and log entries past their retention leave.
    mutating func collectSilencesAndLog(at now: ClockReading, into effects: inout Effects) {
        let silences = silenceStore.collectGarbage(at: now.wall, retention: options.retention)
        for id in silences { journal(.silenceRemoved(id: id), into: &effects) }
        let keys = log.collectGarbage(at: now.wall)
        for key in keys { journal(.logEntryRemoved(key), into: &effects) }
        effects.notes.append(.maintained(silences: silences.count, logEntries: keys.count))
    }

    /// Throws outdated entries out of the heap when they are the most of it: ends far in the future would lie there until then.
    private mutating func compactHeap() {
        guard heap.count > 2 * (store.firingCount + groups.count + 2 * deliveries.count + silenceStore.count) + 64 else { return }
        var compacted = DeadlineHeap()
        swap(&compacted, &heap)
        compacted.retain { deadline in
            switch deadline.kind {
            case .alertEnd:
                let slot = store[Int32(bitPattern: deadline.id)]
                return slot.generation == deadline.generation && slot.body != nil && slot.endReason == nil
            case .silenceEnd: return silenceStore.silence(at: Int32(bitPattern: deadline.id), generation: deadline.generation) != nil
            case .groupTick: return groupPlace(of: deadline) != nil
            case .deliveryDeadline, .deliveryRetry: return deliveries[deadline.id] != nil
            case .lease, .alertsGC, .maintenance: return true
            }
        }
        heap = compacted
    }
}
