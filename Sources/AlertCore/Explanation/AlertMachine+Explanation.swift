public import Labels
import Time

extension AlertMachine {
    /// Why an alert with these labels is, or is not, told at this moment. Also for one that never arrived.
    public func explanation(of labels: LabelSet, at now: ClockReading) -> Explanation {
        let slot = store.slot(of: labels)
        let probe = LabelProbe(labels)
        var explanation = Explanation(
            labels: labels, state: .unknown, alert: nil, isUnconfirmed: false,
            silences: silenceStore.muting(probe, at: now.wall).compactMap { silenceStore[$0] },
            inhibitions: inhibition.targetRules(for: probe).compactMap { inhibition(by: $0, of: labels, at: now) }, paths: [])
        explanation.idleSilences = idleSilences(matching: labels, at: now)
        if let slot, let alert = store[slot].alert {
            explanation.alert = alert
            explanation.state = store[slot].isEnded(at: now.wall) ? .ended(alert.endReason ?? .expired) : .firing
            explanation.isUnconfirmed = store[slot].flags.contains(.isUnconfirmed)
            addSenders(of: slot, to: &explanation)
        }
        explanation.paths = routing.routes(for: probe).map { path(to: Int($0), labels, slot: slot, at: now) }
        return explanation
    }

    private func addSenders(of slot: Int32, to explanation: inout Explanation) {
        explanation.sender = store[slot].sender
        guard store[slot].words >= 0 else { return }
        let words = store.senders[store[slot].words]
        func time(_ seconds: UInt32) -> Timestamp { Timestamp(seconds: Int64(seconds)) }
        explanation.words = words.all.map {
            Explanation.SenderWord(sender: $0.sender, isEnd: $0.isEnd, heardAt: time($0.heardAt), startsAt: time($0.startsAt))
        }
        if words.reversals >= SenderWords.quarrel {
            explanation.quarrel = Explanation.Quarrel(
                reversals: Int(words.reversals), since: time(words.firstReversal), last: time(words.lastReversal))
        }
    }

    /// The labels of a stored alert, also of one that has ended; nil when there is none with this fingerprint.
    public func labels(of fingerprint: Fingerprint) -> LabelSet? {
        store.slot(of: fingerprint).flatMap { store[$0].isStored ? store[$0].body?.labels : nil }
    }

    private func inhibition(by rule: Int32, of labels: LabelSet, at now: ClockReading) -> Explanation.Inhibition? {
        guard let source = inhibition.source(muting: labels, rules: [rule], at: now.wall, in: store),
            let slot = store.slot(of: source), let body = store[slot].body
        else { return nil }
        return Explanation.Inhibition(rule: Int(rule), source: body.labels, since: store[slot].startsAt)
    }

    /// Silences that people may believe to mute it: those that match, but have not begun or are over.
    private func idleSilences(matching labels: LabelSet, at now: ClockReading) -> [Silence] {
        let idle = silenceStore.all.filter { $0.state(at: now.wall) != .active && $0.matchers.matches(labels) }
        return Array(idle.sorted { ($0.endsAt, $0.id) > ($1.endsAt, $1.id) }.prefix(3))
    }

    private func path(to index: Int, _ labels: LabelSet, slot: Int32?, at now: ClockReading) -> Explanation.Path {
        let route = configuration.routes[index]
        let groupLabels = route.groupLabels(of: labels)
        let groupKey = route.groupKey(groupLabels)
        let receiver = configuration.receivers[route.receiver]
        let muting = configuration.mutedBy(route: route, at: now.wall)
        var path = Explanation.Path(
            routes: ancestors(of: index), receiver: route.receiver, groupLabels: groupLabels, groupKey: groupKey, isMember: false,
            groupSize: 0, nextFlush: nil, isWaitingForFirstFlush: false, mutedBy: muting?.names ?? [],
            isOutsideActiveInterval: muting?.reason == .activeTimeInterval,
            integrations: receiver.integrations.map {
                target($0, of: receiver.name, groupKey, labels.fingerprint, route.repeatInterval, at: now)
            })
        if let place = groups.find(route: Int32(index), labels: groupLabels), let group = groups[place] {
            path.isMember = slot.map { store[$0].isMember(of: place) } ?? false
            path.groupSize = group.members.count
            path.nextFlush = group.nextTick
            path.isWaitingForFirstFlush = path.integrations.allSatisfy { $0.entry == nil && $0.chain == nil }
        }
        return path
    }

    private func target(
        _ integration: Integration, of receiver: String, _ groupKey: String, _ fingerprint: Fingerprint, _ repeatInterval: TimeSpan,
        at now: ClockReading
    ) -> Explanation.Target {
        let key = LogKey(groupKey: groupKey, receiver: receiver, kind: integration.kind, index: integration.index)
        let entry = log[key]
        var chain: Explanation.Chain?
        if let current = lanes[key]?.current, let pending = deliveries[current] {
            chain = Explanation.Chain(
                attempts: pending.attempt, isInFlight: pending.phase == .inFlight, failure: pending.failure, deadline: pending.deadline,
                restsUntil: pending.phase == .backingOff ? notBefore[key].flatMap { $0 > now.monotonic ? $0 : nil } : nil)
        }
        return Explanation.Target(
            key: key, sendsResolved: integration.sendResolved, entry: entry, toldFiring: entry?.toldFiring(fingerprint) ?? false,
            toldResolved: entry?.resolved.contains(fingerprint) ?? false, repeatsAt: entry.map { $0.timestamp + repeatInterval },
            chain: chain)
    }

    /// The routes from the root to this one.
    private func ancestors(of index: Int) -> [Int] {
        var path = [index]
        // Preorder: a parent stands before its children.
        while let first = path.first, first > 0,
            let parent = configuration.routes[..<first].lastIndex(where: { $0.children.contains(first) })
        {
            path.insert(parent, at: 0)
        }
        return path
    }
}
