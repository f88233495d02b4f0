import AlertCore

// Clock steps, restarts and reloads (DESIGN 2, rule 9, and 4; reference 4.4).
extension Model {
    /// Compares the clocks. Forwards they are compared with what they were at the last leases, so that small steps soon after each other add up;
    /// backwards with the step before.
    func compareClocks() throws(Violation) {
        let offset = wall - mono
        let parted = offset - clockReference
        let before = previousReading
        previousReading = (wall, mono)
        let moved = offset - (before.wall - before.mono)
        let stoodStill = options.standstill.map { mono - before.mono > $0.nanoseconds } ?? false
        let isBack = moved <= -.milliseconds(100)
        if !stoodStill && !isBack && parted < .seconds(2) {
            hasUnnoticedDrift = hasUnnoticedDrift || parted != 0
            synchronizeClocks()
            return
        }
        let sinceReport = offset - reportedReference
        if abs(sinceReport) >= .seconds(2) {
            try check(.note, observed.jumps == [sinceReport], "a clock jump by \(sinceReport) ns was not noted: \(observed.jumps)")
            reportedReference = offset
        }
        if stoodStill {
            try check(
                .standstill, observed.standstills == [mono - before.mono],
                "a standstill of \(mono - before.mono) ns was not noted: \(observed.standstills)")
            synchronizeClocks()
            return before.wall > wall ? stepBack(from: before.wall) : hold(firingBefore: before.wall)
        }
        guard isBack || parted > options.clockTolerance.nanoseconds else { return }
        synchronizeClocks()
        // Whoever fired before a jump could not be refreshed during it.
        if isBack { stepBack(from: wall - moved) } else { hold(firingBefore: wall - parted) }
    }

    /// Takes the distance of the clocks as given.
    func synchronizeClocks() {
        clockReference = wall - mono
        reportedReference = clockReference
    }

    /// Gives every alert that fires, and would end before its sender had a chance to speak, one more lease.
    private func hold(firingBefore time: Nanos) {
        held.forEach { subject in
            guard var alert = alerts[subject], alert.ended == nil, alert.over(at: time) == nil, notedFiring.has(subject) else { return }
            let lease = min(alert.endsAt - alert.updatedAt, options.startGrace.nanoseconds)
            guard alert.endsAt < wall + lease || alert.endsAt <= wall else { return }
            alert.endsAt = wall + lease
            alert.isUnconfirmed = true
            alerts[subject] = alert
        }
    }

    /// After the wall clock was set back: what is over stays over, what mutes goes on muting, what was told counts as told now (DESIGN 4).
    private func stepBack(from expected: Nanos) {
        for (key, entry) in log where entry.timestamp > wall {
            log[key]?.expiresAt = wall + (entry.expiresAt - entry.timestamp)
            log[key]?.timestamp = wall
            corrected[key] = log[key]
        }
        for index in silences.all.indices {
            silences.all[index] = silences.all[index].clamped(to: wall, expected: max(expected, silences.all[index].updatedAt))
        }
        held.forEach { subject in
            guard var alert = alerts[subject] else { return }
            alert.updatedAt = min(alert.updatedAt, wall)
            // What was over at the step before is known to be over, also after a small step forward that was taken for normal.
            if alert.endsAt > wall, alert.ended != nil || alert.endsAt <= max(expected, previousWall) {
                alert.ended = alert.ended ?? .expired
                alert.endsAt = wall
                alert.startsAt = min(alert.startsAt, wall)
                versions[subject] += 1
                changed |= .only(subject)
            }
            alerts[subject] = alert
        }
        for group in groups { if let tick = group.remembered { group.remembered = min(tick, wall) } }
        lease()
    }

    /// Takes over what the journal held (DESIGN 4). Groups are built from it; they are returned.
    func restore(_ image: Image) -> [ModelGroup] {
        let heartbeat = image.heartbeat?.unixNanoseconds
        for row in image.alerts.sorted(by: { $0.key < $1.key }) {
            let from = row.value.alert
            guard let subject = world.subject(from.body.labels.fingerprint) else { continue }
            var alert = ModelAlert(
                note: world.notes.firstIndex(of: from.body.annotations) ?? -1,
                link: world.links.firstIndex(of: from.body.generatorURL) ?? -1,
                startsAt: from.startsAt.unixNanoseconds, endsAt: from.endsAt.unixNanoseconds, updatedAt: from.updatedAt.unixNanoseconds,
                isTimeout: from.isTimeout, ended: from.endReason, revision: nextRevision())
            if alert.ended == nil, let heartbeat, alert.endsAt <= heartbeat { alert.ended = .expired }
            alerts[subject] = alert
            stored |= .only(subject)
        }
        for silence in image.silences.values.sorted(by: { $0.id < $1.id }) { silences.all.append(world.silence(silence)) }
        for (key, entry) in image.log { log[world.id(of: key)] = modelEntry(entry) }
        hold(firingBefore: .min)
        stepBack(from: max(heartbeat ?? .min, wall))
        lease()
        return buildGroups(from: stored)
    }

    /// A new configuration: chains that are not under way are dropped, the rest gets five seconds, groups are built anew. They are returned.
    func reload(_ new: ModelConfiguration) throws(Violation) -> [ModelGroup] {
        var freed: [Int] = []
        for (key, var lane) in lanes {
            lane.queue.removeAll()
            lanes[key] = lane
            guard let chain = lane.current else { continue }
            chain.flush = nil
            if chain.state == .waiting {
                if chain.attempt > 0 { try expectEnding(chain, told: false) }
                freed.append(key)
            } else if chain.state == .attempting {
                chain.isOrphan = true
                chain.deadline = min(chain.deadline, mono + .seconds(5))
            }
        }
        for key in freed { lanes[key] = nil }
        // Ends that only groups still held are owed all the same.
        let known = held
        groups = []
        configuration = new
        inhibition = NaiveInhibition(new, world: world)
        epoch += 1
        let built = buildGroups(from: known)
        forgetUnheld()
        return built
    }

    private func buildGroups(from known: SubjectSet) -> [ModelGroup] {
        known.forEach { subject in
            let isOver = alerts[subject]?.over(at: wall) != nil
            for route in configuration.routes(for: world.subjects[subject].code) {
                if let group = place(subject, into: route, isRepeatedEnd: isOver) {
                    group.allowedFirstTicks = []
                }
            }
        }
        // Which member opens its group is nobody's business, so each member's view of the first tick is allowed.
        for group in groups {
            group.members.forEach { group.allowedFirstTicks += firstTicks(of: $0, configuration.routes[group.identity.route]) }
            group.nextTick = group.allowedFirstTicks[0]
        }
        return groups
    }
}
