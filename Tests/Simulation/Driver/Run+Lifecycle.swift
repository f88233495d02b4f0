import AlertCore
import Time

// What happens to the process and its host: reloads, crashes, restarts, suspends, clock steps.
extension Run {
    /// The same configuration once more: whoever was told everything hears nothing.
    func reloadEqual() throws {
        statistics.reloads += 1
        model.look(wall: wall, mono: mono)
        let unsettled = model.groups.filter { !model.isSettled($0) }.flatMap(\.logKeys)
        let settled = model.groups.flatMap(\.logKeys).filter { !unsettled.contains($0) && !model.isOwed($0) }
        let compiled = try configuration.compiled()
        try step("reload, nothing changed", { core.reload(compiled, at: now, into: &effects) }, model: { try model.reload(configuration) })
        statistics.checked(.equalReload)
        for delivery in effects.deliveries where delivery.reason != .repeatIntervalElapsed && settled.contains(world.id(of: delivery.key)) {
            throw Violation(.equalReload, "told \(delivery.key) again for \(delivery.reason)")
        }
    }

    /// An edited configuration.
    func reloadChanged() throws {
        statistics.reloads += 1
        configuration = dice.edited(configuration, near: wall, grain: world.grain)
        tellConfiguration()
        let compiled = try configuration.compiled()
        try step("reload, edited", { core.reload(compiled, at: now, into: &effects) }, model: { try model.reload(configuration) })
    }

    /// The process is killed and started again.
    func crash(downtime: Nanos) throws {
        statistics.crashes += 1
        for attempt in sink.abandon(at: time, dice: &dice) {
            receivers.ended(attempt.delivery)
            try receivers.took(attempt.delivery, at: time, isShared: true, statistics: &statistics)
        }
        let canCommit = time >= journal.failingUntil
        for _ in 0..<min(3, journal.pending.count) { try recover(keeping: dice.below(journal.pending.count + 1)) }
        try journal.advance(by: canCommit ? dice.below(journal.pending.count + 1) : 0, world: world)
        try receivers.crashed(at: time, durable: journal.durableSequence, couldCommit: canCommit && time > troubledUntil)
        try checkPromises(in: journal.durable)
        story?.add(
            "\(clockText) killed, durable through \(journal.durableSequence) of \(journal.lastSequence); down for \(downtime / .seconds(1)) s"
        )
        try start(downtime: downtime, on: journal.disk.map { try $0.crash() })
    }

    /// The process ends in order and is started again: nothing may be lost.
    func restart(downtime: Nanos) throws {
        if time < journal.failingUntil { return try crash(downtime: downtime) }
        statistics.restarts += 1
        try pass(until: time + .seconds(5))
        for attempt in sink.abandon(at: time, dice: &dice) {
            receivers.ended(attempt.delivery)
            try receivers.took(attempt.delivery, at: time, isShared: true, statistics: &statistics)
        }
        try journal.advance(by: journal.pending.count, world: world)
        try receivers.crashed(at: time, durable: journal.durableSequence, couldCommit: true)
        try checkPromises(in: journal.durable)
        story?.add("\(clockText) stopped in order; down for \(downtime / .seconds(1)) s")
        try start(downtime: downtime, on: journal.disk.map { try $0.restart() })
    }

    private func start(downtime: Nanos, on found: RestoredState?) throws {
        let image = journal.durable
        if let found { try compare(found, with: image) }
        let firingBefore = model.firingSurvivors(in: image, at: wall)
        journal.crash()
        silenceCall = nil
        unanswered.removeAll()
        for subject in slots.indices {
            slots[subject] = image.slot(of: world.subjects[subject].fingerprint)
            lastRow[subject] = 0
            toldRow[subject] = 0
        }
        time += downtime
        // A reboot begins a new count; now and then the clock is set meanwhile.
        if dice.chance(30) { monotonicOffset = Nanos(dice.below(1_000_000)) * 1_000_003 - time }
        if dice.chance(10) { stepWall(by: dice.within(.minutes(-30)...(.minutes(30)))) }
        let state = found ?? image.restored
        core = AlertMachine(configuration: try configuration.compiled(), options: options, seed: dice.bits(), at: now)
        let versions = world.subjects.map { image.version(of: $0.fingerprint) }
        let counts = model.statistics
        model = Model(world: world, configuration: configuration, options: options, versions: versions, wall: wall, mono: mono)
        model.statistics = counts
        try step("start", { core.restore(state, at: now, into: &effects) }, model: { model.restore(image) })
        notedFiring = model.firing(at: wall)
        for subject in firingBefore.members {
            statistics.checked(.selfResolve)
            if core.alertStatus(of: world.subjects[subject].fingerprint, at: now) == nil {
                throw Violation(.selfResolve, "subject \(subject) fired when the process died and is over after its start")
            }
        }
        try compareEverything()
    }

