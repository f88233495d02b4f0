import AlertCore

// Taking in alerts: merge, limits, routing into groups (reference 3.6, 4.1–4.3).
extension Model {
    /// Takes in valid posts in their order. Groups that are new are returned, so that their first tick can be compared.
    func receive(_ posts: [Post]) throws(Violation) -> [ModelGroup] {
        var made: [ModelGroup] = []
        for post in posts {
            guard let new = post.normalized(now: wall, resolveTimeout: configuration.resolveTimeout) else { continue }
            try receive(new, about: post.subject, &made)
        }
        return made
    }

    private func receive(_ message: ModelAlert, about subject: Int, _ made: inout [ModelGroup]) throws(Violation) {
        var new = message
        new.revision = nextRevision()
        let old = stored.has(subject) ? alerts[subject] : nil
        if old == nil, options.perAlertnameLimit > 0, try isDropped(subject) { return }
        let wasOver = old.map { $0.over(at: wall) != nil }
        if let old {
            let revision = new.revision
            // The end time of an unconfirmed alert is ours, not a sender's.
            var known = old
            known.isTimeout = old.isTimeout || old.isUnconfirmed
            new = ModelAlert.merge(known, new, now: wall)
            new.revision = revision
            new.isUnconfirmed = false
        }
        let isOver = new.endsAt <= wall
        new.ended = isOver ? .resolved : nil
        alerts[subject] = new
        stored |= .only(subject)
        if isDurable(from: old, wasOver: wasOver, to: new, isOver: isOver) {
            versions[subject] += 1
            changed |= .only(subject)
            refreshed &= ~.only(subject)
            leasedSince &= ~.only(subject)
        } else if changed.has(subject) {
            leasedSince |= .only(subject)
        } else if !isOver {
            refreshed |= .only(subject)
        }
        for route in configuration.routes(for: world.subjects[subject].code) {
            if let group = place(subject, into: route, isRepeatedEnd: isOver && wasOver == true) { made.append(group) }
        }
    }

    /// Whether a change needs a row of its own (DESIGN 4).
    private func isDurable(from old: ModelAlert?, wasOver: Bool?, to new: ModelAlert, isOver: Bool) -> Bool {
        guard let old else { return true }
        return old.note != new.note || old.link != new.link || old.startsAt != new.startsAt || old.isTimeout != new.isTimeout
            || wasOver != isOver
            || new.endsAt < old.endsAt
    }

    /// Puts an alert into the group of a route. Returns the group if it is new.
    ///
    /// An end that is repeated, or found again after a restart, opens no group unless it is still owed to somebody.
    func place(_ subject: Int, into route: Int, isRepeatedEnd: Bool) -> ModelGroup? {
        let node = configuration.routes[route]
        let identity = ModelGroup.Identity(route: route, code: world.subjects[subject].code & node.groupMask)
        let known = groups.first { $0.identity == identity }
        if isRepeatedEnd, !(known?.members.has(subject) ?? false) {
            let keys = known?.logKeys ?? logKeys(of: identity)
            if !keys.contains(where: { log[$0]?.firing.has(subject) ?? false }) { return nil }
        }
        if let known {
            if !isRepeatedEnd {
                known.owed &= ~.only(subject)
            } else if !known.members.has(subject) {
                known.owed |= .only(subject)
            }
            known.members |= .only(subject)
            return nil
        }
        let group = ModelGroup(identity: identity, key: key(of: identity), logKeys: logKeys(of: identity))
        group.members = .only(subject)
        if isRepeatedEnd { group.owed = .only(subject) }
        group.grid = node.groupInterval
        group.allowedFirstTicks = firstTicks(of: subject, node)
        group.nextTick = group.allowedFirstTicks[0]
        groups.append(group)
        return group
    }

    /// When the group that an alert opens may tick first (reference 4.3): after group_wait, or at once when that has passed since the alert began.
    func firstTicks(of subject: Int, _ node: ModelRoute) -> [Nanos] {
        let begun = alerts[subject].map(\.startsAt) ?? wall
        let waits = max(mono + node.groupWait, startsFlushingAt)
        let atOnce = max(mono, startsFlushingAt)
        if begun + node.groupWait < wall { return [atOnce] }
        return begun + node.groupWait == wall ? [waits, atOnce] : [waits]
    }

    /// The group key (reference 4.2).
    func key(of identity: ModelGroup.Identity) -> String {
        configuration.routes[identity.route].key + ":" + Vocabulary.groupText(of: identity.code)
    }

    /// The log keys of a group (reference 7).
    func logKeys(of identity: ModelGroup.Identity) -> [Int] {
        let receiver = configuration.receivers[configuration.routes[identity.route].receiver]
        let text = key(of: identity)
        return receiver.integrations.map {
            world.id(of: LogKey(groupKey: text, receiver: receiver.name, kind: $0.kind, index: $0.index))
        }
    }

    /// Whether the limit keeps a new alert out (reference 4.4): it must when as many of its name are stored and all of them fire, it must not when fewer
    /// fire. In between it depends on which ends have already given way.
    private func isDropped(_ subject: Int) throws(Violation) -> Bool {
        let name = Vocabulary.value(0, in: world.subjects[subject].code)
        var all = 0
        var fires = 0
        stored.forEach { other in
            guard Vocabulary.value(0, in: world.subjects[other].code) == name else { return }
            all += 1
            if alerts[other]?.over(at: wall) == nil { fires += 1 }
        }
        let limit = options.perAlertnameLimit
        statistics.checked(.limit)
        if fires < limit { return false }
        if fires == all || (observed.limited > 0 && !coreStores(subject)) {
            if observed.limited == 0 { throw Violation(.limit, "\(fires) alerts of this name fire, one more was not dropped") }
            observed.limited -= 1
            return true
        }
        return false
    }
}
