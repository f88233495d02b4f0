import AlertCore
import Labels
import Time

// Lanes, dedup, attempts and their outcomes (reference 5.3–5.5; DESIGN 2, rules 5–8).
extension Model {
    /// A chain asks for its lane: it goes at once when nobody delivers under its key, else it waits.
    func enter(_ chain: ModelChain) throws(Violation) {
        var lane = lanes[chain.key] ?? ModelLane()
        if let stale = lane.current, stale.isResting, stale.isOrphan {
            stale.state = .over
            lane.current = nil
        }
        if lane.current == nil {
            lane.current = chain
            lanes[chain.key] = lane
            try decide(chain)
        } else {
            chain.enqueuedAt = mono
            lane.queue.append(chain)
            lanes[chain.key] = lane
        }
    }

    /// The lane's owner is through: the next one goes.
    func leave(_ key: Int) throws(Violation) {
        guard var lane = lanes[key] else { return }
        lane.current = nil
        // Whose time is up as well does not begin any more; its flush gives up on it.
        if let next = nextInLine(lane.queue) { lane.current = lane.queue.remove(at: next) }
        lanes[key] = lane.current == nil && lane.queue.isEmpty ? nil : lane
        if let chain = lane.current { try decide(chain) }
    }

    /// Whose turn it is in a queue. Of chains that came at one instant, from groups that share a key, the core's choice counts.
    private func nextInLine(_ queue: [ModelChain]) -> Int? {
        guard let first = queue.firstIndex(where: { $0.deadline > mono }) else { return nil }
        let equals = queue.indices.filter { queue[$0].deadline > mono && queue[$0].enqueuedAt == queue[first].enqueuedAt }
        return equals.count == 1 ? first : equals.first { explains(queue[$0]) } ?? first
    }

    private func explains(_ chain: ModelChain) -> Bool {
        let entry = log[chain.key]
        chain.settle(owed: chain.flush?.owed ?? 0, entry)
        if chain.firing | chain.resolved == 0 { return true }
        guard let seen = observed.decisions.first(where: { $0.key == chain.key }) else { return false }
        let (row, reason) = naiveDedup(
            entry, firing: chain.firing, resolved: chain.resolved, sendResolved: chain.sendResolved, repeatInterval: chain.repeatInterval,
            now: chain.time)
        if seen.rule != row || seen.notify != (reason != nil) { return false }
        guard reason != nil, !chain.alerts.isEmpty, (notBefore[chain.key] ?? .min) <= mono else { return true }
        guard let delivery = observed.deliveries.first(where: { $0.key == chain.key })?.delivery else { return false }
        var told: SubjectSet = 0
        for one in chain.alerts { told |= .only(one.subject) }
        return delivery.deadline == chain.deadline && world.mask(of: delivery.alerts.map(\.body.labels.fingerprint)) == told
    }

    private func decide(_ chain: ModelChain) throws(Violation) {
        do throws(Violation) { try decideExactly(chain) } catch { throw undecidedIfShared(error, chain.key) }
    }

    /// A difference under a key that several groups share says nothing: which of them goes first is open.
    func undecidedIfShared(_ violation: Violation, _ key: Int) -> Violation {
        var violation = violation
        if isShared(world.keys[key].groupKey) { violation.isUndecided = true }
        return violation
    }

    private func decideExactly(_ chain: ModelChain) throws(Violation) {
        let entry = log[chain.key]
        chain.settle(owed: chain.flush?.owed ?? 0, entry)
        // Whom nothing of the flush concerns is left out.
        if chain.firing | chain.resolved == 0 { return try end(chain, told: true) }
        let (row, reason) = naiveDedup(
            entry, firing: chain.firing, resolved: chain.resolved, sendResolved: chain.sendResolved, repeatInterval: chain.repeatInterval,
            now: chain.time)
        guard let seen = observed.takeDecision(chain.key) else {
            throw Violation(.isolation, "no dedup decision where row \(row) was due, key \(world.keys[chain.key])")
        }
        statistics.checked(.isolation)
        try check(
            .dedup, seen.rule == row && seen.notify == (reason != nil),
            "row \(seen.rule), notify \(seen.notify) instead of row \(row), notify \(reason != nil), key \(world.keys[chain.key])")
        if reason != nil { statistics.dedup[row].told += 1 } else { statistics.dedup[row].not += 1 }
        guard let reason else { return try end(chain, told: true) }
        try checkMuteEnd(chain, entry)
        chain.reason = reason
        chain.receiverData = reason == .firstNotification ? [:] : entry?.receiverData ?? [:]
        if chain.alerts.isEmpty {
            // Only ends are left and they are not wanted: the log is brought up to date without a message.
            try record(chain, data: nil)
            try end(chain, told: true)
        } else if let moment = notBefore[chain.key], moment > mono {
            // The receiver wants to be left alone until then; after that there must be time to tell it.
            chain.state = .waiting
            chain.retryAt = moment
            chain.deadline = max(chain.deadline, moment + .seconds(10))
        } else {
            try attempt(chain)
        }
    }

