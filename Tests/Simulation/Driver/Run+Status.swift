import AlertCore
import Labels
import Time

// What the machine shows, against what the model would show.
extension Run {
    /// Compares every query with the model's answer.
    func compareEverything() throws {
        model.look(wall: wall, mono: mono)
        try compareAlerts()
        try compareGroups()
        try compareSilences()
        try compareRouting()
        try compareCounts()
        statistics.checked(.status)
        for entry in core.logEntries where model.log[world.id(of: entry.key)] != model.modelEntry(entry) {
            throw Violation(.status, "log shows \(entry) instead of \(String(describing: model.log[world.id(of: entry.key)]))")
        }
    }

    private func compareAlerts() throws(Violation) {
        guard let shown = world.mask(of: core.fingerprints), shown == model.stored, core.fingerprints.count == shown.nonzeroBitCount else {
            throw Violation(
                .status, "the store holds \(world.mask(of: core.fingerprints)?.members ?? []) instead of \(model.stored.members)")
        }
        let firing = model.firing(at: wall)
        for (index, subject) in world.subjects.enumerated() {
            let status = core.alertStatus(of: subject.fingerprint, at: now)
            let inhibitors = model.inhibition.inhibitors(of: index, firing: firing)
            let silencers = Set(model.silences.all.filter { $0.mutes(at: wall) && $0.matchers.matches(subject.code) }.map(\.id))
            let mutes = core.muteStatus(of: subject.labels, at: now)
            statistics.checked(.inhibition)
            try compareMutes(index, mutes.silencedBy, mutes.inhibitedBy, silencers, inhibitors)
            guard let status else {
                if firing.has(index) { throw Violation(.status, "subject \(index) fires and is not shown") }
                continue
            }
            guard let alert = model.alerts[index], firing.has(index) || alert.endsAt == wall else {
                throw Violation(.status, "subject \(index) is over and shown as \(status)")
            }
            statistics.checked(.status)
            try compareMutes(index, status.silencedBy, status.inhibitedBy, silencers, inhibitors)
            var mine = alert
            mine.revision = 0
            mine.isUnconfirmed = false
            guard modelAlert(status.alert) == mine, status.isUnconfirmed == alert.isUnconfirmed else {
                throw Violation(
                    .merge,
                    "subject \(index) is shown as \(modelAlert(status.alert)), unconfirmed \(status.isUnconfirmed), instead of \(alert)")
            }
            let routes = configuration.routes(for: subject.code).map { configuration.routes[$0].receiver }
            if status.receivers != routes { throw Violation(.routing, "receivers \(status.receivers) instead of \(routes)") }
        }
    }

    private func compareMutes(
        _ subject: Int, _ silencedBy: [String], _ inhibitedBy: Fingerprint?, _ silencers: Set<String>, _ inhibitors: SubjectSet
    ) throws(Violation) {
        if Set(silencedBy) != silencers || silencedBy.count != silencers.count {
            throw Violation(.inhibition, "subject \(subject) is silenced by \(silencedBy) instead of \(silencers)")
        }
        guard let inhibitedBy else {
            if inhibitors != 0 { throw Violation(.inhibition, "subject \(subject) is not inhibited, but \(inhibitors.members) inhibit it") }
            return
        }
        guard let source = world.subject(inhibitedBy), inhibitors.has(source) else {
            throw Violation(
                .inhibition, "subject \(subject) is inhibited by \(world.subject(inhibitedBy) ?? -1) instead of \(inhibitors.members)")
        }
    }

    private func compareGroups() throws {
        var seen: Set<ModelGroup.Identity> = []
        for id in core.groupIDs {
            guard let status = core.group(id, at: now) else { continue }
            let identity = identity(of: status)
            statistics.checked(.group)
            guard seen.insert(identity).inserted else { throw Violation(.group, "group \(status.key) exists twice") }
            guard let group = model.groups.first(where: { $0.identity == identity }) else {
                throw Violation(.group, "group \(status.key) with \(status.alerts.map(\.alert)) should not exist")
            }
            let members = model.groupMembersShown(group)
            guard world.mask(of: status.alerts.map(\.fingerprint)) == members else {
                throw Violation(
                    .group,
                    "\(status.key) holds \(world.mask(of: status.alerts.map(\.fingerprint))?.members ?? []) instead of \(members.members)")
            }
            let fits =
                status.key == group.key && status.receiver == configuration.routes[identity.route].receiver
                && status.isFlushing == (group.flush != nil) && (group.nextTick == nil || status.nextFlush == group.nextTick)
            if !fits {
                throw Violation(.group, "\(status) instead of next \(String(describing: group.nextTick)), flushing \(group.flush != nil)")
            }
            guard group.mutedBy.contains(status.mutedBy) else {
                throw Violation(.status, "\(status.key) is muted by \(status.mutedBy) instead of one of \(group.mutedBy)")
            }
        }
        if seen.count != model.groups.count {
            throw Violation(.group, "\(seen.count) groups instead of \(model.groups.map(\.key))")
        }
    }

