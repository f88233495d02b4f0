import NIOConcurrencyHelpers
import Synchronization
import Time

extension Scraper {
    /// Changes the state, sets the timer to what is due next and lets those go on whose wait is over.
    func change<Result>(_ body: (inout ScraperState) -> Result) -> Result {
        let (result, over) = state.withLockedValue { state in
            let result = body(&state)
            if !state.isStopped { timer.schedule(state.schedule.next()) }
            return (result, state.takeWaiters())
        }
        for continuation in over { continuation.resume() }
        return result
    }

    // MARK: Scrapes

    /// Begins every scrape that is due, and ends what was to end.
    func runDue() {
        let retired = change { state -> [(loop: ScrapeLoop, staleTime: Int64)] in
            guard !state.isStopped else { return [] }
            var retired: [(ScrapeLoop, Int64)] = []
            let now = shared.clock.monotonic()
            while let id = state.schedule.pop(at: now) {
                guard let slot = state.slots[id] else { continue }
                switch slot.phase {
                case .scraping: begin(id, slot, at: now, &state)
                case .retiring(let pool, let staleTime):
                    state.slots[id] = nil
                    state.retiring[pool]?[slot.loop.identity] = nil
                    if state.retiring[pool]?.isEmpty == true { state.retiring[pool] = nil }
                    retired.append((slot.loop, staleTime))
                }
            }
            return retired
        }
        for (loop, staleTime) in retired { loop.retire(at: staleTime) }
    }

    private func begin(_ id: UInt64, _ slot: ScraperState.Slot, at now: Int64, _ state: inout ScraperState) {
        let loop = slot.loop
        let target = loop.setup.withLockedValue { $0.target }
        let wall = shared.clock.wallMilliseconds()
        let time = slot.moment.map { state.grid(of: target).aligned(wall, to: $0) } ?? wall
        if let last = slot.lastStart {
            shared.metrics.observe(distance: Double(now - last) / 1e9, interval: GoDuration.format(.milliseconds(target.interval)))
        }
        let run = state.nextRun
        state.nextRun += 1
        let task = Task { [self] in
            let outcome = await loop.scrape(at: time)
            finish(id, run, at: time, outcome)
        }
        state.running[run] = task
        state.slots[id]?.task = task
        state.slots[id]?.run = run
        state.slots[id]?.lastStart = now
        state.slots[id]?.lastTime = time
    }

    private func finish(_ id: UInt64, _ run: UInt64, at time: Int64, _ outcome: ScrapeLoop.Outcome?) {
        let quiet = change { state -> [CheckedContinuation<Void, Never>] in
            state.running[run] = nil
            if let slot = state.slots[id], slot.run == run, outcome != nil, !state.isStopped {
                state.slots[id]?.task = nil
                state.slots[id]?.run = 0
                state.settle(id)
                let now = shared.clock.wallMilliseconds()
                state.scheduleNext(id, after: max(time, now), shared.clock)
                let grid = state.grid(of: slot.loop.setup.withLockedValue { $0.target })
                let missed = (grid.next(after: max(time, now)) - grid.next(after: time)) / grid.interval
                if missed > 0 { shared.metrics.skipped.wrappingAdd(Int(missed), ordering: .relaxed) }
            }
            guard state.running.isEmpty else { return [] }
            defer { state.quietWaiters = [] }
            return state.quietWaiters
        }
        for continuation in quiet { continuation.resume() }
    }

    // MARK: Life

    /// Waits until every target that is known now, or will be once discovery has answered for the first time, was tried once since it came
    /// or since the last sleep. Each try ends with the target's timeout at the latest.
    public func firstScrapes() async {
        await withCheckedContinuation { continuation in
            let isStopped = change { state in
                if !state.isStopped { state.waiters.append(ScraperState.Waiter(loops: nil, continuation: continuation)) }
                return state.isStopped
            }
            if isStopped { continuation.resume() }
        }
    }

    /// Tries every target again soon, as is right after the machine has slept. What is under way is given up: its connections are dead.
    public func resumed() {
        let discoverers = change { state -> [Discoverer] in
            guard !state.isStopped else { return [] }
            for (id, slot) in state.slots {
                guard case .scraping = slot.phase else { continue }
                slot.task?.cancel()
                state.slots[id]?.task = nil
                state.slots[id]?.run = 0
                state.slots[id]?.lastStart = nil
                state.scheduleFirst(id, shared.clock)
            }
            return state.pools.values.map(\.discoverer)
        }
        for discoverer in discoverers { discoverer.refresh() }
    }

    /// Ends all scrapes and returns when none is under way. No series gets a stale marker: after a restart they go on. The second call only waits.
    public func stop() async {
        let (tasks, waiting) = end()
        for continuation in waiting { continuation.resume() }
        for task in tasks { await task.value }
    }

    private func end() -> ([Task<Void, Never>], [CheckedContinuation<Void, Never>]) {
        applying.withLock {
            let (tasks, waiting, discoverers) = state.withLockedValue { state in
                state.isStopped = true
                defer { state.waiters = [] }
                return (Array(state.running.values), state.waiters.map(\.continuation), state.pools.values.map(\.discoverer))
            }
            timer.stop()
            for discoverer in discoverers { discoverer.stop() }
            for task in tasks { task.cancel() }
            return (tasks, waiting)
        }
    }

    /// Waits until no scrape is under way: for tests, which own the clock.
    func quiet() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLockedValue { state in
                if !state.running.isEmpty { state.quietWaiters.append(continuation) }
                return state.running.isEmpty
            }
            if isQuiet { continuation.resume() }
        }
    }
}