    /// What was muted at the last flush, is not now, and fires untold must be told now; dedup above decided so.
    private func checkMuteEnd(_ chain: ModelChain, _ entry: ModelEntry?) throws(Violation) {
        guard let group = chain.flush?.group else { return }
        let untold = chain.firing & ~(entry?.firing ?? 0)
        if untold & group.mutedMembers != 0 { throw Violation(.muteEnd, "the model told something muted") }
        if untold != 0 { statistics.checked(.muteEnd) }
    }

    /// An attempt must have been started in this step.
    func attempt(_ chain: ModelChain) throws(Violation) {
        do throws(Violation) { try attemptExactly(chain) } catch { throw undecidedIfShared(error, chain.key) }
    }

    private func attemptExactly(_ chain: ModelChain) throws(Violation) {
        chain.attempt += 1
        guard let delivery = observed.takeDelivery(chain.key) else {
            throw Violation(
                chain.attempt == 1 ? .isolation : .backoff, "attempt \(chain.attempt) was due and not made, key \(world.keys[chain.key])")
        }
        statistics.attempts += 1
        try check(
            .deferral, (notBefore[chain.key] ?? .min) <= mono,
            "asked again \((notBefore[chain.key] ?? 0) - mono) ns before the moment that the receiver set")
        try check(.lane, attempts[delivery.id] == nil, "attempt \(delivery.attempt) of \(delivery.id.number) while one is under way")
        try compare(delivery, with: chain)
        chain.id = delivery.id
        chain.state = .attempting
        attempts[delivery.id] = chain
    }

    private func compare(_ delivery: Delivery, with chain: ModelChain) throws(Violation) {
        try check(.backoff, delivery.attempt == chain.attempt, "attempt \(delivery.attempt) instead of \(chain.attempt)")
        if let id = chain.id { try check(.backoff, delivery.id == id, "a retry changed its id") }
        try check(
            .deadline, delivery.deadline == chain.deadline && mono < chain.deadline,
            "deadline \(delivery.deadline) instead of \(chain.deadline), now \(mono)")
        let sources = world.mask(of: delivery.alerts.filter { !$0.isResolved }.map(\.body.labels.fingerprint)) ?? 0
        let suppressed = configuration.tellsSuppressed ? inhibition.targets(of: sources, firing: firing(at: wall)) : 0
        if suppressed != 0 || !delivery.suppressed.isEmpty {
            try check(
                .suppressed,
                world.mask(of: delivery.suppressed.map(\.fingerprint)) == suppressed
                    && delivery.suppressed.count == suppressed.nonzeroBitCount,
                "says to suppress \(delivery.suppressed) instead of \(suppressed.members)")
        }
        let fits =
            delivery.epoch == chain.epoch && delivery.receiver == chain.receiver && delivery.integration == chain.integration
            && delivery.reason == chain.reason && delivery.flushTime.unixNanoseconds == chain.time
            && delivery.receiverData == chain.receiverData
            && delivery.groupLabels == LabelSet(Vocabulary.pairs(of: chain.groupCode))
        try check(.content, fits, "message differs in more than its alerts: \(delivery) expected reason \(chain.reason) time \(chain.time)")
        try check(
            .content, delivery.alerts.count == chain.alerts.count,
            "\(delivery.alerts.count) alerts instead of \(chain.alerts.count) (subjects \(chain.alerts.map(\.subject))) at the tick of \(delivery.flushTime)"
        )
        for alert in delivery.alerts {
            let subject = world.subject(alert.body.labels.fingerprint)
            guard let told = chain.alerts.first(where: { $0.subject == subject }) else {
                let isMuted = subject.map { chain.flush?.group.mutedMembers.has($0) ?? false } ?? false
                throw Violation(isMuted ? .muted : .content, "tells subject \(subject ?? -1), which it should not")
            }
            let same =
                alert.startsAt.unixNanoseconds == told.alert.startsAt && alert.endReason == told.reason
                && (told.reason == nil ? alert.endsAt.isGoZero : alert.endsAt.unixNanoseconds == told.alert.endsAt)
                && alert.body.annotations == world.notes[told.alert.note] && alert.body.generatorURL == world.links[told.alert.link]
            try check(.content, same, "tells \(alert) of subject \(told.subject) instead of \(told)")
        }
        statistics.checked(.muted)
    }