    private func compareSilences() throws {
        statistics.checked(.silence)
        let shown = core.silences(matching: [], at: now)
        let mine = model.silences.all
        guard shown.count == mine.count else { throw Violation(.silence, "\(shown.count) silences instead of \(mine.count)") }
        for silence in shown {
            let known = world.silence(silence)
            guard let expected = model.silences[silence.id], expected == known else {
                throw Violation(.silence, "shows \(known) instead of \(String(describing: model.silences[silence.id]))")
            }
            if core.state(of: silence, at: now) != expected.shown(at: wall) {
                throw Violation(.silence, "\(silence.id) is in the wrong state")
            }
        }
        func rank(_ silence: Silence) -> (Int, Nanos) {
            switch world.silence(silence).shown(at: wall) {
            case .active: (0, silence.endsAt.unixNanoseconds)
            case .pending: (1, silence.startsAt.unixNanoseconds)
            case .expired: (2, -silence.endsAt.unixNanoseconds)
            }
        }
        for (one, next) in zip(shown, shown.dropFirst()) where rank(one) > rank(next) {
            throw Violation(.silence, "\(one.id) is listed before \(next.id)")
        }
        if let silence = mine.randomElement(using: &dice), let matcher = silence.matchers.first {
            let found = core.silences(matching: [try [matcher].compiled()[0]], at: now)
            let expected = mine.filter { $0.matchers.contains(matcher) }
            if Set(found.map(\.id)) != Set(expected.map(\.id)) {
                throw Violation(.silence, "filter \(matcher.printed) finds \(found.count) of \(expected.count)")
            }
        }
        if silenceCall == nil, Set(journal.full.silences.keys) != Set(mine.map(\.id)) {
            throw Violation(.journal, "rows of silences \(journal.full.silences.keys.sorted()) instead of \(mine.map(\.id))")
        }
        for silence in shown where silenceCall == nil {
            if let row = journal.full.silences[silence.id], world.silence(row) != world.silence(silence) {
                throw Violation(.journal, "row of silence \(row) instead of \(silence)")
            }
        }
    }

    private func compareRouting() throws(Violation) {
        for _ in 0..<3 {
            var code: UInt64 = 0
            for name in Vocabulary.names.indices {
                code = Vocabulary.setting(name, to: dice.below(Vocabulary.values[name].count), in: code)
            }
            statistics.checked(.routing)
            let found = core.routesMatching(LabelSet(Vocabulary.pairs(of: code)))
            if found != configuration.routes(for: code) {
                throw Violation(.routing, "\(Vocabulary.groupText(of: code)) takes \(found) instead of \(configuration.routes(for: code))")
            }
        }
    }

    private func compareCounts() throws(Violation) {
        let counts = core.counts(at: now)
        var mine = MachineCounts()
        mine.firing = model.firing(at: wall).nonzeroBitCount
        mine.ended = model.stored.nonzeroBitCount - mine.firing
        model.stored.forEach { if let alert = model.alerts[$0], alert.isUnconfirmed, alert.over(at: wall) == nil { mine.unconfirmed += 1 } }
        mine.slots = model.held.nonzeroBitCount
        mine.groups = model.groups.count
        for silence in model.silences.all {
            switch silence.shown(at: wall) {
            case .active: mine.activeSilences += 1
            case .pending: mine.pendingSilences += 1
            case .expired: mine.expiredSilences += 1
            }
        }
        mine.logEntries = model.log.count
        mine.inFlight = model.attempts.count
        for lane in model.lanes.values { mine.waiting += lane.queue.count + (lane.current?.state == .waiting ? 1 : 0) }
        mine.deadlines = counts.deadlines
        mine.inhibition = counts.inhibition
        if model.hasUnnoticedDrift || time < lateUntil + .seconds(1) {
            mine.firing = counts.firing
            mine.ended = model.stored.nonzeroBitCount - counts.firing
            mine.unconfirmed = counts.unconfirmed
        } else if notedFiring != model.firing(at: wall) {
            throw Violation(.note, "noted as firing: \(notedFiring.members) instead of \(model.firing(at: wall).members)")
        }
        statistics.checked(.status)
        if counts != mine { throw Violation(.status, "counts \(counts) instead of \(mine)") }
    }
}
