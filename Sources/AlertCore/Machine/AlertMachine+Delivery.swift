import Labels
import Time

// Dedup, attempts, outcomes (reference 5.3–5.5; DESIGN 2, rules 5–8).
extension AlertMachine {
    /// One integration's part of a flush: at once if no other chain works on its log key, in turn otherwise.
    mutating func tell(_ flush: Flush, _ integration: Int, at now: ClockReading, into effects: inout Effects) {
        deliveryCount += 1
        let id = DeliveryID(number: deliveryCount)
        let key = flush.key(integration)
        var pending = PendingDelivery(id: id, flush: flush, integration: integration, key: key, phase: .waiting, deadline: flush.deadline)
        dropStaleRest(key)
        if lanes[key] != nil {
            lanes[key]?.waiting.append(id.short)
            keep(pending)
        } else if decide(&pending, at: now, into: &effects) {
            lanes[key] = Lane(current: id.short)
            keep(pending)
        } else {
            settle(flush, succeeded: true, at: now, into: &effects)
        }
    }

    /// Stores a chain that was not stored before.
    private mutating func keep(_ pending: PendingDelivery) {
        deliveries[pending.id.short] = pending
        scheduleTimeout(pending, at: pending.flush.deadline)
    }

    mutating func scheduleTimeout(_ pending: PendingDelivery, at monotonic: Int64) {
        heap.insert(
            Deadline(monotonic: monotonic, kind: .deliveryDeadline, id: pending.id.short, generation: pending.generation))
    }

    /// Asks the log whether there is something to tell, and if so begins the first attempt. False when the chain is done already.
    private mutating func decide(_ pending: inout PendingDelivery, at now: ClockReading, into effects: inout Effects) -> Bool {
        let flush = pending.flush
        let entry = log[pending.key]
        let resolved = flush.resolved(for: entry)
        // All that is left of the flush is owed to other integrations. Dedup would take that for the end of everything that is muted.
        if !flush.owed.isEmpty, flush.firing.isEmpty, resolved.isEmpty { return false }
        let sendsResolved = flush.integrations[pending.integration].sendResolved
        let dedup = Dedup(
            firing: flush.firing, resolved: resolved, entry: entry, sendsResolved: sendsResolved, repeatInterval: flush.repeatInterval,
            now: flush.time)
        effects.notes.append(.dedup(pending.key, rule: dedup.rule, notify: dedup.reason != nil))
        guard let reason = dedup.reason else { return false }
        pending.content = PendingDelivery.Content(
            firing: flush.firing, resolved: resolved, alerts: flush.alerts(for: entry, sendsResolved: sendsResolved), reason: reason,
            receiverData: reason == .firstNotification ? [:] : entry?.receiverData ?? [:])
        guard pending.content?.alerts.isEmpty == false else {
            // Only ends, and they are not sent: the log is brought up to date all the same, so that the next firing is told.
            record(pending, receiverData: nil, at: now, into: &effects)
            return false
        }
        if let moment = notBefore[pending.key], moment > now.monotonic {
            rest(&pending, until: moment)
        } else {
            attempt(&pending, at: now, into: &effects)
        }
        return true
    }

    private func attempt(_ pending: inout PendingDelivery, at now: ClockReading, into effects: inout Effects) {
        guard let content = pending.content else { return }
        pending.phase = .inFlight
        pending.attempt += 1
        let flush = pending.flush
        effects.deliveries.append(
            Delivery(
                id: pending.id, epoch: flush.epoch, key: pending.key, receiver: flush.receiver, integration: pending.integration,
                attempt: pending.attempt, groupLabels: flush.groupLabels, routeLabels: flush.routeLabels, alerts: content.alerts,
                reason: content.reason, flushTime: flush.time, deadline: pending.deadline, receiverData: content.receiverData,
                repeatsAt: content.firing.isEmpty ? nil : flush.repeatsAt,
                suppressed: configuration.tellsSuppressed ? suppressed(by: content.alerts, at: now.wall) : []))
    }

