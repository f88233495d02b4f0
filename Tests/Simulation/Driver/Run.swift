import AlertCore
import Time

/// One seed: a random world, a random history, and after each step the question whether the core did what the specification says.
final class Run {
    let seed: UInt64
    let world: World
    let options: MachineOptions
    var dice: Dice
    var configuration: ModelConfiguration
    var core: AlertMachine
    var model: Model
    var journal = SimulatedJournal()
    var sink = Sink()
    var receivers = ReceiverMemory()
    var statistics = Statistics()
    var effects = Effects()
    /// True time since the run began; it stands still while the host sleeps, like the monotonic clock.
    var time: Nanos = 0
    /// Wall clock minus true time.
    var wallOffset: Nanos
    /// Monotonic clock minus true time; another one after a reboot.
    var monotonicOffset: Nanos
    /// Posts that wait for their rows before their senders are answered.
    var unanswered: [(sequence: UInt64, until: Nanos, versions: [(subject: Int, version: Int)])] = []
    /// By subject: how many durable changes a sender was told are safe.
    var promised: [Int]
    /// A silence call that waits for its commit.
    var silenceCall: (change: SilenceChange, records: [ModelSilence], sequence: UInt64)?
    /// Numbers new silences.
    var silenceSerial = 0
    /// The slot of each subject's row.
    var slots: [Int32?]
    /// The last row of each subject in this process, by a message about it.
    var lastRow: [UInt64]
    /// The last row of each subject in this process, by a delivery that named its end.
    var toldRow: [UInt64]
    /// `toldRow` before the present step.
    var earlierToldRow: [UInt64]
    /// The key whose attempt ended in this step because its receiver took it.
    var outcomeKey: LogKey?
    /// Subjects that fire as far as the notes tell.
    var notedFiring: SubjectSet = 0 { didSet { model.notedFiring = notedFiring } }
    /// Commits failed not long ago.
    var troubledUntil: Nanos = .min
    /// Any message but a repeat would be one too many.
    var watchesForMessages = false
    /// Counts backward steps of the wall clock: ticks are only comparable within one.
    var clockEra = 0
    /// Wake-ups come late until then.
    var lateUntil: Nanos = .min
    /// Typical pause between events.
    let pace: Nanos
    /// Lines of the story, when somebody reads it.
    var story: Story?

    var wall: Nanos { time + wallOffset }
    var mono: Nanos { time + monotonicOffset }
    var now: ClockReading { ClockReading(wall: Timestamp(unixNanoseconds: wall), monotonic: mono) }

    /// A run of this seed. With `onDisk` its journal is a real one.
    init(seed: UInt64, onDisk: Bool, story: Story?) throws {
        self.seed = seed
        self.story = story
        dice = Dice(seed: seed)
        world = World(dice: &dice)
        // A day of 2026 to 2028, leap day and year's ends included.
        wallOffset = .seconds(1_767_225_600 + Int64(dice.below(900)) * 86_400 + Int64(dice.below(86_400)))
        if world.grain == .minute { wallOffset = wallOffset / .minutes(1) * .minutes(1) }
        if world.grain == .odd { wallOffset += Nanos(dice.below(1_000_000_000)) }
        monotonicOffset = Nanos(dice.below(1_000_000)) * 1_000_003
        options = Run.options(&dice)
        pace = dice.pick([.seconds(3), .seconds(10), .seconds(10), .seconds(20), .seconds(40)])
        configuration = dice.configuration(near: wallOffset, grain: world.grain)
        promised = Array(repeating: 0, count: world.subjects.count)
        slots = Array(repeating: nil, count: world.subjects.count)
        lastRow = Array(repeating: 0, count: world.subjects.count)
        toldRow = lastRow
        earlierToldRow = lastRow
        let reading = ClockReading(wall: Timestamp(unixNanoseconds: wallOffset), monotonic: monotonicOffset)
        core = AlertMachine(configuration: try configuration.compiled(), options: options, seed: dice.bits(), at: reading)
        model = Model(
            world: world, configuration: configuration, options: options, versions: Array(repeating: 0, count: world.subjects.count),
            wall: wallOffset, mono: monotonicOffset)
        if onDisk {
            journal.disk = try Disk(name: String(seed))
            statistics.onDisk = 1
        }
    }

    private static func options(_ dice: inout Dice) -> MachineOptions {
        var options = MachineOptions()
        options.retention = .minutes(20 + Int64(dice.below(80)))
        // Not round, so that no collection falls on the instant of a tick.
        options.alertsGCInterval = TimeSpan(nanoseconds: .minutes(dice.pick([2, 8, 30])) + 137_000_013)
        options.maintenanceInterval = TimeSpan(nanoseconds: .minutes(dice.pick([4, 15])) + 171_000_017)
        options.leaseInterval = TimeSpan(nanoseconds: .seconds(30) + 11_000_003)
        options.startGrace = dice.chance(70) ? .minutes(5) : .minutes(1)
        // Above every lateness that the run itself brings about.
        if dice.chance(60) { options.standstill = TimeSpan(nanoseconds: .seconds(40) + 7_000_001) }
        if dice.chance(20) { options.startDelay = .seconds(Int64(1 + dice.below(90))) }
        if dice.chance(15) { options.perAlertnameLimit = 1 + dice.below(4) }
        if dice.chance(15) { options.maxSilences = 1 + dice.below(3) }
        return options
    }

    // MARK: Steps

