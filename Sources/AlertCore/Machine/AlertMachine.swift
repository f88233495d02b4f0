import Labels
import Time

/// The pure heart: events and the time in, effects out (DESIGN 2).
///
/// A value, but never copied: it lives behind one lock and is mutated in place. It reads no clock, does no I/O, and its only randomness is
/// the jitter of a seeded generator, so the same events give the same effects.
///
///     var machine = AlertMachine(configuration: configuration, options: MachineOptions(), seed: 1, at: now)
///     machine.restore(state, at: now, into: &effects)
///     let sequence = machine.receive(alerts, at: now, into: &effects)
public struct AlertMachine: Sendable {
    /// What it routes by.
    public internal(set) var configuration: CoreConfiguration
    /// Counts configurations: 1 for the first, one more with each reload.
    public internal(set) var epoch: UInt32 = 1
    let options: MachineOptions

    var store = AlertStore()
    var groups = GroupStore()
    var silenceStore = SilenceStore()
    var log = NotificationLog()

    // Compiled from the configuration.
    var routing: RoutingTree
    var inhibition: InhibitionIndex
    /// Lists of routes and rules, as slots name them.
    var lists = IndexLists()

    var alertnameLimit: AlertnameLimit
    /// Whether a clock step moved silences since a change of them was reserved.
    var silencesWereClamped = false
    /// Slots of ended alerts that the inhibition index still holds, for ticks that were remembered from before their end.
    var endedSources: ContiguousArray<Int32> = []

    /// Chains of attempts, by the lower half of their ids.
    var deliveries: [UInt32: PendingDelivery] = [:]
    /// The log keys that a chain works on.
    var lanes: [LogKey: Lane] = [:]
    /// Monotonic moments before which a receiver does not want to be asked again under a log key.
    var notBefore: [LogKey: Int64] = [:]

    var heap = DeadlineHeap()
    var clock: ClockTracker
    var generator: SeededGenerator
    /// Monotonic time before which no group flushes.
    let startDelayEnd: Int64
    private var lastSequence: UInt64 = 0
    var deliveryCount: UInt64 = 0
    var flushCount: UInt64 = 0

    /// An empty machine. `restore` must be called next.
    public init(configuration: CoreConfiguration, options: MachineOptions, seed: UInt64, at now: ClockReading) {
        self.configuration = configuration
        self.options = options
        routing = RoutingTree(configuration.routes)
        inhibition = InhibitionIndex(configuration.inhibitRules, keepsTargets: configuration.tellsSuppressed)
        alertnameLimit = AlertnameLimit(options.perAlertnameLimit)
        clock = ClockTracker(now)
        generator = SeededGenerator(seed: seed)
        startDelayEnd = now.monotonic(after: options.startDelay)
        schedule(.lease, after: options.leaseInterval, from: now)
        schedule(.alertsGC, after: options.alertsGCInterval, from: now)
        schedule(.maintenance, after: options.maintenanceInterval, from: now)
    }

    /// Notes the time and runs everything that is due: ticks, retries, deadlines, leases, garbage collection. Every other event starts with it.
    ///
    /// With `MachineOptions.dueLimit` it may leave something for the next call.
    public mutating func advance(to now: ClockReading, into effects: inout Effects) {
        noteTime(now, into: &effects)
        runDue(at: now, into: &effects)
    }

    /// Monotonic nanoseconds at which `advance` must be called next.
    public var nextDeadline: Int64? { heap.first?.monotonic }

    /// Runs what is due, earliest first, as far as the limit allows. What comes due meanwhile runs as well.
    mutating func runDue(at now: ClockReading, into effects: inout Effects) {
        var allowed = options.dueLimit > 0 ? options.dueLimit : .max
        while allowed > 0, let deadline = heap.popDue(at: now.monotonic) {
            allowed -= 1
            switch deadline.kind {
            case .groupTick: tick(deadline, at: now, into: &effects)
            case .deliveryDeadline: deliveryTimedOut(deadline, at: now, into: &effects)
            case .deliveryRetry: retryDelivery(deadline, at: now, into: &effects)
            case .alertEnd: alertMayHaveEnded(deadline, at: now, into: &effects)
            case .silenceEnd: silenceMayHaveEnded(deadline, at: now)
            case .lease:
                schedule(.lease, after: options.leaseInterval, from: now)
                recordLeases(at: now, into: &effects)
            case .alertsGC:
                schedule(.alertsGC, after: options.alertsGCInterval, from: now)
                collectEndedAlerts(at: now, into: &effects)
            case .maintenance:
                schedule(.maintenance, after: options.maintenanceInterval, from: now)
                collectSilencesAndLog(at: now, into: &effects)
            }
        }
    }

    /// Sets the next run of a periodic task. An interval of nothing would never let `runDue` end.
    private mutating func schedule(_ kind: DeadlineKind, after interval: TimeSpan, from now: ClockReading) {
        heap.insert(Deadline(monotonic: now.monotonic(after: max(interval, .milliseconds(1))), kind: kind, id: 0, generation: 0))
    }

    // MARK: The journal

    /// Gives a row that the shell writes itself its place in the journal; changes nothing else.
    public mutating func reserve(_ record: JournalRecord) -> JournalEntry {
        JournalEntry(sequence: reserveSequence(), record: record)
    }

    private mutating func reserveSequence() -> UInt64 {
        lastSequence += 1
        return lastSequence
    }

    /// Adds a row to the effects. Returns its sequence.
    @discardableResult
    mutating func journal(_ record: JournalRecord, into effects: inout Effects) -> UInt64 {
        let sequence = reserveSequence()
        effects.journal.append(JournalEntry(sequence: sequence, record: record))
        return sequence
    }

    /// Journals an alert, whole.
    mutating func journalAlert(_ slot: Int32, into effects: inout Effects) {
        guard let alert = store[slot].alert else { return }
        store[slot].sequence = journal(.alert(slot: slot, alert), into: &effects)
        store[slot].flags.remove(.isDirty)
        if alert.endReason == nil { store[slot].flags.remove(.endIsJournalled) } else { store[slot].flags.insert(.endIsJournalled) }
    }
}
