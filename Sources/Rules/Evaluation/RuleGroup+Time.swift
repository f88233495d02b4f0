extension RuleGroup {
    /// Announces that time has passed that does not count: sleep, or a step of the clock forwards. Negative: the clock went back.
    ///
    /// - Parameter time: milliseconds by which the clock is ahead of the time in which the program ran.
    public mutating func suspend(for time: Int64) {
        guard time != 0 else { return }
        currentPass = nil
        if time > 0 {
            interruptedAt = interruptedAt ?? lastPass
            discount(time)
        } else {
            interruptedAt = (interruptedAt ?? lastPass).map { $0 + time }
            move(by: time)
        }
        lastPass = lastPass.map { $0 + time }
    }

    /// Begins a pass unless this one has begun.
    mutating func beginPass(at ts: Int64, _ settings: RuleSettings) {
        guard ts != currentPass else { return }
        let interval = interval(settings)
        hasResumed = interruptedAt != nil
        if let last = lastPass {
            let before = interruptedAt ?? last
            if ts < before {
                // The clock went back and nobody said so.
                move(by: ts - interval - last)
                elapsed = interval
                hasResumed = true
            } else {
                elapsed = max(0, ts - last)
                if hasResumed, elapsed > interval {
                    discount(elapsed - interval)
                    elapsed = interval
                }
                if hasResumed, ts - before > interval { open(SampleGap(start: before + interval, end: ts), settings) }
            }
        }
        if let gap {
            if ts - queryOffset(settings) >= gap.end + settings.outageTolerance {
                closeGap()
            } else if !knowsRefillWindows {
                findRefillWindows(settings)
            }
        }
        interruptedAt = nil
        lastPass = ts
        currentPass = ts
    }

    private mutating func open(_ new: SampleGap, _ settings: RuleSettings) {
        findRefillWindows(settings)
        let longest = rules.reduce(0) { max($0, $1.refill?.length ?? 0) }
        if let old = gap, new.start - old.end < min(longest, settings.outageTolerance) {
            // What came between the two was not enough to see by.
            gap = SampleGap(start: old.start, end: new.end)
        } else {
            gap = new
        }
    }

    /// Finds out what each alerting rule must see of the past.
    private mutating func findRefillWindows(_ settings: RuleSettings) {
        let own = RefillWindow.recorded(by: [definition], interval: settings.evaluationInterval)
        let recorded = settings.recordedWindows.merging(own) { all, _ in all }
        for index in rules.indices where rules[index].definition.kind == .alerting {
            rules[index].refill = RefillWindow.of(rules[index].definition.query.expression, recorded: recorded)
        }
        knowsRefillWindows = true
    }

    private mutating func closeGap() {
        gap = nil
        knowsRefillWindows = false
        for index in rules.indices { rules[index].refill = nil }
    }

    private mutating func discount(_ time: Int64) {
        for index in rules.indices { rules[index].held.forEach { $0.discount(time) } }
    }

    private mutating func move(by time: Int64) {
        if let old = gap { gap = SampleGap(start: old.start + time, end: old.end + time) }
        for index in rules.indices { rules[index].held.forEach { $0.move(by: time) } }
    }
}
