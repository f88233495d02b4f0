import Rules

/// What the manager's callers, its timer and its threads share, behind one lock that is never held for long.
struct ManagerDesk: Sendable {
    /// A group that left the configuration, and when its series become stale (reference 2.5). Milliseconds.
    struct Leaving: Sendable {
        let group: ScheduledGroup
        let staleAt: Int64
        var isRunning: Bool
    }

    /// Somebody who waits until no pass runs; of one source, or of all.
    struct Waiter: Sendable {
        let id: UInt64
        let source: String?
        let continuation: CheckedContinuation<Void, Never>
    }

    var settings = RuleSettings()
    var sources: QuerySources
    var slots: [RuleGroupKey: GroupSlot] = [:]
    var leaving: [RuleGroupKey: Leaving] = [:]
    var lanes: [String: RuleThreads] = [:]
    var isStarted = false
    var isStopped = false
    var timer: RuleTimer?
    var watch = ClockGapWatch()
    /// Counts the waits for scrapes; only the end of the newest one lets groups go.
    private(set) var gate: UInt64 = 0
    /// Waits that have not ended.
    var openGates = 0
    /// Passes on their lanes, by the name of the source.
    var running: [String: Int] = [:]
    var waiters: [Waiter] = []
    var nextWaiter: UInt64 = 0
    /// Times of passes that are not recorded yet.
    private var unrecorded: [RuleGroupKey: Int64] = [:]
    private var recordedAt: Int64?
    private var hasUrgent = false

    init(sources: QuerySources) { self.sources = sources }

    /// Begins to wait for scrapes.
    mutating func beginGate() -> UInt64 {
        gate += 1
        openGates += 1
        return gate
    }

    /// Holds local groups after a gap and tells all of them about it.
    mutating func hold(_ gap: ClockGap) -> UInt64 {
        for key in slots.keys {
            slots[key]?.hold(after: gap)
        }
        return beginGate()
    }

    /// Lets groups go whose scrapes are there; those of remote sources need not wait for them.
    mutating func release(at now: Int64, where condition: (ScheduledGroup) -> Bool) {
        for (key, slot) in slots where slot.isHeld && condition(slot.group) { slots[key]?.release(at: now) }
    }

    /// How a pass ended.
    enum PassEnd {
        /// Its group was stopped or replaced before it began.
        case dropped
        case ran
        /// It ran, and an alert measures time: its record must not lag behind.
        case urgent
    }

    /// Notes that a pass is over.
    mutating func noteEnd(of pass: GroupPass, _ end: PassEnd) {
        let key = pass.group.key
        if end == .dropped, let suspended = pass.suspended { slots[key]?.addSuspension(suspended) }
        guard slots[key]?.group === pass.group else { return }
        slots[key]?.isRunning = false
        if end != .dropped { unrecorded[key] = pass.time }
        if end == .urgent { hasUrgent = true }
    }

    /// The times of passes that are due to be recorded.
    mutating func takePasses(at monotonic: Int64, isLast: Bool = false) -> RuleStateRecord? {
        guard !unrecorded.isEmpty else { return nil }
        let lag = hasUrgent ? RuleStateStore.urgentLag : RuleStateStore.passLag
        if !isLast, let recordedAt, monotonic - recordedAt < lag * 1_000_000 { return nil }
        recordedAt = monotonic
        hasUrgent = false
        defer { unrecorded = [:] }
        return .passes(unrecorded.map { ($0.key, $0.value) })
    }

    /// Those who waited for passes that are over now.
    mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        var done: [CheckedContinuation<Void, Never>] = []
        var others: [Waiter] = []
        for waiter in waiters {
            if isSettled(waiter.source) { done.append(waiter.continuation) } else { others.append(waiter) }
        }
        waiters = others
        return done
    }

    /// Whether no pass runs, of one source or of all; then no wait for scrapes may be under way either.
    func isSettled(_ source: String?) -> Bool {
        if let source { return running[source, default: 0] == 0 }
        return running.values.allSatisfy { $0 == 0 } && (openGates == 0 || isStopped)
    }
}
