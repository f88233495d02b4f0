import AlertCore
import AlertStorage
import Journal
import Labels
import NIOConcurrencyHelpers
import StorageFixtures
import Time

/// The imperative shell around the machine as the program has it, but on virtual time and with a sink in memory: one lock, journal rows handed over inside
/// it, answers only when they are durable.
struct VirtualShell: Sendable {
    var machine: AlertMachine
    let journal: AlertJournal
    let disk: PowerCutDisk
    var now: ClockReading
    var sink: Sink
    var promises: Promises
    var random: Seeded

    /// The newest sequence that was handed to the journal.
    private(set) var lastSequence: UInt64 = 0
    private var undecided: [Delivery] = []
    private var decided: [(id: DeliveryID, outcome: DeliveryOutcome)] = []

    init(
        restoring state: RestoredState, journal: AlertJournal, disk: PowerCutDisk, at now: ClockReading, sink: Sink, promises: Promises,
        seed: UInt64
    ) {
        self.journal = journal
        self.disk = disk
        self.now = now
        self.sink = sink
        self.promises = promises
        random = Seeded(seed)
        machine = AlertMachine(configuration: Self.configuration, options: MachineOptions(), seed: seed, at: now)
        var effects = Effects()
        machine.restore(state, at: now, into: &effects)
        carryOut(effects)
    }

    /// Two integrations, so that one flush makes two log entries; groups of a few alerts.
    static let configuration: CoreConfiguration = {
        let integrations = [Integration(kind: "webhook", index: 0), Integration(kind: "webhook", index: 1)]
        return CoreConfiguration(
            routes: [
                Route(groupBy: .labels(["group"]), groupWait: .seconds(1), groupInterval: .seconds(10), repeatInterval: .hours(400))
            ],
            receivers: [Receiver(name: "team", integrations: integrations)])
    }()

    private mutating func carryOut(_ effects: Effects) {
        journal.enqueue(effects.journal)
        if let last = effects.journal.last { lastSequence = max(lastSequence, last.sequence) }
        undecided += effects.deliveries
    }

    /// No two events happen at the same time.
    private mutating func pass(_ span: TimeSpan = .microseconds(1)) {
        now = ClockReading(wall: now.wall + span, monotonic: now.monotonic + span.nanoseconds)
    }

    /// One turn of the shell's own loop: what the sink said is told to the machine, then the sink takes what was sent meanwhile.
    mutating func turn(_ span: TimeSpan) {
        pass(span)
        var effects = Effects()
        machine.advance(to: now, into: &effects)
        for (id, outcome) in decided {
            pass()
            machine.deliveryEnded(id, outcome, at: now, into: &effects)
        }
        decided = []
        carryOut(effects)
        let waiting = undecided
        undecided = []
        for delivery in waiting {
            // Without power nothing is sent any more.
            if disk.isOff { return }
            if Int.random(in: 0..<10, using: &random) == 0 {
                decided.append((delivery.id, .retryable(.serverError, message: "503")))
            } else {
                sink.take(delivery, at: now.wall)
                decided.append((delivery.id, .delivered(receiverData: nil)))
            }
        }
    }

    /// A sender's message about one alert; tells the sequence to wait for. A message that says nothing new only moves the end.
    mutating func post(_ labels: LabelSet, fires: Bool, isNew: Bool) -> UInt64 {
        pass()
        let fingerprint = labels.fingerprint
        let version = isNew ? promises.nextVersion(of: fingerprint) : promises.alerts[fingerprint]?.issued.version ?? 1
        let alert = Alert(
            body: AlertBody(labels: labels, annotations: LabelSet([("version", "\(version)")])), startsAt: now.wall - .seconds(1),
            endsAt: fires ? now.wall + .hours(100) : now.wall, updatedAt: now.wall)
        promises.issue(fingerprint, version: version, fires: fires)
        var effects = Effects()
        let sequence = machine.receive([alert], at: now, into: &effects)
        carryOut(effects)
        return sequence
    }

    /// Plans a change of a silence and hands it to the journal; nil when there is nothing to change.
    mutating func plan(_ draft: (id: String, comment: String), newID: String, name: String, expires: Bool) -> (
        change: SilenceChange, sequence: UInt64
    )? {
        pass()
        let change: SilenceChange?
        if expires {
            change = try? machine.planExpiry(id: draft.id, at: now)
        } else {
            let known = machine.silence(id: draft.id)
            let silence = Silence(
                id: known == nil ? "" : draft.id, matchers: Matchers([Matcher(name: "name", equals: name)]),
                startsAt: known?.startsAt ?? .goZero, endsAt: now.wall + .hours(50), updatedAt: now.wall, createdBy: "test",
                comment: draft.comment)
            change = try? machine.planSilence(silence, newID: newID, at: now)
        }
        guard let change else { return nil }
        let entries = machine.reserve(change)
        for silence in change.records { promises.issue(silence) }
        journal.enqueue(entries)
        guard let sequence = entries.last?.sequence else { return nil }
        lastSequence = max(lastSequence, sequence)
        return (change, sequence)
    }

    /// Makes a committed change of silences effective.
    mutating func apply(_ change: SilenceChange) {
        pass()
        var effects = Effects()
        machine.apply(change, at: now, into: &effects)
        carryOut(effects)
        for silence in change.records { promises.acknowledge(silence) }
    }
}
