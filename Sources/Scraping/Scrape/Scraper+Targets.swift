import Labels
import Synchronization

extension Scraper {
    /// Builds a job's targets anew from what its discoverer has found. Called from any thread.
    ///
    /// - Parameter discovered: the discoverer when all of its sources have answered. Until then targets only come and none go.
    func sync(_ name: String, discovered: Discoverer? = nil) {
        let begun = state.withLockedValue { state -> (number: Int, pool: ScraperState.Pool)? in
            guard !state.isStopped, var pool = state.pools[name] else { return nil }
            pool.syncs += 1
            state.pools[name] = pool
            return (pool.syncs, pool)
        }
        guard let begun else { return }
        // Outside the lock: relabelling thousands of targets takes its time.
        let (discoverer, job) = (begun.pool.discoverer, begun.pool.job)
        let built = TargetBuilder(job.configuration).build(discoverer.groups)
        let news = change { state -> [TargetProblem] in
            guard !state.isStopped, var pool = state.pools[name], pool.discoverer === discoverer else { return [] }
            if discovered === discoverer { pool.isDiscovered = true }
            state.pools[name] = pool
            guard pool.syncsDone < begun.number, pool.job === job else { return [] }
            pool.syncsDone = begun.number
            if built.limitError != nil { shared.metrics.poolsExceedingTargetLimit.wrappingAdd(1, ordering: .relaxed) }
            let news = built.problems.filter { !pool.told.contains($0) }
            pool.told = Set(built.problems)
            state.pools[name] = pool
            adopt(built, of: name, &state)
            return news
        }
        for problem in news { shared.log.warning("A target cannot be scraped as it is", metadata: ["reason": "\(problem)"]) }
    }

    /// Makes loops for new targets, tells known ones what has changed, and ends those that are gone.
    private func adopt(_ built: BuiltTargets, of name: String, _ state: inout ScraperState) {
        guard var pool = state.pools[name] else { return }
        var gone = pool.loops
        for target in built.active {
            let setup = ScrapeLoop.Setup(target: target, job: pool.job, limitError: built.limitError)
            if let id = gone.removeValue(forKey: target.identity) {
                update(id, setup, &state)
            } else if let id = state.retiring[name]?.removeValue(forKey: target.identity) {
                state.slots[id]?.loop.setup.withLockedValue { $0 = setup }
                state.slots[id]?.phase = .scraping
                pool.loops[target.identity] = id
                state.scheduleFirst(id, shared.clock)
            } else {
                let id = state.nextID
                state.nextID += 1
                state.slots[id] = ScraperState.Slot(loop: ScrapeLoop(id: id, setup: setup, shared: shared))
                pool.loops[target.identity] = id
                state.scheduleFirst(id, shared.clock)
            }
        }
        if pool.isDiscovered {
            for (identity, id) in gone {
                pool.loops[identity] = nil
                state.retire(id, of: name, shared.clock)
            }
        }
        pool.built = built
        pool.built.active = []
        state.pools[name] = pool
    }

    /// Gives a loop its new setup. Another interval is another grid.
    private func update(_ id: UInt64, _ setup: ScrapeLoop.Setup, _ state: inout ScraperState) {
        guard let slot = state.slots[id] else { return }
        let former = slot.loop.setup.withLockedValue { current in
            defer { current = setup }
            return current
        }
        // A first scrape or one under way goes on as it is.
        guard former.target.interval != setup.target.interval, slot.task == nil, let last = slot.lastTime, slot.moment != nil else {
            return
        }
        state.scheduleNext(id, after: max(last, shared.clock.wallMilliseconds()), shared.clock)
    }
}
