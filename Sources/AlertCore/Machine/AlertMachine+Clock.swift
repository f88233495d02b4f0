import Labels
import Time

// No suspend, no clock step and no standstill resolves anything by itself, and none brings back what is over (DESIGN 4).
extension AlertMachine {
    /// Compares the clocks and heals what a step of the wall clock would break.
    mutating func noteTime(_ now: ClockReading, into effects: inout Effects) {
        guard let finding = clock.note(now, tolerance: options.clockTolerance, standstill: options.standstill) else { return }
        if let jump = finding.jump { effects.notes.append(.clockJump(jump)) }
        if let standstill = finding.standstill { effects.notes.append(.standstill(standstill)) }
        if let expected = finding.expected {
            if expected > now.wall {
                endOverdueAlerts(at: expected, into: &effects)
                clampTimes(to: now, expected: expected, into: &effects)
                // A heartbeat from before the step would pass for one after the ends of alerts that are heard of from now on.
                recordLeases(at: now, into: &effects)
            } else {
                holdAlerts(firingAt: expected, at: now, into: &effects)
            }
        }
        // Forward steps make end times come sooner than the heap believes. (Entries that come up too early are put back by themselves.)
        if let jump = finding.jump, jump > .zero { rescheduleEnds(at: now) }
    }

    /// Gives every alert that fired before a gap, and whose time ran out in it or runs out soon after, one more lease: its sender could not be
    /// heard. At most `startGrace`.
    mutating func holdAlerts(firingAt before: Timestamp, at now: ClockReading, into effects: inout Effects) {
        var count = 0
        for index in store.slots.indices {
            let slot = Int32(index)
            guard store[slot].body != nil, store[slot].endReason == nil, store[slot].endsAt > before else { continue }
            if hold(slot, at: now) { count += 1 }
        }
        if count > 0 { effects.notes.append(.unconfirmed(count: count)) }
    }

    /// Moves the end time of a firing alert to one more lease from now, unless it is later anyway.
    mutating func hold(_ slot: Int32, at now: ClockReading) -> Bool {
        let lease = max(.zero, store[slot].endsAt - store[slot].updatedAt)
        let end = now.wall + min(lease, options.startGrace)
        guard store[slot].endsAt < end || store[slot].endsAt <= now.wall else { return false }
        store[slot].endsAt = end
        store.noteDirty(slot)
        store.noteUnconfirmed(slot)
        return true
    }

    /// After the wall clock was set back: times that lie ahead of it move back to it, so that what is over stays over, what mutes goes on
    /// muting, and what was told counts as told now. `expected` is where the clock was.
    mutating func clampTimes(to now: ClockReading, expected: Timestamp, into effects: inout Effects) {
        for entry in log.clamp(to: now.wall) { journal(.logEntry(entry), into: &effects) }
        silencesWereClamped = true
        for silence in silenceStore.all {
            let clamped = silence.clamped(to: now.wall, expected: max(expected, silence.updatedAt))
            guard clamped != silence else { continue }
            journal(.silence(clamped), into: &effects)
            put(clamped, at: now)
        }
        for index in store.slots.indices where store.slots[index].body != nil {
            let slot = Int32(index)
            store[slot].updatedAt = min(store[slot].updatedAt, now.wall)
            guard store[slot].endReason != nil, store[slot].endsAt > now.wall else { continue }
            store[slot].endsAt = now.wall
            store[slot].startsAt = min(store[slot].startsAt, now.wall)
            journalAlert(slot, into: &effects)
        }
        groups.clampRememberedTicks(to: now.wall)
    }

    /// Ends the alerts whose time ran out before the step, and that the heap has not come to.
    private mutating func endOverdueAlerts(at time: Timestamp, into effects: inout Effects) {
        for index in store.slots.indices where store.slots[index].body != nil {
            guard store.slots[index].endReason == nil, store.slots[index].isEnded(at: time) else { continue }
            end(Int32(index), .expired, into: &effects)
        }
    }

    /// Puts the ends of all alerts and silences into the heap anew.
    private mutating func rescheduleEnds(at now: ClockReading) {
        heap.retain { $0.kind != .alertEnd && $0.kind != .silenceEnd }
        for index in store.slots.indices where store.slots[index].body != nil && store.slots[index].endReason == nil {
            scheduleEnd(Int32(index), at: now)
        }
        for silence in silenceStore.all where silence.endsAt >= now.wall { put(silence, at: now) }
    }
}

extension Silence {
    /// The silence with times that were past before the clock was set back, and lie ahead now, moved to now.
    func clamped(to now: Timestamp, expected: Timestamp) -> Silence {
        var copy = self
        if startsAt > now, startsAt <= expected { copy.startsAt = now }
        if endsAt > now, endsAt <= expected { copy.endsAt = now }
        copy.updatedAt = min(updatedAt, now)
        return copy
    }
}
