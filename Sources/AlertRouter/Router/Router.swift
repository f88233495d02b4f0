public import AlertCore
import AlertStorage
import Exposition
import Journal
public import Labels
public import Logging
import NIOConcurrencyHelpers
public import Time
public import Transport

/// The shell around the machine: owns the lock, the journal, the timer and the deliveries (DESIGN 2).
///
/// Every event goes through `perform`: clock reading, state change and the hand-over of rows and deliveries happen under one hold of the lock,
/// so that their order is the order of the state changes.
public final class Router: Sendable {
    /// Where the configuration comes from.
    public enum ConfigurationSource: Sendable {
        /// A file, read again at each reload.
        case file(String)
        /// One route to a receiver that tells nobody: enough to look around.
        case builtIn

        /// How logs and pages name it.
        public var name: String {
            switch self {
            case .file(let path): path
            case .builtIn: "built-in"
            }
        }

        func load(mode: MatcherMode) throws(ConfigurationError) -> AlertmanagerConfiguration {
            switch self {
            case .file(let path): try AlertmanagerConfiguration.load(file: path, mode: mode)
            case .builtIn: try AlertmanagerConfiguration.parse(Self.builtInText, file: name, mode: mode)
            }
        }

        private static let builtInText = """
            route:
              receiver: nobody
              group_by: [alertname]
            receivers:
            - name: nobody
            """
    }

    /// What the command line decides.
    public struct Options: Sendable {
        /// Where the configuration comes from.
        public var configuration: ConfigurationSource
        /// The directory of the journal.
        public var storagePath: String
        /// Retention, intervals and limits of the machine.
        public var machine: MachineOptions
        /// Without a trailing slash.
        public var externalURL: String
        /// Normalised: one leading and no trailing slash; `/` is none.
        public var routePrefix: String
        /// What the cluster part of the status shows.
        public var cluster: ClusterStatus
        /// Which matcher grammar counts.
        public var matcherMode: MatcherMode
        /// `--log.silences`.
        public var logsSilences: Bool
        /// How often end times that moved and the heartbeat are written.
        public var durabilityTimeout: TimeSpan = .seconds(5)

        /// Options with these parts.
        public init(
            configuration: ConfigurationSource, storagePath: String, machine: MachineOptions, externalURL: String, routePrefix: String,
            cluster: ClusterStatus, matcherMode: MatcherMode, logsSilences: Bool
        ) {
            self.configuration = configuration
            self.storagePath = storagePath
            self.machine = machine
            self.externalURL = externalURL
            self.routePrefix = routePrefix
            self.cluster = cluster
            self.matcherMode = matcherMode
            self.logsSilences = logsSilences
        }
    }

    /// The options it was made with.
    public let options: Options
    /// When the process began.
    public let startedAt: Timestamp
    let metrics: RouterMetrics
    let log: Logger
    let journal: AlertJournal

    private let machine: NIOLockedValueBox<AlertMachine>
    private let loaded: NIOLockedValueBox<LoadedConfigurations>
    private let deliveries = DeliveryRunner()
    private let webhooks: WebhookSender
    private let silenceWrites = SerialQueue()
    private let reloads = SerialQueue()
    private let timer = NIOLockedValueBox<DeadlineTimer?>(nil)
    private let clockWatch = NIOLockedValueBox(ClockWatch())
    /// Deadlines handled, and alerts taken in, in one hold of the lock (DESIGN 2: never more than 1 ms).
    private static let dueLimit = 32
    private static let batchLimit = 256

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