    /// Takes in how an attempt ended. Outcomes of unknown deliveries are ignored.
    public mutating func deliveryEnded(_ id: DeliveryID, _ outcome: DeliveryOutcome, at now: ClockReading, into effects: inout Effects) {
        advance(to: now, into: &effects)
        // Its deadline may have come just now: there is nothing left to cancel.
        effects.cancellations.removeAll { $0 == id }
        guard let pending = deliveries[id.short], pending.id == id, pending.phase == .inFlight || pending.phase == .cancelled else {
            return
        }
        switch outcome {
        case .delivered(let receiverData):
            notBefore[pending.key] = nil
            record(pending, receiverData: receiverData, at: now, into: &effects)
            conclude(pending, failure: nil, error: nil, at: now, into: &effects)
        case .failed(let reason, let message):
            conclude(pending, failure: reason, error: message, at: now, into: &effects)
        case .retryable(let reason, let message, let wait):
            tryAgain(pending, reason, message, after: wait, at: now, into: &effects)
        case .deferred(let reason, let message, let wait):
            notBefore[pending.key] = now.monotonic(after: wait)
            tryAgain(pending, reason, message, after: wait, at: now, into: &effects)
        case .cancelled:
            let timedOut = pending.phase == .cancelled && pending.flush.epoch == epoch
            conclude(
                pending, failure: timedOut ? .contextDeadlineExceeded : .contextCanceled,
                error: timedOut ? "no answer until the flush deadline" : "cancelled", at: now, into: &effects)
        }
        runDue(at: now, into: &effects)
    }

    /// Schedules the next attempt, unless nobody waits for the chain any more; one that would come after the deadline is not made, and the deadline
    /// ends the chain.
    private mutating func tryAgain(
        _ failed: PendingDelivery, _ reason: FailureReason, _ message: String, after wait: TimeSpan?, at now: ClockReading,
        into effects: inout Effects
    ) {
        var pending = failed
        if pending.phase == .cancelled || pending.isDetached {
            return conclude(pending, failure: reason, error: message, at: now, into: &effects)
        }
        pending.failure = (reason, message)
        pending.phase = .backingOff
        deliveries[pending.id.short] = pending
        let delay = max(Backoff.delay(afterAttempt: pending.attempt, using: &generator), wait ?? .zero)
        let due = now.monotonic(after: delay)
        guard due < pending.flush.deadline else { return }
        scheduleAttempt(pending, at: due)
        effects.notes.append(.deliveryRetried(pending.key, attempt: pending.attempt, delay: delay, failure: reason, error: message))
    }

    mutating func scheduleAttempt(_ pending: PendingDelivery, at monotonic: Int64) {
        heap.insert(
            Deadline(
                monotonic: monotonic, kind: .deliveryRetry, id: pending.id.short, generation: UInt32(truncatingIfNeeded: pending.attempt)))
    }

    /// Makes the next attempt, unless the machine woke up so late that the chain's time is up as well.
    mutating func retryDelivery(_ deadline: Deadline, at now: ClockReading, into effects: inout Effects) {
        guard var pending = deliveries[deadline.id], pending.phase == .backingOff, now.monotonic < pending.deadline,
            UInt32(truncatingIfNeeded: pending.attempt) & Deadline.generationMask == deadline.generation
        else { return }
        attempt(&pending, at: now, into: &effects)
        deliveries[deadline.id] = pending
    }

    /// A chain's time is up. Its flush ends without it; an attempt on its way keeps the lane until its outcome is known.
    mutating func deliveryTimedOut(_ deadline: Deadline, at now: ClockReading, into effects: inout Effects) {
        guard var pending = deliveries[deadline.id], pending.generation == deadline.generation else { return }
        if deadline.monotonic < pending.deadline, outlivesFlush(pending, at: now, into: &effects) { return }
        switch pending.phase {
        case .cancelled: return
        case .inFlight:
            let wasDetached = pending.isDetached
            pending.phase = .cancelled
            pending.isDetached = true
            deliveries[deadline.id] = pending
            effects.cancellations.append(pending.id)
            if !wasDetached { settle(pending.flush, succeeded: false, at: now, into: &effects) }
        case .waiting:
            deliveries[deadline.id] = nil
            lanes[pending.key]?.waiting.removeAll { $0 == deadline.id }
            settle(pending.flush, succeeded: false, at: now, into: &effects)
        case .backingOff:
            let last = pending.failure.map { "; the last error was: \($0.message)" } ?? ""
            conclude(
                pending, failure: .contextDeadlineExceeded,
                error: "given up at the flush deadline after \(pending.attempt) attempts\(last)",
                at: now, into: &effects)
        }
    }

