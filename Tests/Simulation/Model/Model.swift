import AlertCore

/// The naive machine: the specification's words carried out by scanning, without an index, a heap or a cache. It follows the core step by step and
/// compares everything the core does with what the words ask for.
final class Model {
    let world: World
    let options: MachineOptions
    var configuration: ModelConfiguration
    var inhibition: NaiveInhibition
    /// Counts configurations, as the core does.
    var epoch: UInt32 = 1
    /// The present, by the wall clock.
    var wall: Nanos
    /// The wall clock at the step before.
    var previousWall: Nanos
    /// The present, by the monotonic clock.
    var mono: Nanos
    /// The last that was heard of each subject; nil when neither the store nor a group holds it.
    var alerts: [ModelAlert?]
    /// What the store holds.
    var stored: SubjectSet = 0
    /// How many durable changes each subject has seen; outlives processes.
    var versions: [Int]
    var silences: ModelSilences
    var log: [Int: ModelEntry] = [:]
    var groups: [ModelGroup] = []
    var lanes: [Int: ModelLane] = [:]
    /// Before when nothing may be attempted under a key, monotonic. Never forgotten: what is past forbids nothing.
    var notBefore: [Int: Nanos] = [:]
    /// Attempts under way.
    var attempts: [DeliveryID: ModelChain] = [:]
    /// When groups may begin to flush (reference 4.4).
    let startsFlushingAt: Nanos
    var nextAlertsGC: Nanos
    var nextMaintenance: Nanos
    var nextLease: Nanos
    /// What the core did in this step.
    var observed: Observed
    /// Subjects with a durable change in this step.
    var changed: SubjectSet = 0
    /// Subjects that were only refreshed in this step.
    var refreshed: SubjectSet = 0
    /// Log entries past their time that were dropped in this step.
    var collected: Set<Int> = []
    /// Log entries that a step of the clock corrected in this step.
    var corrected: [Int: ModelEntry] = [:]
    /// Subjects whose end moved later after their durable change, in this step.
    var leasedSince: SubjectSet = 0
    /// The end times that leases written in this step must bring the rows to; nil when none are due.
    var leased: [Nanos?]?
    var statistics = Statistics()
    /// Wall minus monotonic clock, as it was when it last counted as normal.
    var clockReference: Nanos
    /// The same, as it was when a jump was last reported.
    var reportedReference: Nanos
    /// Both clocks as they were at the step before.
    var previousReading: (wall: Nanos, mono: Nanos)
    /// The wall clock moved by so little that nothing was recomputed: ends may be noticed late.
    var hasUnnoticedDrift = false
    /// Subjects whose end the core has not noted. Between two small steps forward that only together count as a jump, one may be told as over.
    var notedFiring: SubjectSet = ~0
    /// Whether the core's store holds a subject after this step.
    var coreStores: (Int) -> Bool = { _ in false }
    /// The attempt whose outcome this step brings: there is no use in cancelling it.
    var endingID: DeliveryID?
    private var revision = 0

    /// A model of a machine that has just been made.
    init(
        world: World, configuration: ModelConfiguration, options: MachineOptions, versions: [Int], wall: Nanos, mono: Nanos
    ) {
        self.world = world
        self.configuration = configuration
        self.options = options
        self.versions = versions
        self.wall = wall
        previousWall = wall
        self.mono = mono
        inhibition = NaiveInhibition(configuration, world: world)
        alerts = Array(repeating: nil, count: world.subjects.count)
        silences = ModelSilences(limit: options.maxSilences)
        startsFlushingAt = mono + options.startDelay.nanoseconds
        clockReference = wall - mono
        reportedReference = clockReference
        previousReading = (wall, mono)
        nextAlertsGC = mono + options.alertsGCInterval.nanoseconds
        nextMaintenance = mono + options.maintenanceInterval.nanoseconds
        nextLease = mono + options.leaseInterval.nanoseconds
        observed = Observed(Effects(), world: world)
    }

    /// What the store or a group holds.
    var held: SubjectSet { groups.reduce(stored) { $0 | $1.members } }

    /// Stored subjects that fire at a time.
    func firing(at time: Nanos) -> SubjectSet {
        var set: SubjectSet = 0
        stored.forEach { if let alert = alerts[$0], alert.over(at: time) == nil { set |= .only($0) } }
        return set
    }

    /// A number that no message had before.
    func nextRevision() -> Int {
        revision += 1
        return revision
    }

    /// Checks a condition of a property.
    @inline(__always)
    func check(_ property: Property, _ holds: Bool, _ message: @autoclosure () -> String) throws(Violation) {
        statistics.checked(property)
        if !holds { throw Violation(property, message()) }
    }

