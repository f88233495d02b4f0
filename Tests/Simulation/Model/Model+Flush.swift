import AlertCore

// Ticks and flushes (reference 4.3, 5.1, 5.2; DESIGN 2, rule 4).
extension Model {
    /// A group's timer fires.
    func tick(_ group: ModelGroup) throws(Violation) {
        if group.flush != nil {
            group.remembered = wall
            group.lastTick = group.nextTick ?? mono
            group.nextTick = nil
            return
        }
        group.nextTick = Model.gridPoint(from: group.nextTick ?? mono, step: group.grid, after: mono)
        try flush(group, time: wall)
    }

    /// The alerts of a group as they are at a time.
    func snapshot(of members: SubjectSet, at time: Nanos) -> [ModelTold] {
        var result: [ModelTold] = []
        members.forEach { if let alert = alerts[$0] { result.append(ModelTold(subject: $0, alert: alert, reason: alert.over(at: time))) } }
        return result
    }

    /// Members that inhibition or, if not that, a silence mutes at a time.
    func muted(_ members: SubjectSet, at time: Nanos) -> (inhibited: SubjectSet, silenced: SubjectSet) {
        // A remembered tick is judged by its own time: what fired then may have left the store since.
        var sources: SubjectSet = 0
        for (subject, alert) in alerts.enumerated() {
            if let alert, alert.over(at: time) == nil { sources |= .only(subject) }
        }
        var inhibited: SubjectSet = 0
        var silenced: SubjectSet = 0
        members.forEach { subject in
            if inhibition.inhibitors(of: subject, firing: sources) != 0 {
                inhibited |= .only(subject)
            } else if silences.all.contains(where: { $0.mutes(at: time) && $0.matchers.matches(world.subjects[subject].code) }) {
                silenced |= .only(subject)
            }
        }
        return (inhibited, silenced)
    }

    private func flush(_ group: ModelGroup, time: Nanos) throws(Violation) {
        statistics.flushes += 1
        let node = configuration.routes[group.identity.route]
        let deadline = max(group.nextTick ?? .max, mono + .seconds(10))
        let flush = ModelFlush(group: group, time: time, deadline: deadline, snapshot: snapshot(of: group.members, at: time))
        group.flush = flush

        let (inhibited, silenced) = muted(group.members, at: time)
        suppress(.inhibition, inhibited.nonzeroBitCount)
        var remaining = group.members & ~inhibited
        let interval = configuration.muting(of: group.identity.route, at: time)
        if remaining != 0 {
            group.mutedBy = [interval?.names ?? []]
        } else {
            // The stage of the intervals was not reached: what it said before may stand.
            group.mutedBy.append(interval?.names ?? [])
        }
        if let interval {
            suppress(interval.reason, remaining.nonzeroBitCount)
            remaining = 0
        }
        suppress(.silence, (silenced & remaining).nonzeroBitCount)
        remaining &= ~silenced
        group.mutedMembers = group.members & ~remaining

        let told = flush.snapshot.filter { remaining.has($0.subject) }
        if !told.isEmpty {
            let receiver = configuration.receivers[node.receiver]
            for (index, integration) in receiver.integrations.enumerated() {
                let chain = chain(flush, node, key: group.logKeys[index], index: index, integration, told)
                flush.open.append(chain)
            }
            for chain in flush.open { try enter(chain) }
        }
        flush.isStarting = false
        try endIfDone(flush)
    }

    /// Whether the core's next decision under a group's keys is the one that this group's tick asks for. Only asked where groups share their keys, and
    /// the specification leaves open which of them goes first.
    func explains(_ group: ModelGroup, among others: [ModelGroup]) -> Bool {
        guard others.contains(where: { $0 !== group && $0.key == group.key }), group.flush == nil else { return true }
        let node = configuration.routes[group.identity.route]
        let (inhibited, silenced) = muted(group.members, at: wall)
        guard configuration.muting(of: group.identity.route, at: wall) == nil else { return true }
        let told = snapshot(of: group.members & ~inhibited & ~silenced, at: wall)
        if told.isEmpty { return true }
        let deadline = max(Model.gridPoint(from: group.nextTick ?? mono, step: group.grid, after: mono), mono + .seconds(10))
        let integrations = configuration.receivers[node.receiver].integrations
        for (key, integration) in zip(group.logKeys, integrations) where lanes[key] == nil {
            if !explains(key, told, owed: group.owed, node, integration, deadline: deadline) { return false }
        }
        return true
    }