    /// Recovers what a crash that kept some of the waiting rows would leave, in a machine of its own, and compares it with a model of its own.
    private func recover(keeping count: Int) throws {
        statistics.prefixes += 1
        let image = journal.prefix(keeping: count, world: world)
        try checkPromises(in: image)
        let later = ClockReading(wall: now.wall + .seconds(7), monotonic: 1_000)
        var machine = AlertMachine(configuration: try configuration.compiled(), options: options, seed: seed, at: later)
        var ignored = Effects()
        machine.restore(image.restored, at: later, into: &ignored)
        let shadow = Model(
            world: world, configuration: configuration, options: options, versions: model.versions, wall: later.wall.unixNanoseconds,
            mono: 1_000)
        _ = shadow.restore(image)
        statistics.checked(.prefix)
        for (index, subject) in world.subjects.enumerated() {
            let status = machine.alertStatus(of: subject.fingerprint, at: later)
            let alert = shadow.stored.has(index) ? shadow.alerts[index] : nil
            let fires = alert.map { $0.over(at: shadow.wall) == nil } ?? false
            guard (status != nil) == fires, status.map({ modelAlert($0.alert).startsAt == alert?.startsAt }) ?? true else {
                throw Violation(.prefix, "subject \(index) is \(String(describing: status)) instead of \(String(describing: alert))")
            }
        }
        guard Set(machine.logEntries.map { world.id(of: $0.key) }) == Set(shadow.log.keys) else {
            throw Violation(.prefix, "the log has other entries than its rows")
        }
    }

    private func compare(_ found: RestoredState, with image: Image) throws(Violation) {
        statistics.checked(.storage)
        guard found.heartbeat == image.heartbeat else {
            throw Violation(.storage, "heartbeat \(String(describing: found.heartbeat)) instead of \(String(describing: image.heartbeat))")
        }
        guard found.alerts.count == image.alerts.count, found.log.count == image.log.count, found.silences.count == image.silences.count
        else {
            throw Violation(
                .storage,
                "\(found.alerts.count) alerts, \(found.log.count) log entries, \(found.silences.count) silences instead of \(image.alerts.count), "
                    + "\(image.log.count), \(image.silences.count)")
        }
        for (slot, alert) in found.alerts {
            guard let row = image.alerts[slot]?.alert, row.body.labels == alert.body.labels, modelAlert(row) == modelAlert(alert) else {
                throw Violation(.storage, "slot \(slot) holds \(alert) instead of \(String(describing: image.alerts[slot]?.alert))")
            }
        }
        for entry in found.log where image.log[entry.key] != entry {
            throw Violation(.storage, "log entry \(entry) instead of \(String(describing: image.log[entry.key]))")
        }
        for silence in found.silences where image.silences[silence.id] != silence {
            throw Violation(.storage, "silence \(silence) instead of \(String(describing: image.silences[silence.id]))")
        }
    }

    /// The wall clock moves while true time does not: a step, or a suspend seen from inside.
    func jumpClock() throws {
        statistics.clockJumps += 1
        let before = model.firing(at: wall)
        let drift: Nanos
        switch dice.weighted([30, 25, 15, 30]) {
        case 0: drift = dice.within(.seconds(-29)...(.seconds(29)))
        case 1: drift = dice.within(.minutes(1)...(.minutes(20)))
        case 2: drift = dice.pick([.hours(1), .hours(8)])
        default: drift = -dice.within(.seconds(31)...(.minutes(20)))
        }
        stepWall(by: drift)
        try step("the clock moves by \(drift / .milliseconds(1)) ms", { core.advance(to: now, into: &effects) })
        if abs(drift) <= options.clockTolerance.nanoseconds { return }
        for subject in before.members {
            statistics.checked(.selfResolve)
            if core.alertStatus(of: world.subjects[subject].fingerprint, at: now) == nil {
                throw Violation(.selfResolve, "subject \(subject) fired before the clock moved by \(drift / .seconds(1)) s and is over now")
            }
        }
    }

    /// The process is stopped for a while, and both clocks go on: nobody could have refreshed what fired. Sometimes the wall clock is set meanwhile.
    func standStill() throws {
        guard let limit = options.standstill?.nanoseconds else { return }
        statistics.standstills += 1
        // The core looks at the clocks in most steps, the model in all.
        try step("a last look", { core.advance(to: now, into: &effects) })
        let before = model.firing(at: wall)
        let last = mono
        time += dice.within((limit + 1)...(.minutes(10)))
        if dice.chance(20) { stepWall(by: dice.within(.minutes(-12)...(.minutes(12)))) }
        try step("goes on after \((mono - last) / .milliseconds(1)) ms", { core.advance(to: now, into: &effects) })
        for subject in before.members {
            statistics.checked(.standstill)
            if core.alertStatus(of: world.subjects[subject].fingerprint, at: now) == nil {
                throw Violation(.standstill, "subject \(subject) fired before the process stood still and is over now")
            }
        }
    }

    private func stepWall(by drift: Nanos) {
        wallOffset += drift
        if drift < 0 { clockEra += 1 }
    }
}
