import AlertCore
import AlertStorage
import Exposition
import Journal
import Labels
public import Logging
import NIOConcurrencyHelpers
public import Time
public import Transport

/// The shell around the machine: owns the lock, the journal, the timer and the deliveries (DESIGN 2).
///
/// Every event goes through `perform`: clock reading, state change and the hand-over of rows and deliveries happen under one hold of the lock,
/// so that their order is the order of the state changes.
public final class Router: Sendable {
    /// The options it was made with.
    public let options: Options
    /// When the process began.
    public let startedAt: Timestamp
    let metrics: RouterMetrics
    let log: Logger
    let journal: AlertJournal
    /// What happened; nil when it is off or cannot be kept.
    let history: History?

    private let machine: NIOLockedValueBox<AlertMachine>
    let loaded: NIOLockedValueBox<LoadedConfigurations>
    private let deliveries = DeliveryRunner()
    let notifier: Notifier
    let receiverWatch: ReceiverWatch
    let heartbeat: Heartbeat
    let inbox: Inbox
    let senders = SenderBook()
    let testFireLimit = TestFireLimit()
    /// The rules of this process.
    public let ruleLink = RuleLink()
    let drillDesk = DrillDesk()
    let silenceWrites = SerialQueue()
    let reloads = SerialQueue()
    let fellowReload = NIOLockedValueBox<(@Sendable () async -> String?)?>(nil)
    private let timer = NIOLockedValueBox<DeadlineTimer?>(nil)
    private let clockWatch = NIOLockedValueBox(ClockWatch())
    /// Deadlines handled, and alerts taken in, in one hold of the lock (DESIGN 2: never more than 1 ms).
    private static let dueLimit = 32
    private static let batchLimit = 128
    /// The timer reads the clocks every second; longer than this between two readings is no late timer any more.
    private static let standstill = TimeSpan.seconds(30)

    /// Loads the configuration, opens the journal and restores the state. Nothing is told before `start()`.
    ///
    /// Throws `ConfigurationError` or `JournalError`.
    public init(options: Options, transport: Transport, log: Logger) throws {
        let configuration = try options.configuration.load(mode: options.matcherMode)
        self.options = options
        self.log = log
        startedAt = Clock.wall()
        for warning in configuration.warnings(retention: options.machine.retention) {
            log.warning("Configuration", metadata: ["warning": "\(warning)"])
        }

        let journal = try AlertJournal.open(at: options.storagePath, options: options.journal)
        self.journal = journal
        Self.removeUnfinishedBackup(in: options.storagePath)
        history = Self.openHistory(options, log: log)
        let core = configuration.core()
        let restored = try journal.load { try AlertTables.load($0) }
        let now = ClockReading(wall: Clock.wall(), monotonic: Clock.monotonic())
        var effects = Effects()
        var machineOptions = options.machine
        machineOptions.dueLimit = Self.dueLimit
        machineOptions.standstill = Self.standstill
        var machine = AlertMachine(
            configuration: core, options: machineOptions, seed: UInt64.random(in: .min ... .max), at: now)
        machine.restore(restored, at: now, into: &effects)
        let epoch = machine.epoch
        self.machine = NIOLockedValueBox(machine)
        loaded = NIOLockedValueBox(LoadedConfigurations(configuration, epoch: epoch))
        notifier = Notifier(transport: transport, externalURL: options.externalURL, manners: options.manners)
        receiverWatch = ReceiverWatch(externalURL: options.externalURL, log: log)
        heartbeat = Heartbeat(options.heartbeat, transport: transport, log: log)
        inbox = Inbox(log: log)
        metrics = RouterMetrics(labels: options.metricLabels)
        metrics.configurationLoaded(configuration, core: core, at: now.wall)
        metrics.attach(to: self)
        metrics.attach(to: receiverWatch)
        metrics.attachHeartbeat(of: self)
        metrics.attach(to: drillDesk)
        observeJournal()
        pending.withLockedValue { $0 = effects }
        log.info(
            "Restored",
            metadata: ["alerts": "\(restored.alerts.count)", "silences": "\(restored.silences.count)", "log": "\(restored.log.count)"])
    }

    /// Effects of the restoration, carried out at `start()`.
    private let pending = NIOLockedValueBox(Effects())

    /// Begins to tick and to tell.
    public func start() {
        let restored = pending.withLockedValue { effects in
            defer { effects = Effects() }
            return effects
        }
        keep(.started, "version \(ProductInfo.version)")
        // Before anything else happens: these rows have the lowest sequences.
        machine.withLockedValue { _ in carryOut(restored) }
        for note in restored.notes { observe(note) }
        receiverWatch.watch(configuration, isStart: true)
        let timer = DeadlineTimer { [weak self] in self?.beat() }
        self.timer.withLockedValue { $0 = timer }
        timer.start()
        perform { machine, now, effects in machine.advance(to: now, into: &effects) }
        heartbeat.start(self)
    }

    /// Stops telling, gives attempts that are under way `grace`, and closes the journal with everything in it.
    public func stop(within grace: TimeSpan = .seconds(5)) async {
        drillDesk.stop()
        await heartbeat.stop()
        deliveries.close()
        timer.withLockedValue { $0 }?.stop()
        receiverWatch.stop()
        let impatient = Task {
            try? await Task.sleep(for: .nanoseconds(grace.nanoseconds))
            deliveries.cancelAll()
        }
        await deliveries.drained()
        impatient.cancel()
        keep(.stopped)
        history?.close()
        if let problem = journal.close() {
            log.error("The last changes are not on the disk; none of them was acknowledged", metadata: ["err": "\(problem)"])
        }
    }