    // MARK: A step

    /// Begins a step: the core has done what `observed` holds between the last step and this reading.
    func begin(wall newWall: Nanos, mono newMono: Nanos, observed: Observed) throws(Violation) {
        self.observed = observed
        changed = 0
        refreshed = 0
        leasedSince = 0
        corrected.removeAll(keepingCapacity: true)
        collected.removeAll(keepingCapacity: true)
        leased = nil
        previousWall = wall
        wall = newWall
        mono = newMono
        try compareClocks()
        try runDue()
    }

    /// Ends a step: whatever became due through it is done, and nothing else.
    func finish() throws(Violation) {
        try runDue()
        if observed.limited != 0 { throw Violation(.limit, "an alert was dropped that the limit lets in") }
        if let rest = observed.rest {
            let key = observed.decisions.first?.key ?? observed.deliveries.first?.key ?? observed.told.first?.key
            throw key.map { undecidedIfShared(Violation(.dedup, rest), $0) } ?? Violation(.dedup, rest)
        }
    }

    /// The earliest moment at which something is due.
    var nextDue: Nanos {
        var next = min(nextAlertsGC, nextMaintenance, nextLease)
        for group in groups {
            if let tick = group.nextTick { next = min(next, tick) }
            if let flush = group.flush { next = min(next, flush.deadline) }
        }
        for lane in lanes.values {
            guard let chain = lane.current else { continue }
            if chain.state == .waiting { next = min(next, chain.retryAt) }
            if chain.isOrphan, !chain.isCancelled { next = min(next, chain.deadline) }
        }
        return next
    }

    private func runDue() throws(Violation) {
        var rounds = 0
        while nextDue <= mono {
            rounds += 1
            if rounds > 10_000 { throw Violation(.wakeUp, "the model itself does not come to rest") }
            try runEarliest()
        }
    }

    private func runEarliest() throws(Violation) {
        let due = nextDue
        if nextLease == due {
            nextLease = mono + options.leaseInterval.nanoseconds
            synchronizeClocks()
            lease()
            return
        }
        if nextAlertsGC == due {
            nextAlertsGC = mono + options.alertsGCInterval.nanoseconds
            collectAlerts()
            return
        }
        if nextMaintenance == due {
            nextMaintenance = mono + options.maintenanceInterval.nanoseconds
            collectSilencesAndLog()
            return
        }
        for group in groups {
            if let flush = group.flush, flush.deadline == due { return try giveUp(flush) }
        }
        for lane in lanes.values {
            guard let chain = lane.current else { continue }
            if chain.state == .waiting, chain.retryAt == due {
                // Woken so late that its time is up as well, it rests until the flush gives up.
                if mono >= chain.deadline { chain.retryAt = .max } else { try attempt(chain) }
                return
            }
            if chain.isOrphan, !chain.isCancelled, chain.deadline == due {
                return chain.state == .attempting ? try cancel(chain) : try abandon(chain)
            }
        }
        let ticking = groups.filter { $0.nextTick == due }
        if let group = ticking.first(where: { explains($0, among: ticking) }) ?? ticking.first { return try tick(group) }
    }

    /// The first point of a grid that lies after a moment.
    static func gridPoint(from start: Nanos, step: Nanos, after moment: Nanos) -> Nanos {
        start > moment ? start : start + ((moment - start) / step + 1) * step
    }

    /// All end times and the heartbeat are written.
    func lease() { leased = alerts.map { $0.flatMap { $0.over(at: wall) == nil ? $0.endsAt : nil } } }

    // MARK: Garbage

    private func collectAlerts() {
        let before = stored
        before.forEach { subject in
            guard let alert = alerts[subject], alert.over(at: wall) != nil else { return }
            // After a small step of the wall clock, or when the machine wakes up late, an end may be noticed just after the collection.
            if alert.ended == nil, alert.endsAt > wall - .seconds(2), coreStores(subject) { return }
            stored &= ~.only(subject)
        }
        forgetUnheld()
    }

    /// Forgets what neither the store nor a group holds.
    func forgetUnheld() {
        let held = self.held
        for subject in alerts.indices where alerts[subject] != nil && !held.has(subject) { alerts[subject] = nil }
    }

    private func collectSilencesAndLog() {
        silences.all.removeAll { $0.endsAt + options.retention.nanoseconds <= wall }
        for (key, entry) in log where entry.expiresAt <= wall {
            log[key] = nil
            collected.insert(key)
        }
    }
}
