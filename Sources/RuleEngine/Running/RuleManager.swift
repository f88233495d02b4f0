public import Exposition
public import Logging
import NIOConcurrencyHelpers
public import Rules
public import SampleStore
import Synchronization

/// Evaluates groups of rules on their ticks, tells alerts, stores samples and keeps what must survive a restart (reference 2).
///
/// ```swift
/// let manager = RuleManager(
///     store: store, sources: QuerySources(local: LocalSource(store: store)), dispatcher: dispatcher,
///     state: RuleStateStore.open(at: storagePath, log: log), ready: { await scraper.firstScrapes() }, log: log)
/// try manager.apply(groups, settings: settings)    // start, and at every reload
/// await manager.stop()
/// ```
///
/// Passes run on threads of their own, those of each source apart, because they block. For each rule, in the order of the file: evaluate, tell alerts, store
/// samples and stale markers, hand the new state to the journal; so a later rule of the pass sees what an earlier one stored.
///
/// Before a local group's first pass after start, after the host slept or its clock was set, and before the first pass of groups that a reload brought, `ready`
/// must have returned. The manager notices sleep and clock steps itself: it looks at the clocks every second.
public final class RuleManager: Sendable {
    /// What a server sets once.
    public struct Options: Sendable {
        /// Threads for local groups.
        public var localThreads = 2
        /// Threads for the groups of each remote source.
        public var remoteThreads = 4
        /// How long `stop` waits for rules in progress; what they give afterwards is dropped. Milliseconds.
        public var stopLimit: Int64 = 5000
        /// Called when the process goes on after a time without it (milliseconds), before `ready`: the scraper tries every target at once.
        public var resumed: @Sendable (_ gap: Int64) async -> Void = { _ in }
        /// Where the manager's own metrics go.
        public var metrics = MetricRegistry()
        /// Where the time comes from.
        public var clock: any RuleClock = SystemRuleClock()
        /// Without it nothing happens but by `look()`, for tests.
        var isTimed = true

        /// The defaults.
        public init() {}
    }

    let options: Options
    let store: SampleStore
    let dispatcher: any AlertSink
    let state: RuleStateStore?
    let ready: @Sendable () async -> Void
    let metrics: RuleMetrics
    let log: Logger
    let desk: NIOLockedValueBox<ManagerDesk>
    /// `stop` has given up on what still runs.
    let isAbandoned = Atomic(false)

    /// A manager without groups. Nothing is evaluated before the first `apply`.
    ///
    /// - Parameters:
    ///   - dispatcher: Takes alerts over before their samples are stored.
    ///   - state: What survives restarts; nil keeps nothing.
    ///   - ready: Returns when every target was scraped since it was called, or could not be.
    public init(
        options: Options = Options(), store: SampleStore, sources: QuerySources, dispatcher: any AlertSink, state: RuleStateStore? = nil,
        ready: @escaping @Sendable () async -> Void, log: Logger
    ) {
        self.options = options
        self.store = store
        self.dispatcher = dispatcher
        self.state = state
        self.ready = ready
        self.log = log
        metrics = RuleMetrics(options.metrics)
        desk = NIOLockedValueBox(ManagerDesk(sources: sources))
        metrics.collect(from: self)
    }

    /// Evaluates these groups from now on. Groups that did not change go on undisturbed; rules of changed groups keep their alerts (reference 2.5).
    ///
    /// Throws when a group's source does not exist or cannot evaluate it; then everything stays as it was.
    ///
    /// - Parameter sources: Replaces the sources; nil keeps them.
    public func apply(_ groups: [RuleGroupDefinition], settings: RuleSettings, sources: QuerySources? = nil) throws(RuleFileError) {
        let sources = sources ?? desk.withLockedValue { $0.sources }
        try sources.check(groups)
        let now = options.clock.now
        let (isFirst, gate) = desk.withLockedValue { desk -> (Bool, UInt64?) in
            guard !desk.isStopped else { return (false, nil) }
            let isFirst = !desk.isStarted
            desk.isStarted = true
            desk.settings = settings
            desk.settings.recordedWindows = RefillWindow.recorded(by: groups)
            desk.sources = sources
            replace(groups, in: &desk, at: now, isStart: isFirst)
            return (isFirst, desk.slots.values.contains { $0.isHeld } ? desk.beginGate() : nil)
        }
        state?.forgetOld(now: now.wall)
        if let gate { open(gate, after: nil) }
        if isFirst, options.isTimed { startTimer() } else { look() }
    }

    /// Ends for good: rules in progress finish, the others are dropped. Firing alerts are not told as resolved and no stale markers are written.
    public func stop() async {
        let timer = desk.withLockedValue { desk -> RuleTimer? in
            desk.isStopped = true
            for slot in desk.slots.values { slot.group.isCancelled.store(true, ordering: .relaxed) }
            defer { desk.timer = nil }
            return desk.timer
        }
        timer?.stop()
        await settled(within: options.stopLimit)
        isAbandoned.store(true, ordering: .relaxed)
        let (threads, record) = desk.withLockedValue { desk in
            defer { desk.lanes = [:] }
            return (Array(desk.lanes.values), desk.takePasses(at: options.clock.now.monotonic, isLast: true))
        }
        for lane in threads { lane.stop() }
        if let record { state?.write(record) }
        await state?.flush()
    }

    /// All groups as they are now, by file and name.
    public func groups() -> [RuleGroupSnapshot] {
        let slots = desk.withLockedValue { Array($0.slots.values) }
        return slots.sorted { $0.group.key < $1.group.key }.map { slot in
            var snapshot = slot.group.published.withLockedValue { $0 }
            snapshot.missedPasses = slot.missed
            snapshot.nextEvaluation = slot.next
            return snapshot
        }
    }

    private func startTimer() {
        let timer = RuleTimer { [weak self] in self?.look() }
        let isStopped = desk.withLockedValue { desk in
            if !desk.isStopped { desk.timer = timer }
            return desk.isStopped
        }
        if isStopped { timer.stop() }
    }
}
