import NIOConcurrencyHelpers
import Rules
import Synchronization

/// A group as one configuration has it: what never changes, and what its passes work on.
final class ScheduledGroup: Sendable {
    let key: RuleGroupKey
    let definition: RuleGroupDefinition
    /// The interval and offset that hold, milliseconds.
    let interval: Int64
    let queryOffset: Int64
    let grid: EvaluationGrid
    let source: String
    /// Whether it evaluates the samples of this process: then it must wait for scrapes.
    let isLocal: Bool
    /// Held by the pass for as long as it runs; passes of a group never overlap.
    let memory: NIOLockedValueBox<GroupMemory>
    /// What others see, without waiting for a pass.
    let published: NIOLockedValueBox<RuleGroupSnapshot>
    /// The rule in progress is the last one.
    let isCancelled = Atomic(false)

    init(_ definition: RuleGroupDefinition, settings: RuleSettings, sources: QuerySources, isRestored: Bool) {
        var definition = definition
        // 0 counts as none.
        if let interval = definition.interval, interval <= 0 { definition.interval = nil }
        key = definition.key
        self.definition = definition
        interval = max(1, definition.interval ?? settings.evaluationInterval)
        queryOffset = definition.queryOffset ?? settings.queryOffset
        grid = EvaluationGrid(definition.key, interval: interval)
        source = sources.name(for: definition)
        isLocal = source == sources.local.name
        let memory = GroupMemory(definition, isRestored: isRestored)
        published = NIOLockedValueBox(memory.snapshot(interval: interval, source: source))
        self.memory = NIOLockedValueBox(memory)
    }

    /// Whether a reload to this group changes nothing, so that this one goes on as it is (reference 2.5).
    func isUnchanged(by new: ScheduledGroup) -> Bool {
        new.definition.isUnchanged(from: definition) && new.source == source && new.interval == interval && new.queryOffset == queryOffset
    }

    /// Lets others see what the group holds.
    func publish() {
        let snapshot = memory.withLockedValue { $0.snapshot(interval: interval, source: source) }
        published.withLockedValue { $0 = snapshot }
    }
}

/// One pass that is to be run.
struct GroupPass: Sendable {
    let group: ScheduledGroup
    /// The grid time, milliseconds.
    let time: Int64
    /// Time since the last pass in which nobody ran, or by which the clock was set; nil when there was none. Milliseconds.
    let suspended: Int64?
    let settings: RuleSettings
    let source: any QuerySource
}

/// When a group is evaluated next; kept by the manager under its lock.
struct GroupSlot: Sendable {
    let group: ScheduledGroup
    /// The grid time of the next pass; nil while the group is held.
    var next: Int64?
    var isRunning = false
    var isHeld = true
    /// The group that this one takes its alerts from, while that one still runs.
    var predecessor: ScheduledGroup?
    var suspended: Int64?
    var missed = 0

    init(_ group: ScheduledGroup) { self.group = group }

    /// Lets the group go: its next pass comes when its query's time is not before now, so that it sees what was scraped until now.
    mutating func release(at now: Int64) {
        isHeld = false
        if predecessor == nil { next = group.grid.point(notBefore: now + group.queryOffset) }
    }

    /// Time passed in which nobody could evaluate: the group waits for scrapes again.
    mutating func hold(after gap: ClockGap) {
        addSuspension(gap.length)
        isHeld = true
        next = nil
    }

    /// Notes time that does not count.
    mutating func addSuspension(_ time: Int64) { suspended = (suspended ?? 0) + time }

    /// The pass that is due, if one is; those that were missed are skipped (reference 2.1).
    mutating func takePass(at now: Int64) -> Int64? {
        guard !isRunning, let due = next, due <= now else { return nil }
        let late = (now - due) / group.interval
        missed += Int(late)
        let time = due + late * group.interval
        next = time + group.interval
        isRunning = true
        return time
    }
}