    /// What the machine is made to do in a step, and what the model does for it.
    ///
    /// The core goes first, woken as often as it asks; then the model retraces the step and ticks off what the core did.
    func step(
        _ title: @autoclosure () -> String, _ event: () throws -> Void, model event2: () throws -> [ModelGroup] = { [] }
    ) throws {
        if story != nil { story?.add("\(clockText) \(title())") }
        effects.removeAll()
        earlierToldRow = toldRow
        try event()
        var wakes = 0
        while let deadline = core.nextDeadline, deadline <= mono {
            core.advance(to: now, into: &effects)
            wakes += 1
            if wakes > 200 { throw Violation(.wakeUp, "advance was called \(wakes) times at one instant and still asks for more") }
        }
        if story != nil { tell(effects) }
        model.coreStores = { [unowned self] in core.fingerprints.contains(world.subjects[$0].fingerprint) }
        try model.begin(wall: wall, mono: mono, observed: Observed(effects, world: world))
        let made = try event2()
        try adoptFirstTicks(of: made)
        try model.finish()
        for note in effects.notes {
            if case .alertFiring(let body) = note, let subject = world.subject(body.labels.fingerprint) { notedFiring |= .only(subject) }
            if case .alertEnded(let body, _) = note, let subject = world.subject(body.labels.fingerprint) { notedFiring &= ~.only(subject) }
        }
        try checkRows()
        for delivery in effects.deliveries {
            if watchesForMessages, delivery.reason != .repeatIntervalElapsed {
                throw Violation(.refreshedCrash, "told \(delivery.key) for \(delivery.reason) although every sender came back")
            }
            try receivers.started(delivery, wall: wall, clockEra: clockEra, statistics: &statistics)
            sink.start(delivery, at: time, dice: &dice)
        }
        for id in effects.cancellations where !sink.cancel(id, at: time, dice: &dice) {
            throw Violation(.cancellation, "cancelled \(id.number), which is not under way")
        }
        journal.schedule(at: time, dice: &dice)
        statistics.checked(.wakeUp)
        if let deadline = core.nextDeadline, deadline > model.nextDue {
            throw Violation(.wakeUp, "asks to be woken at \(deadline), but something is due at \(model.nextDue)")
        }
    }

    /// Where the specification leaves the first tick of a group open, the core's choice counts, if it is an allowed one.
    private func adoptFirstTicks(of made: [ModelGroup]) throws(Violation) {
        let open = made.filter { Set($0.allowedFirstTicks).count > 1 }
        if open.isEmpty { return }
        var seen: [ModelGroup.Identity: Nanos] = [:]
        for id in core.groupIDs {
            guard let status = core.group(id, at: now) else { continue }
            seen[identity(of: status)] = status.nextFlush
        }
        for group in open {
            // A group that is gone was flushed at once and found empty; one whose next tick is none of the allowed was flushed at once as well.
            let next = seen[group.identity] ?? mono
            group.nextTick = group.allowedFirstTicks.contains(next) ? next : max(mono, model.startsFlushingAt)
            statistics.checked(.group)
            if let tick = group.nextTick, !group.allowedFirstTicks.contains(tick) {
                throw Violation(.group, "first tick at \(next), allowed \(group.allowedFirstTicks)")
            }
        }
    }

    /// What the model calls the group that the core shows.
    func identity(of status: GroupStatus) -> ModelGroup.Identity {
        var code: UInt64 = 0
        for (name, value) in status.labels.pairs {
            guard let index = Vocabulary.names.firstIndex(of: name), let place = Vocabulary.values[index].firstIndex(of: value) else {
                continue
            }
            code = Vocabulary.setting(index, to: place, in: code)
        }
        return ModelGroup.Identity(route: status.route, code: code)
    }

    // MARK: Time

    /// Lets time pass until a moment, with everything that becomes due on the way.
    func pass(until end: Nanos) throws {
        while true {
            let wakeOrNever = core.nextDeadline.map { deadline in
                let due = deadline - monotonicOffset
                return max(time, due < lateUntil ? due + .milliseconds(700) : due)
            }
            let wake = wakeOrNever ?? .max
            let next = min(wake, sink.nextOutcome ?? .max, journal.nextCommit ?? .max)
            if next > end { break }
            time = max(time, next)
            if journal.nextCommit.map({ $0 <= time }) ?? false {
                try commit()
            } else if wake <= time {
                statistics.wakeUps += 1
                try step("wake", { core.advance(to: now, into: &effects) })
            } else {
                try takeOutcome()
            }
            try expireAnswers()
        }
        time = max(time, end)
    }

    private func takeOutcome() throws {
        guard let attempt = sink.end(at: time) else { return }
        statistics.outcomes += 1
        receivers.ended(attempt.delivery)
        if attempt.takenAt != nil {
            outcomeKey = attempt.delivery.key
            try receivers.took(attempt.delivery, at: time, isShared: model.isShared(attempt.delivery.key.groupKey), statistics: &statistics)
        }
        defer { outcomeKey = nil }
        let id = attempt.delivery.id
        model.endingID = id
        defer { model.endingID = nil }
        try step(
            "outcome of \(id.number): \(attempt.outcome)", { core.deliveryEnded(id, attempt.outcome, at: now, into: &effects) },
            model: {
                try model.deliveryEnded(id, attempt.outcome)
                return []
            })
    }

    private func commit() throws {
        guard try journal.commit(at: time, dice: &dice, world: world) else {
            statistics.failedCommits += 1
            story?.add("\(clockText) commit fails")
            return try failSilenceCall()
        }
        story?.add("\(clockText) durable through \(journal.durableSequence)")
        unanswered.removeAll { answer in
            guard answer.sequence <= journal.durableSequence else { return false }
            for (subject, version) in answer.versions { promised[subject] = max(promised[subject], version) }
            return true
        }
        if let call = silenceCall, call.sequence <= journal.durableSequence { try applySilenceCall() }
        journal.schedule(at: time, dice: &dice)
    }

    /// Senders that waited for five seconds are refused: nothing was promised to them.
    private func expireAnswers() throws { unanswered.removeAll { $0.until < time } }
}
