import AlertCore
import Time

// The history of a run: random events, then an end in which everything comes to rest.
extension Run {
    /// Plays the whole run.
    func play() throws -> Statistics {
        tellSubjects()
        tellConfiguration()
        try step("start", { core.restore(RestoredState(), at: now, into: &effects) }, model: { model.restore(Image()) })
        let length = 270 + dice.below(70)
        let crashAt = dice.below(length)
        let reloadAt = dice.below(length)
        for index in 0..<length {
            try pass(until: nextEventTime())
            statistics.events += 1
            if index == crashAt {
                try post()
                try crash(downtime: downtime())
            } else if index == reloadAt {
                try reloadEqual()
            } else {
                try randomEvent()
            }
        }
        try comeToRest()
        statistics.add(model.statistics)
        return statistics
    }

    private func nextEventTime() -> Nanos {
        if dice.chance(6) { return time }
        var pause = dice.within(0...(2 * pace))
        if dice.chance(2) { pause = dice.within(.minutes(5)...(.minutes(30))) }
        let next = time + pause
        switch world.grain {
        case .odd: return next
        case .second: return (next + wallOffset) / .seconds(1) * .seconds(1) + .seconds(1) - wallOffset
        case .minute: return (next + wallOffset) / .seconds(10) * .seconds(10) + .seconds(10) - wallOffset
        }
    }

    private func downtime() -> Nanos {
        switch dice.below(10) {
        case 0...4: dice.within(0...(.seconds(5)))
        case 5...6: .seconds(1)
        case 7...8: .minutes(10)
        default: .hours(8)
        }
    }

    private func randomEvent() throws {
        switch dice.weighted([640, 130, 8, 8, 6, 5, 12, 12, 12, 100, 10, 8, 5]) {
        case 0: try post()
        case 1: try callSilence()
        case 2: try reloadEqual()
        case 3: try reloadChanged()
        case 4:
            // With rows on their way, more often than not.
            if dice.chance(70) { try post() }
            try crash(downtime: downtime())
        case 5: try restart(downtime: downtime())
        case 6: try jumpClock()
        case 7:
            story?.add("\(clockText) commits fail for a while")
            journal.failingUntil = time + dice.within(.milliseconds(100)...(.seconds(15)))
            troubledUntil = journal.failingUntil + .seconds(3)
        case 8: lateUntil = time + dice.within(.seconds(1)...(.minutes(2)))
        case 9: try compareEverything()
        case 10: try step("a wake-up nobody needs", { core.advance(to: now, into: &effects) })
        case 11: try quietCrash()
        default: try standStill()
        }
    }

    /// When everybody has been told everything, a crash from which all senders come back tells nothing.
    private func quietCrash() throws {
        try resendAll()
        try pass(until: time + .seconds(20))
        model.look(wall: wall, mono: mono)
        let hasMutes =
            !configuration.routes.allSatisfy { $0.mutes.isEmpty && $0.actives.isEmpty } || model.silences.all.contains { $0.endsAt > wall }
        guard model.isQuiet, journal.pending.isEmpty, !hasMutes else { return }
        let firing = model.firing(at: wall)
        try crash(downtime: dice.pick([.seconds(1), .minutes(10), .hours(8)]))
        try resendAll()
        // Whoever was lost with a clock step or a limit is no longer in the same position.
        guard model.firing(at: wall) == firing else { return }
        statistics.checked(.refreshedCrash)
        watchesForMessages = true
        defer { watchesForMessages = false }
        for _ in 0..<3 {
            try pass(until: time + .minutes(1))
            try resendAll()
        }
    }

    /// All senders resolve, all trouble ends; after the retention nothing may be left.
    private func comeToRest() throws {
        sink.isCalm = true
        lateUntil = .min
        journal.failingUntil = .min
        try pass(until: time + .seconds(20))
        var posts: [Post] = []
        for (subject, alert) in model.alerts.enumerated() {
            guard let alert, alert.over(at: wall) == nil else { continue }
            posts.append(Post(subject: subject, note: alert.note, link: alert.link, startsAt: min(alert.startsAt, wall), endsAt: wall))
        }
        try send(posts)
        let longest = configuration.routes.map(\.groupInterval).max() ?? 0
        try pass(until: time + max(longest, .minutes(1)) * 2 + .minutes(5))
        try compareEverything()
        if !model.groups.isEmpty { throw Violation(.owedResolve, "groups that hold only ends are still there: \(model.groups.map(\.key))") }
        let lastSilence = (model.silences.all.map(\.endsAt).max() ?? wall) - wall
        let lastEntry = (model.log.values.map(\.expiresAt).max() ?? wall) - wall
        let rest = max(lastSilence + options.retention.nanoseconds, lastEntry, options.alertsGCInterval.nanoseconds)
        try pass(until: time + rest + options.maintenanceInterval.nanoseconds + options.alertsGCInterval.nanoseconds + .minutes(1))
        try journal.advance(by: journal.pending.count, world: world)
        statistics.checked(.retention)
        var counts = core.counts(at: now)
        guard counts.deadlines <= 4 else { throw Violation(.retention, "\(counts.deadlines) deadlines are left in the heap") }
        counts.deadlines = 0
        guard counts == MachineCounts(), core.fingerprints.isEmpty, core.groupIDs.isEmpty, core.logEntries.isEmpty else {
            throw Violation(.retention, "still there: \(counts)")
        }
        let image = journal.durable
        guard image.alerts.isEmpty, image.silences.isEmpty, image.log.isEmpty else {
            throw Violation(
                .retention, "rows left: \(image.alerts.count) alerts, \(image.silences.count) silences, \(image.log.count) log entries")
        }
        if let disk = journal.disk, let found = try? disk.restart(), !found.alerts.isEmpty || !found.silences.isEmpty || !found.log.isEmpty
        {
            throw Violation(.storage, "the database is not empty: \(found)")
        }
    }
}