    private func explains(
        _ key: Int, _ told: [ModelTold], owed: SubjectSet, _ node: ModelRoute, _ integration: Integration, deadline: Nanos
    ) -> Bool {
        var firing: SubjectSet = 0
        var resolved: SubjectSet = 0
        for one in told { if one.reason == nil { firing |= .only(one.subject) } else { resolved |= .only(one.subject) } }
        let entry = log[key]
        resolved &= ~(owed & ~(entry?.firing ?? 0))
        if firing | resolved == 0 { return true }
        guard let seen = observed.decisions.first(where: { $0.key == key }) else { return false }
        let (row, reason) = naiveDedup(
            entry, firing: firing, resolved: resolved, sendResolved: integration.sendResolved, repeatInterval: node.repeatInterval,
            now: wall)
        if seen.rule != row || seen.notify != (reason != nil) { return false }
        guard reason != nil else { return true }
        if (notBefore[key] ?? .min) > mono { return true }
        let expected = integration.sendResolved ? firing | resolved : firing
        if expected == 0 {
            guard let row = observed.told.first(where: { $0.key == key }) else { return false }
            return world.mask(of: row.entry.resolved) == resolved
        }
        guard let delivery = observed.deliveries.first(where: { $0.key == key })?.delivery else { return false }
        return delivery.deadline == deadline && world.mask(of: delivery.alerts.map(\.body.labels.fingerprint)) == expected
    }

    private func chain(
        _ flush: ModelFlush, _ node: ModelRoute, key: Int, index: Int, _ integration: Integration, _ told: [ModelTold]
    ) -> ModelChain {
        var firing: SubjectSet = 0
        var resolved: SubjectSet = 0
        for one in told { if one.reason == nil { firing |= .only(one.subject) } else { resolved |= .only(one.subject) } }
        return ModelChain(
            flush: flush, key: key, receiver: node.receiver, integration: index, sendResolved: integration.sendResolved,
            repeatInterval: node.repeatInterval, epoch: epoch, firing: firing, resolved: resolved,
            alerts: integration.sendResolved ? told : told.filter { $0.reason == nil })
    }

    private func suppress(_ reason: SuppressionReason, _ count: Int) { observed.suppressed[reason.index] -= count }

    /// Ends a flush whose chains are all over: what was over and has not changed leaves the group, an empty group goes, a remembered tick runs.
    func endIfDone(_ flush: ModelFlush) throws(Violation) {
        guard !flush.isStarting, !flush.isOver, flush.open.isEmpty else { return }
        flush.isOver = true
        let group = flush.group
        group.flush = nil
        if !flush.hasFailed {
            for one in flush.snapshot where one.reason != nil {
                guard let alert = alerts[one.subject], alert.updatedAt == one.alert.updatedAt, alert.over(at: wall) != nil else { continue }
                group.members &= ~.only(one.subject)
                group.owed &= ~.only(one.subject)
            }
            forgetUnheld()
        }
        if group.members == 0 {
            groups.removeAll { $0 === group }
            return
        }
        guard let time = group.remembered else { return }
        group.remembered = nil
        group.nextTick = Model.gridPoint(from: group.lastTick, step: group.grid, after: mono)
        try self.flush(group, time: time)
    }

    /// A flush has used up its time (reference 4.3): nothing of it is tried again, what is under way is aborted.
    func giveUp(_ flush: ModelFlush) throws(Violation) {
        flush.hasFailed = true
        let chains = flush.open
        flush.open.removeAll()
        var freed: [Int] = []
        for chain in chains {
            chain.flush = nil
            if chain.deadline > flush.deadline, chain.state == .attempting || (chain.isResting && lanes[chain.key]?.queue.isEmpty == true) {
                // It has to wait longer than its flush may: nobody else waits for it, and the next flush takes its place.
                chain.isOrphan = true
                continue
            }
            switch chain.state {
            case .queued:
                lanes[chain.key]?.queue.removeAll { $0 === chain }
                if let lane = lanes[chain.key], lane.current == nil, lane.queue.isEmpty { lanes[chain.key] = nil }
            case .attempting: try cancel(chain)
            case .waiting:
                if chain.attempt > 0 { try expectEnding(chain, told: false) }
                chain.state = .over
                freed.append(chain.key)
            case .over: break
            }
        }
        for key in freed { try leave(key) }
        try endIfDone(flush)
    }
}
