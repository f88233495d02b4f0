import Labels
import Time

// A flush: what the group looks like, what is muted, who is told (reference 4.3, 5.1).
extension AlertMachine {
    /// The shortest time that a flush is given.
    private static let leastFlushTime = TimeSpan.nanoseconds(10_000_000_000)

    /// Runs a flush, whose group's next tick is set already. `tick` is its own time, which lies in the past when another flush delayed it.
    mutating func flush(_ place: Int32, tick: Timestamp, at now: ClockReading, into effects: inout Effects) {
        noticeEnds(in: place, at: now, into: &effects)
        guard let index = groups[place]?.route, let nextTick = groups[place]?.nextTick else { return }
        let route = configuration.routes[Int(index)]
        let (snapshot, resolved) = snapshot(of: place, at: tick, into: &effects)
        flushCount += 1
        let receiver = configuration.receivers[route.receiver]
        groups[place]?.flush = RunningFlush(number: flushCount, unfinished: receiver.integrations.count, resolved: resolved)
        if snapshot.slots.isEmpty || hasNothingToTell(snapshot, route, receiver, at: tick, into: &effects) {
            finishFlush(place, at: now, into: &effects)
            return
        }
        let flush = Flush(
            number: flushCount, group: groups.id(of: place), snapshot: snapshot,
            alerts: snapshot.slots.compactMap { store[$0].notified(at: tick) },
            route: route, receiver: receiver, epoch: epoch, time: tick,
            // The next tick lies on its grid, however late this one ran: no flush keeps it waiting, but for the least time.
            deadline: max(nextTick, now.monotonic(after: Self.leastFlushTime)))
        for integration in receiver.integrations.indices { tell(flush, integration, at: now, into: &effects) }
    }

    /// Marks the members whose time ran out without the heap having noticed, after a small clock step.
    private mutating func noticeEnds(in place: Int32, at now: ClockReading, into effects: inout Effects) {
        for slot in groups[place]?.members ?? [] where store[slot].endReason == nil && store[slot].isEnded(at: now.wall) {
            end(slot, .expired, into: &effects)
        }
    }

    /// The members that nothing mutes, as they are at the tick, and all that are over. Records what time intervals mute the group.
    private mutating func snapshot(
        of place: Int32, at tick: Timestamp, into effects: inout Effects
    ) -> (snapshot: GroupSnapshot, resolved: [(slot: Int32, updatedAt: Timestamp)]) {
        guard let group = groups[place] else { return (GroupSnapshot(key: "", labels: LabelSet()), []) }
        var snapshot = GroupSnapshot(key: group.key, labels: group.labels)
        var resolved: [(slot: Int32, updatedAt: Timestamp)] = []
        var told: [Int32] = []
        var inhibited = 0
        for slot in group.members {
            if store[slot].isEnded(at: tick) { resolved.append((slot, store[slot].updatedAt)) }
            if isInhibited(slot, at: tick) { inhibited += 1 } else { told.append(slot) }
        }
        effects.noteSuppressed(.inhibition, inhibited)
        let muting = configuration.mutedBy(route: configuration.routes[Int(group.route)], at: tick)
        groups[place]?.mutedBy = muting?.names ?? []
        if let muting {
            effects.noteSuppressed(muting.reason, told.count)
            return (snapshot, resolved)
        }
        let count = told.count
        if !silenceStore.isIdle { told.removeAll { isSilenced($0, at: tick) } }
        effects.noteSuppressed(.silence, count - told.count)
        for slot in told {
            let fingerprint = store.fingerprint(of: slot)
            if store[slot].isEnded(at: tick) { snapshot.resolved.append(fingerprint) } else { snapshot.firing.append(fingerprint) }
            if group.owed.contains(slot) { snapshot.owed.insert(fingerprint) }
        }
        snapshot.slots = told
        snapshot.firing.sort()
        snapshot.resolved.sort()
        return (snapshot, resolved)
    }

    /// The common case, found out before the alerts are gathered: no integration has anything to be told. Its decisions are noted then.
    private func hasNothingToTell(
        _ snapshot: GroupSnapshot, _ route: Route, _ receiver: Receiver, at tick: Timestamp, into effects: inout Effects
    ) -> Bool {
        guard snapshot.owed.isEmpty else { return false }
        var notes: [Note] = []
        for integration in receiver.integrations {
            let key = LogKey(groupKey: snapshot.key, receiver: receiver.name, kind: integration.kind, index: integration.index)
            guard lanes[key] == nil else { return false }
            let dedup = Dedup(
                firing: snapshot.firing, resolved: snapshot.resolved, entry: log[key], sendsResolved: integration.sendResolved,
                repeatInterval: route.repeatInterval, now: tick)
            guard dedup.reason == nil else { return false }
            notes.append(.dedup(key, rule: dedup.rule, notify: false))
        }
        effects.notes += notes
        return true
    }

    private func isInhibited(_ slot: Int32, at tick: Timestamp) -> Bool {
        guard store[slot].targetRules != 0, let labels = store[slot].body?.labels else { return false }
        return inhibition.source(muting: labels, rules: lists[store[slot].targetRules], at: tick, in: store) != nil
    }

    private func isSilenced(_ slot: Int32, at tick: Timestamp) -> Bool {
        guard let labels = store[slot].body?.labels else { return false }
        return silenceStore.isMuting(LabelProbe(labels), at: tick)
    }

    /// One integration of a flush has finished.
    mutating func settle(_ flush: Flush, succeeded: Bool, at now: ClockReading, into effects: inout Effects) {
        guard let place = groups.place(of: flush.group), groups[place]?.flush?.number == flush.number else { return }
        groups[place]?.flush?.unfinished -= 1
        if !succeeded { groups[place]?.flush?.hasFailed = true }
        if groups[place]?.flush?.unfinished == 0 { finishFlush(place, at: now, into: &effects) }
    }

    /// Ends a flush: what it told as over leaves the group unless it was heard of since; then the tick that came meanwhile runs.
    private mutating func finishFlush(_ place: Int32, at now: ClockReading, into effects: inout Effects) {
        guard let flush = groups[place]?.flush else { return }
        groups[place]?.flush = nil
        if !flush.hasFailed {
            for (slot, updatedAt) in flush.resolved where store[slot].updatedAt == updatedAt && store[slot].endReason != nil {
                leave(slot, place, into: &effects)
            }
            if groups[place]?.members.isEmpty ?? true {
                groups.remove(place)
                return
            }
        }
        guard let tick = groups[place]?.rememberedTick else { return }
        groups[place]?.rememberedTick = nil
        scheduleNextTick(place, at: now)
        self.flush(place, tick: tick, at: now, into: &effects)
    }
}

extension AlertSlot {
    /// The alert as a flush shows it; an end that lies ahead is not shown, so that it cannot come true on the way (reference 4.3).
    fileprivate func notified(at tick: Timestamp) -> NotifiedAlert? {
        guard let body else { return nil }
        let isEnded = isEnded(at: tick)
        return NotifiedAlert(
            body: body, startsAt: startsAt, endsAt: isEnded ? endsAt : .goZero, endReason: isEnded ? endReason ?? .expired : nil)
    }
}

extension Effects {
    fileprivate mutating func noteSuppressed(_ reason: SuppressionReason, _ count: Int) {
        if count > 0 { notes.append(.suppressed(reason: reason, count: count)) }
    }
}