        let journal = try AlertJournal.open(at: options.storagePath, options: JournalOptions())
        self.journal = journal
        let core = configuration.core()
        let restored = try journal.load { try AlertTables.load($0) }
        let now = ClockReading(wall: Clock.wall(), monotonic: Clock.monotonic())
        var effects = Effects()
        var machineOptions = options.machine
        machineOptions.dueLimit = Self.dueLimit
        var machine = AlertMachine(
            configuration: core, options: machineOptions, seed: UInt64.random(in: .min ... .max), at: now)
        machine.restore(restored, at: now, into: &effects)
        let epoch = machine.epoch
        self.machine = NIOLockedValueBox(machine)
        loaded = NIOLockedValueBox(LoadedConfigurations(configuration, epoch: epoch))
        webhooks = WebhookSender(transport: transport, externalURL: options.externalURL)
        metrics = RouterMetrics()
        metrics.configurationLoaded(configuration, core: core, at: now.wall)
        metrics.attach(to: self)
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
        // Before anything else happens: these rows have the lowest sequences.
        machine.withLockedValue { _ in carryOut(restored) }
        for note in restored.notes { observe(note) }
        let timer = DeadlineTimer { [weak self] in self?.beat() }
        self.timer.withLockedValue { $0 = timer }
        timer.start()
        perform { machine, now, effects in machine.advance(to: now, into: &effects) }
    }

    /// Stops telling, gives attempts that are under way `grace`, and closes the journal with everything in it.
    public func stop(within grace: TimeSpan = .seconds(5)) async {
        deliveries.close()
        timer.withLockedValue { $0 }?.stop()
        let impatient = Task {
            try? await Task.sleep(for: .nanoseconds(grace.nanoseconds))
            deliveries.cancelAll()
        }
        await deliveries.drained()
        impatient.cancel()
        if let problem = journal.close() {
            log.error("The last changes are not on the disk; none of them was acknowledged", metadata: ["err": "\(problem)"])
        }
    }

    // MARK: The one door to the machine

    /// Reads the clocks, changes the state and hands over what follows from it, all under one hold of the lock.
    @discardableResult
    func perform<R>(_ event: (inout AlertMachine, ClockReading, inout Effects) -> R) -> R {
        let (result, notes, deadline) = machine.withLockedValue { machine in
            let now = ClockReading(wall: Clock.wall(), monotonic: Clock.monotonic())
            var effects = Effects()
            let result = event(&machine, now, &effects)
            carryOut(effects)
            return (result, effects.notes, machine.nextDeadline)
        }
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

    private func enqueue(_ entries: [JournalEntry]) {
        if entries.count == 1 {
            journal.enqueue(entries[0].record, sequence: entries[0].sequence)
        } else if !entries.isEmpty {
            journal.enqueue(entries.lazy.map { AlertJournal.Entry(sequence: $0.sequence, record: $0.record) })
        }
    }

    private func start(_ delivery: Delivery) {
        let configuration = loaded.withLockedValue { $0[delivery.epoch] }
        let isStarted = deliveries.start(delivery) { [webhooks, metrics] delivery in
            let begun = Clock.monotonic()
            defer { metrics.observeLatency(delivery.key.kind, nanoseconds: Clock.monotonic() - begun) }
            guard let webhook = configuration?.webhooks[delivery.receiver][delivery.integration] else {
                return .failed(.other, message: "the receiver is not in the configuration any more")
            }
            return await webhooks.send(delivery, to: webhook)
        } report: { [weak self] id, outcome in
            self?.perform { machine, now, effects in machine.deliveryEnded(id, outcome, at: now, into: &effects) }
        }
        if isStarted { metrics.attempted(delivery.key.kind) }
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
        var sequence: UInt64 = 0
        var rest = alerts[...]
        while !rest.isEmpty {
            let batch = rest.count == alerts.count && rest.count <= Self.batchLimit ? alerts : Array(rest.prefix(Self.batchLimit))
            rest = rest.dropFirst(batch.count)
            sequence = max(sequence, takeIn(batch))
        }
        if sequence > journal.durableSequence { try await journal.durable(through: sequence, within: options.durabilityTimeout) }
    }

    private func takeIn(_ batch: [Alert]) -> UInt64 {
        let begun = Clock.monotonic()
        defer { metrics.processed(batch.count, nanoseconds: Clock.monotonic() - begun) }
        return perform { machine, now, effects in machine.receive(batch, at: now, into: &effects) }
    }

    /// Plans a change of silences, makes it durable, then applies it: one at a time. Nil if there was nothing to do.
    ///
    /// Throws `SilenceError` from the plan, or `JournalError`; the change is dropped then.
    func changeSilences(
        _ plan: @escaping @Sendable (borrowing AlertMachine, ClockReading) throws(SilenceError) -> SilenceChange?
    ) async throws -> String? {
        try await silenceWrites.run { [self] in
            let planned: Result<(SilenceChange, UInt64, [Silence?])?, SilenceError> = perform { machine, now, _ in
                do throws(SilenceError) {
                    guard let change = try plan(machine, now) else { return .success(nil) }
                    let before = change.records.map { machine.silence(id: $0.id) }
                    let entries = machine.reserve(change)
                    enqueue(entries)
                    return .success((change, entries.last?.sequence ?? 0, before))
                } catch {
                    return .failure(error)
                }
            }
            guard let (change, sequence, before) = try planned.get() else { return nil }
            do {
                try await journal.durable(through: sequence, within: options.durabilityTimeout)
            } catch {
                takeBack(change, before: before)
                throw error
            }
            perform { machine, now, effects in machine.apply(change, at: now, into: &effects) }
            logSilences(change)
            return change.id
        }
    }

    /// Puts the rows of a change that was refused back to what they were, so that a later commit does not bring it to life.
    private func takeBack(_ change: SilenceChange, before: [Silence?]) {
        perform { machine, _, _ in
            for (record, previous) in zip(change.records, before) {
                let restored: JournalRecord = previous.map { .silence($0) } ?? .silenceRemoved(id: record.id)
                enqueue([machine.reserve(restored)])
            }
        }
    }

    private func logSilences(_ change: SilenceChange) {
        guard options.logsSilences else { return }
        for silence in change.records {
            log.info(
                "Silence stored",
                metadata: [
                    "id": "\(silence.id)", "matchers": "\(silence.matchers)", "createdBy": "\(silence.createdBy)",
                    "endsAt": "\(RFC3339.string(silence.endsAt, fraction: .milliseconds))",
                ])
        }
    }

    // MARK: Configuration

    /// The configuration in force.
    public var configuration: AlertmanagerConfiguration { loaded.withLockedValue { $0.current } }

    /// Reads the configuration file again and swaps it in; on any error the old one stays. Nil when it went well, else what is wrong.
    public func reload() async -> String? {
        let result = try? await reloads.run { [self] () -> String? in
            let configuration: AlertmanagerConfiguration
            do {
                configuration = try options.configuration.load(mode: options.matcherMode)
            } catch {
                metrics.configurationFailed()
                log.error("Loading configuration file failed", metadata: ["file": "\(options.configuration.name)", "err": "\(error)"])
                return "\(error)"
            }
            for warning in configuration.warnings(retention: options.machine.retention) {
                log.warning("Configuration", metadata: ["warning": "\(warning)"])
            }
            let core = configuration.core()
            perform { machine, now, effects in
                loaded.withLockedValue { $0.add(configuration, epoch: machine.epoch + 1) }
                machine.reload(core, at: now, into: &effects)
            }
            metrics.configurationLoaded(configuration, core: core, at: Clock.wall())
            log.info("Completed loading of configuration file", metadata: ["file": "\(options.configuration.name)"])
            return nil
        }
        return result ?? nil
    }
}

/// The configuration in force and the few before it, which deliveries under way still name by epoch.
private struct LoadedConfigurations: Sendable {
    private var byEpoch: [UInt32: AlertmanagerConfiguration]
    private(set) var current: AlertmanagerConfiguration
    private static let kept: UInt32 = 4

    init(_ configuration: AlertmanagerConfiguration, epoch: UInt32) {
        byEpoch = [epoch: configuration]
        current = configuration
    }

    mutating func add(_ configuration: AlertmanagerConfiguration, epoch: UInt32) {
        byEpoch[epoch] = configuration
        current = configuration
        byEpoch = byEpoch.filter { $0.key + Self.kept > epoch }
    }

    subscript(epoch: UInt32) -> AlertmanagerConfiguration? { byEpoch[epoch] }
}
