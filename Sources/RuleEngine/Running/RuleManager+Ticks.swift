import Dispatch
import Logging
import Rules

/// Deciding what runs when.
extension RuleManager {
    /// Looks at the clocks and starts what is due. Called by the timer and whenever a pass ends.
    func look() {
        let now = options.clock.now
        let plan = desk.withLockedValue { desk -> Plan in
            guard desk.isStarted, !desk.isStopped else { return Plan() }
            var plan = Plan()
            plan.gap = desk.watch.look(now)
            if let gap = plan.gap { plan.gate = desk.hold(gap) }
            desk.release(at: now.wall) { !$0.isLocal }
            plan.passes = takePasses(in: &desk, at: now)
            plan.ended = takeEnded(in: &desk, at: now)
            plan.record = desk.takePasses(at: now.monotonic)
            plan.timer = desk.timer
            plan.next = desk.slots.values.filter { !$0.isRunning }.compactMap(\.next).min()
            return plan
        }
        if let gap = plan.gap { note(gap) }
        if let gate = plan.gate { open(gate, after: plan.gap?.length) }
        if let record = plan.record { state?.write(record) }
        for pass in plan.passes { lane(pass.group.source).run { self.run(pass) } }
        for (group, time) in plan.ended { lane(group.source).run { self.end(group, at: time) } }
        plan.timer?.schedule(after: plan.next.map { max(0, $0 - now.wall) * 1_000_000 })
    }

    /// What a look found to do.
    private struct Plan {
        var gap: ClockGap?
        var gate: UInt64?
        var passes: [GroupPass] = []
        var ended: [(ScheduledGroup, Int64)] = []
        var record: RuleStateRecord?
        var timer: RuleTimer?
        var next: Int64?
    }

    private func takePasses(in desk: inout ManagerDesk, at now: RuleClockReading) -> [GroupPass] {
        var passes: [GroupPass] = []
        for key in desk.slots.keys.sorted() {
            guard var slot = desk.slots[key], let source = desk.sources.source(named: slot.group.source) else { continue }
            guard let time = slot.takePass(at: now.wall) else { continue }
            passes.append(
                GroupPass(group: slot.group, time: time, suspended: slot.suspended, settings: desk.settings, source: source))
            slot.suspended = nil
            desk.slots[key] = slot
            desk.running[slot.group.source, default: 0] += 1
        }
        return passes
    }

    /// Groups that left the configuration two intervals ago.
    private func takeEnded(in desk: inout ManagerDesk, at now: RuleClockReading) -> [(ScheduledGroup, Int64)] {
        var ended: [(ScheduledGroup, Int64)] = []
        for (key, leaving) in desk.leaving where !leaving.isRunning && leaving.staleAt <= now.wall {
            desk.leaving[key] = nil
            desk.running[leaving.group.source, default: 0] += 1
            ended.append((leaving.group, now.wall - leaving.group.queryOffset))
            state?.put(leaving.group.memory.withLockedValue { $0.machine.state }, back: key)
        }
        return ended
    }

    private func note(_ gap: ClockGap) {
        metrics.gap(gap)
        let metadata: Logger.Metadata = ["cause": "\(gap.cause.rawValue)", "milliseconds": "\(gap.length)"]
        log.notice("Time passed without evaluations: it does not count towards `for`", metadata: metadata)
    }

    private func lane(_ source: String) -> RuleThreads {
        desk.withLockedValue { desk in
            if let lane = desk.lanes[source] { return lane }
            let isLocal = source == desk.sources.local.name
            let lane = RuleThreads(
                name: isLocal ? "rules" : "rules-remote", limit: isLocal ? options.localThreads : options.remoteThreads)
            desk.lanes[source] = lane
            return lane
        }
    }
}

/// Waiting.
extension RuleManager {
    /// Waits for the targets' first scrapes, then lets the groups go that were held when the wait began.
    func open(_ gate: UInt64, after gap: Int64?) {
        Task {
            if let gap { await options.resumed(gap) }
            await ready()
            let now = options.clock.now.wall
            desk.withLockedValue { desk in
                // Else a newer wait has begun meanwhile: these scrapes may be older than what it waits for.
                if desk.gate == gate { desk.release(at: now) { _ in true } }
            }
            look()
            desk.withLockedValue { $0.openGates -= 1 }
            resumeWaiters()
        }
    }

    /// Tells the manager that a pass is over.
    func noteEnd(of pass: GroupPass, _ end: ManagerDesk.PassEnd) {
        let successor = desk.withLockedValue { desk -> ScheduledGroup? in
            desk.noteEnd(of: pass, end)
            if desk.leaving[pass.group.key]?.group === pass.group { desk.leaving[pass.group.key]?.isRunning = false }
            guard let slot = desk.slots[pass.group.key], slot.predecessor === pass.group else { return nil }
            return slot.group
        }
        if let successor { adopt(pass, by: successor) }
        look()
        // Last: whoever waits finds everything done.
        noteEnd(on: pass.group.source)
    }

    /// Work on a lane is over.
    func noteEnd(on source: String) {
        desk.withLockedValue { $0.running[source, default: 1] -= 1 }
        resumeWaiters()
    }

    /// A group that was changed while its pass ran: what it holds goes over to its successor.
    private func adopt(_ pass: GroupPass, by successor: ScheduledGroup) {
        hand(pass.group, to: successor)
        let now = options.clock.now.wall
        desk.withLockedValue { desk in
            guard desk.slots[successor.key]?.group === successor else { return }
            desk.slots[successor.key]?.predecessor = nil
            if desk.slots[successor.key]?.isHeld == false { desk.slots[successor.key]?.release(at: now) }
        }
    }

    /// Returns when no pass runs and no wait for scrapes is under way.
    ///
    /// - Parameters:
    ///   - source: Only passes of groups of this source count, and waits do not.
    ///   - limit: The longest wait, milliseconds; nil waits without limit.
    func settled(_ source: String? = nil, within limit: Int64? = nil) async {
        await withCheckedContinuation { continuation in
            let id = desk.withLockedValue { desk -> UInt64? in
                if desk.isSettled(source) { return nil }
                desk.nextWaiter += 1
                desk.waiters.append(ManagerDesk.Waiter(id: desk.nextWaiter, source: source, continuation: continuation))
                return desk.nextWaiter
            }
            guard let id else { return continuation.resume() }
            guard let limit else { return }
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(clamping: limit))) {
                let waiter = self.desk.withLockedValue { desk -> CheckedContinuation<Void, Never>? in
                    guard let index = desk.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                    return desk.waiters.remove(at: index).continuation
                }
                waiter?.resume()
            }
        }
    }

    func resumeWaiters() {
        let waiters = desk.withLockedValue { $0.takeWaiters() }
        for waiter in waiters { waiter.resume() }
    }
}
