import Labels
import MonitorFile

/// What a scraper does now: its jobs, their loops, and when each of them is due.
struct ScraperState: Sendable {
    /// One job and its targets.
    struct Pool: Sendable {
        var job: ScrapeJob
        var discoverer: Discoverer
        /// Counts the syncs begun, so that a late one does not undo a newer one.
        var syncs = 0
        var syncsDone = 0
        /// Whether the discoverer's first answer has become targets.
        var isDiscovered = false
        var built = BuiltTargets()
        var loops: [Target.Identity: UInt64] = [:]
        /// The problems that were logged.
        var told: Set<TargetProblem> = []
    }

    /// What becomes of a loop when it is due.
    enum Phase: Sendable {
        /// It scrapes.
        case scraping
        /// It gets stale markers of this time, and goes.
        case retiring(pool: String, staleTime: Int64)
    }

    /// A loop and where it stands.
    struct Slot: Sendable {
        var loop: ScrapeLoop
        var phase = Phase.scraping
        /// The moment of the grid that the next scrape is meant for; nil for a first one.
        var moment: Int64?
        /// The scrape under way, and its number.
        var task: Task<Void, Never>?
        var run: UInt64 = 0
        /// When the last scrape began, nanoseconds of the monotonic clock.
        var lastStart: Int64?
        /// The time of the last scrape's samples.
        var lastTime: Int64?
    }

    /// Someone who waits for first scrapes.
    struct Waiter: Sendable {
        /// The loops that have not been tried yet; nil until discovery has answered.
        var loops: Set<UInt64>?
        var continuation: CheckedContinuation<Void, Never>
    }

    var pools: [String: Pool] = [:]
    /// The jobs in their order.
    var order: [String] = []
    var slots: [UInt64: Slot] = [:]
    /// Loops of targets that are gone and whose markers are still to come, by job.
    var retiring: [String: [Target.Identity: UInt64]] = [:]
    var schedule = ScrapeSchedule()
    /// Loops that were not tried since they came, or since the last sleep.
    var untried: Set<UInt64> = []
    var waiters: [Waiter] = []
    /// Scrapes under way, of loops that are gone too.
    var running: [UInt64: Task<Void, Never>] = [:]
    /// Those who wait until no scrape is under way.
    var quietWaiters: [CheckedContinuation<Void, Never>] = []
    var nextID: UInt64 = 1
    var nextRun: UInt64 = 1
    var seed: UInt64 = 0
    var isStopped = false

    // MARK: Waiting

    /// Marks a loop as tried, or as one that nobody need wait for.
    mutating func settle(_ id: UInt64) {
        untried.remove(id)
        for index in waiters.indices { waiters[index].loops?.remove(id) }
    }

    /// Takes out those whose wait is over.
    mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        guard !waiters.isEmpty else { return [] }
        let isDiscovered = pools.values.allSatisfy(\.isDiscovered)
        var over: [CheckedContinuation<Void, Never>] = []
        for index in waiters.indices {
            if waiters[index].loops == nil, isDiscovered { waiters[index].loops = untried }
            if waiters[index].loops?.isEmpty == true { over.append(waiters[index].continuation) }
        }
        waiters.removeAll { $0.loops?.isEmpty == true }
        return over
    }

    // MARK: Deadlines

    func grid(of target: Target) -> ScrapeGrid { ScrapeGrid(hash: target.hash, seed: seed, interval: target.interval) }

    /// Lets a loop scrape soon: at start, after a reload, after a sleep.
    mutating func scheduleFirst(_ id: UInt64, _ clock: any ScrapeClock) {
        guard let slot = slots[id] else { return }
        let target = slot.loop.setup.withLockedValue { $0.target }
        slots[id]?.moment = nil
        untried.insert(id)
        schedule.set(id, at: clock.monotonic() + grid(of: target).firstDelay() * 1_000_000)
    }

    /// Lets a loop scrape at the next moment of its grid after a time in milliseconds.
    mutating func scheduleNext(_ id: UInt64, after time: Int64, _ clock: any ScrapeClock) {
        guard let slot = slots[id] else { return }
        let moment = grid(of: slot.loop.setup.withLockedValue { $0.target }).next(after: time)
        slots[id]?.moment = moment
        schedule.set(id, at: clock.deadline(of: moment))
    }

    /// Ends a loop: its series get stale markers later, for the target may come back. One that never scraped goes at once.
    mutating func retire(_ id: UInt64, of pool: String, _ clock: any ScrapeClock) {
        guard let slot = slots[id] else { return }
        slot.task?.cancel()
        settle(id)
        guard let last = slot.lastTime else {
            slots[id] = nil
            schedule.remove(id)
            return
        }
        let target = slot.loop.setup.withLockedValue { $0.target }
        // The time of the next scrape that will not be; nobody else has written by then if the target is not back an interval later.
        let stale = grid(of: target).next(after: max(last, clock.wallMilliseconds()))
        slots[id]?.phase = .retiring(pool: pool, staleTime: stale)
        slots[id]?.task = nil
        slots[id]?.run = 0
        retiring[pool, default: [:]][slot.loop.identity] = id
        schedule.set(id, at: clock.deadline(of: stale + target.interval + target.interval / 10))
    }
}