    // MARK: The one door to the machine

    /// Reads the clocks, changes the state and hands over what follows from it, all under one hold of the lock.
    @discardableResult
    func perform<R>(_ event: (inout AlertMachine, ClockReading, inout Effects) -> R) -> R {
        let (result, notes, deadline, held) = machine.withLockedValue { machine in
            let now = ClockReading(wall: Clock.wall(), monotonic: Clock.monotonic())
            var effects = Effects()
            let result = event(&machine, now, &effects)
            carryOut(effects)
            return (result, effects.notes, machine.nextDeadline, Clock.monotonic() - now.monotonic)
        }
        metrics.lockHeld(nanoseconds: held)
        timer.withLockedValue { $0 }?.schedule(deadline)
        for note in notes { observe(note) }
        return result
    }

    /// A look at the machine: a short hold of the lock, no change.
    func read<R>(_ body: (borrowing AlertMachine, ClockReading) -> R) -> R {
        machine.withLockedValue { machine in
            body(machine, ClockReading(wall: Clock.wall(), monotonic: Clock.monotonic()))
        }
    }

    /// Called under the lock: queues rows and starts or aborts attempts.
    private func carryOut(_ effects: Effects) {
        enqueue(effects.journal)
        for id in effects.cancellations { deliveries.cancel(id) }
        for delivery in effects.deliveries { start(delivery) }
    }

    func enqueue(_ entries: [JournalEntry]) {
        if entries.count == 1 {
            journal.enqueue(entries[0].record, sequence: entries[0].sequence)
        } else if !entries.isEmpty {
            journal.enqueue(entries.lazy.map { AlertJournal.Entry(sequence: $0.sequence, record: $0.record) })
        }
    }

    private func start(_ delivery: Delivery) {
        let configuration = loaded.withLockedValue { $0[delivery.epoch] }
        let isStarted = deliveries.start(delivery) { [notifier, metrics] delivery in
            let begun = Clock.monotonic()
            defer { metrics.observeLatency(delivery.key, nanoseconds: Clock.monotonic() - begun) }
            guard let configuration else { return .failed(.other, message: "the configuration it was made under is gone") }
            return await notifier.send(delivery, with: configuration)
        } report: { [weak self] id, outcome in
            self?.perform { machine, now, effects in machine.deliveryEnded(id, outcome, at: now, into: &effects) }
        }
        if isStarted { metrics.attempted(delivery.key) }
    }

    private func beat() {
        let events = clockWatch.withLockedValue { watch in
            watch.look(wall: Clock.wall(), monotonic: Clock.monotonic(), boottime: Clock.boottime())
        }
        for event in events { observe(event) }
        perform { machine, now, effects in machine.advance(to: now, into: &effects) }
    }

    /// How many of everything the machine holds.
    var counts: MachineCounts { read { machine, now in machine.counts(at: now) } }

    /// Firing alerts by whether something mutes them, walked in short holds of the lock.
    func alertStates() -> (active: Int, suppressed: Int) {
        let fingerprints = read { machine, _ in machine.fingerprints }
        var states = (active: 0, suppressed: 0)
        var next = fingerprints.startIndex
        while next < fingerprints.endIndex {
            let chunk = fingerprints[next..<min(next + 256, fingerprints.endIndex)]
            read { machine, now in
                for fingerprint in chunk {
                    guard let status = machine.alertStatus(of: fingerprint, at: now) else { continue }
                    if status.silencedBy.isEmpty && status.inhibitedBy == nil { states.active += 1 } else { states.suppressed += 1 }
                }
            }
            next = chunk.endIndex
        }
        return states
    }

    // MARK: Writes that wait for the journal

    /// Takes alerts in and returns when every row that they touched is durable (DESIGN 2, rules 2 and 3).
    func receive(_ alerts: [Alert]) async throws(JournalError) {
        heartbeat.received(alerts)
        try await accept(alerts)
    }

    /// The same for alerts that are our own and prove nothing about senders.
    func accept(_ alerts: [Alert]) async throws(JournalError) {
        let sequence = takeInAll(alerts)
        if sequence > journal.durableSequence { try await journal.durable(through: sequence, within: options.durabilityTimeout) }
    }

    /// Applies alerts in pieces, so that no hold of the lock is long. Returns the sequence of the last row that they touched.
    @discardableResult
    func takeInAll(_ alerts: [Alert]) -> UInt64 {
        var sequence: UInt64 = 0
        var rest = alerts[...]
        while !rest.isEmpty {
            let batch = rest.count == alerts.count && rest.count <= Self.batchLimit ? alerts : Array(rest.prefix(Self.batchLimit))
            rest = rest.dropFirst(batch.count)
            sequence = max(sequence, takeIn(batch))
        }
        return sequence
    }

    private func takeIn(_ batch: [Alert]) -> UInt64 {
        let begun = Clock.monotonic()
        defer { metrics.processed(batch.count, nanoseconds: Clock.monotonic() - begun) }
        return perform { machine, now, effects in machine.receive(batch, at: now, into: &effects) }
    }
}