    /// The log takes what was told (reference 5.5).
    private func record(_ chain: ModelChain, data: [String: ReceiverValue]?) throws(Violation) {
        // The clock may have been set back since the tick.
        let time = min(chain.time, wall)
        let entry = ModelEntry(
            firing: chain.firing, resolved: chain.resolved, timestamp: time,
            expiresAt: time + min(options.retention.nanoseconds, 2 * chain.repeatInterval), receiverData: data ?? chain.receiverData)
        guard let row = observed.takeTold(chain.key) else {
            throw Violation(.journal, "what was told under \(world.keys[chain.key]) has no row")
        }
        try check(
            .journal,
            modelEntry(row.entry) == entry && row.entry.firing == row.entry.firing.sorted()
                && row.entry.resolved == row.entry.resolved.sorted(),
            "log entry \(row.entry) instead of \(entry)")
        log[chain.key] = entry
    }

    /// A stored log entry in the model's form.
    func modelEntry(_ entry: LogEntry) -> ModelEntry? {
        guard let firing = world.mask(of: entry.firing), let resolved = world.mask(of: entry.resolved) else { return nil }
        return ModelEntry(
            firing: firing, resolved: resolved, timestamp: entry.timestamp.unixNanoseconds, expiresAt: entry.expiresAt.unixNanoseconds,
            receiverData: entry.receiverData)
    }

    /// An attempt ended.
    func deliveryEnded(_ id: DeliveryID, _ outcome: DeliveryOutcome) throws(Violation) {
        guard let chain = attempts.removeValue(forKey: id) else { return }
        switch outcome {
        case .delivered(let data):
            try record(chain, data: data)
            statistics.notifications += 1
            try end(chain, told: true)
        case .retryable(let failure, _, let wait):
            try tryAgain(chain, failure, after: wait?.nanoseconds ?? 0)
        case .deferred(let failure, _, let wait):
            notBefore[chain.key] = mono + wait.nanoseconds
            try tryAgain(chain, failure, after: wait.nanoseconds)
        case .failed(let failure, _):
            chain.failure = failure
            try end(chain, told: false)
        case .cancelled:
            try end(chain, told: false)
        }
    }

    /// The machine announces when it tries again (reference 5.4), which is not before the receiver wants.
    private func tryAgain(_ chain: ModelChain, _ failure: FailureReason, after least: Nanos) throws(Violation) {
        chain.failure = failure
        guard let flush = chain.flush, !chain.isCancelled else { return try end(chain, told: false) }
        var pause = 0.5
        for _ in 1..<chain.attempt { pause = min(pause * 1.5, 60) }
        chain.state = .waiting
        guard let retry = observed.takeRetry(chain.key) else {
            // Beyond the deadline nothing is tried: the chain rests until the flush gives up.
            let latest = mono + max(Nanos(min(pause * 1.5, 60) * 1e9), least)
            try check(.backoff, latest >= flush.deadline, "no retry announced after attempt \(chain.attempt), key \(world.keys[chain.key])")
            chain.retryAt = .max
            return
        }
        let seconds = Double(retry.delay) / 1e9
        try check(
            .backoff,
            retry.delay == least || seconds >= pause * 0.499 && seconds <= min(pause * 1.501, 60) && retry.delay > least,
            "pause of \(seconds) s after attempt \(chain.attempt), at least \(least) ns were asked for")
        chain.retryAt = mono + retry.delay
        try check(.deadline, chain.retryAt < flush.deadline, "a retry is planned for after the deadline")
    }

    /// The machine must have asked to abort the attempt.
    func cancel(_ chain: ModelChain) throws(Violation) {
        guard !chain.isCancelled, let id = chain.id else { return }
        chain.isCancelled = true
        if id == endingID { return }
        try check(.cancellation, observed.takeCancellation(id), "attempt \(id.number) was not cancelled at its deadline")
    }

    /// A chain that nobody waits for has slept through its time; it never began.
    func abandon(_ chain: ModelChain) throws(Violation) {
        chain.state = .over
        try leave(chain.key)
    }

    /// A chain is over: its flush and its lane go on.
    private func end(_ chain: ModelChain, told: Bool) throws(Violation) {
        if chain.attempt > 0 { try expectEnding(chain, told: told) }
        chain.state = .over
        let flush = chain.flush
        chain.flush = nil
        if let flush {
            flush.open.removeAll { $0 === chain }
            if !told { flush.hasFailed = true }
        }
        try leave(chain.key)
        if let flush { try endIfDone(flush) }
    }

    /// The end of a chain with attempts is noted once.
    func expectEnding(_ chain: ModelChain, told: Bool) throws(Violation) {
        chain.state = .over
        guard let ending = observed.takeEnding(chain.key) else {
            throw Violation(.note, "the end of a chain under \(world.keys[chain.key]) was not noted")
        }
        try check(
            .note, (ending.failure == nil) == told && ending.attempts == chain.attempt && ending.reason == chain.reason,
            "noted \(ending), expected told \(told) after \(chain.attempt) attempts for \(chain.reason)")
    }
}