    /// Ends a chain, lets the next one have its lane, and tells its flush.
    private mutating func conclude(
        _ pending: PendingDelivery, failure: FailureReason?, error: String?, at now: ClockReading, into effects: inout Effects
    ) {
        deliveries[pending.id.short] = nil
        effects.noteEnd(of: pending, failure: failure, error: error)
        freeLane(pending.key, at: now, into: &effects)
        if !pending.isDetached { settle(pending.flush, succeeded: failure == nil, at: now, into: &effects) }
    }

    /// Gives a lane to the first waiting chain that has something to tell.
    private mutating func freeLane(_ key: LogKey, at now: ClockReading, into effects: inout Effects) {
        while let next = lanes[key]?.waiting.first {
            lanes[key]?.waiting.removeFirst()
            guard var pending = deliveries[next] else { continue }
            guard now.monotonic < pending.deadline else {
                // Its own deadline is due as well and only comes later in the heap.
                deliveries[next] = nil
                settle(pending.flush, succeeded: false, at: now, into: &effects)
                continue
            }
            if decide(&pending, at: now, into: &effects) {
                deliveries[next] = pending
                lanes[key]?.current = next
                return
            }
            deliveries[next] = nil
            settle(pending.flush, succeeded: true, at: now, into: &effects)
        }
        lanes[key] = nil
    }

    /// Enters what was told into the log, with the rows of the ended alerts that the journal still has as firing. It does so by key, whatever
    /// became of the group and the configuration (DESIGN 2, rule 8).
    private mutating func record(
        _ pending: PendingDelivery, receiverData: [String: ReceiverValue]?, at now: ClockReading, into effects: inout Effects
    ) {
        guard let content = pending.content else { return }
        let flush = pending.flush
        // The clock may have been set back since the tick.
        let timestamp = min(flush.time, now.wall)
        let entry = LogEntry(
            key: pending.key, firing: content.firing, resolved: content.resolved, timestamp: timestamp,
            expiresAt: timestamp + min(options.retention, flush.repeatInterval * 2), receiverData: receiverData ?? content.receiverData)
        log.record(entry)
        var ended: [(slot: Int32, alert: Alert)] = []
        for (slot, told) in zip(flush.slots, flush.alerts) where told.isResolved {
            // The slot may have been freed and used again meanwhile.
            guard let alert = store[slot].alert, alert.body.labels == told.body.labels, alert.endReason != nil else { continue }
            if !store[slot].flags.contains(.endIsJournalled) { ended.append((slot, alert)) }
        }
        let sequence = journal(.told(entry, ended: ended), into: &effects)
        for (slot, _) in ended {
            store[slot].sequence = sequence
            store[slot].flags.insert(.endIsJournalled)
            store[slot].flags.remove(.isDirty)
        }
    }

    // MARK: Reload

    /// Drops the chains that are not on the wire, and gives the others at most `grace` (DESIGN 2, rule 9). Nobody waits for them any more.
    mutating func abandonDeliveries(grace: TimeSpan, at now: ClockReading, into effects: inout Effects) {
        for number in deliveries.keys.sorted() {
            guard var pending = deliveries[number] else { continue }
            pending.isDetached = true
            switch pending.phase {
            case .waiting, .backingOff:
                deliveries[number] = nil
                if lanes[pending.key]?.current == number { lanes[pending.key] = nil }
                effects.noteEnd(of: pending, failure: .contextCanceled, error: "the configuration was reloaded")
            case .inFlight:
                let latest = now.monotonic(after: grace)
                if latest < pending.deadline {
                    pending.deadline = latest
                    pending.generation += 1
                    scheduleTimeout(pending, at: latest)
                }
                deliveries[number] = pending
            case .cancelled:
                deliveries[number] = pending
            }
        }
        for key in lanes.keys { lanes[key]?.waiting = [] }
    }
}

extension DeliveryID {
    /// The lower half, which fits into the deadline heap; no two chains under way have the same.
    var short: UInt32 { UInt32(truncatingIfNeeded: number) }
}

extension Effects {
    /// Notes the end of a chain that has made attempts.
    fileprivate mutating func noteEnd(of pending: PendingDelivery, failure: FailureReason?, error: String?) {
        guard let content = pending.content, pending.attempt > 0 else { return }
        notes.append(
            .deliveryEnded(
                pending.key, attempts: pending.attempt, alerts: content.alerts.count, reason: content.reason, failure: failure, error: error
            ))
    }
}
