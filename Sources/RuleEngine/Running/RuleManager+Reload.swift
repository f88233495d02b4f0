import Rules

/// Start and reload (reference 2.5).
extension RuleManager {
    /// Makes these the groups, under the lock.
    ///
    /// - Parameter isStart: Alerts of groups whose state nobody kept may find their age in the samples of a former process.
    func replace(_ definitions: [RuleGroupDefinition], in desk: inout ManagerDesk, at now: RuleClockReading, isStart: Bool) {
        var old = desk.slots
        desk.slots = [:]
        for definition in definitions where desk.slots[definition.key] == nil {
            let stored = old[definition.key] == nil && desk.leaving[definition.key] == nil ? state?.take(definition.key) : nil
            let group = ScheduledGroup(
                definition, settings: desk.settings, sources: desk.sources, isRestored: !isStart || stored != nil)
            let before = old.removeValue(forKey: definition.key)
            if let before, before.group.isUnchanged(by: group) {
                desk.slots[definition.key] = before
                continue
            }
            var slot = GroupSlot(group)
            if let before {
                succeed(before, by: &slot)
            } else if let before = desk.leaving.removeValue(forKey: definition.key) {
                if before.isRunning { slot.predecessor = before.group } else { hand(before.group, to: group) }
            } else if let stored {
                group.memory.withLockedValue { $0.restore(stored) }
                group.publish()
            }
            desk.slots[definition.key] = slot
            metrics.begin(group)
        }
        for (key, slot) in old {
            slot.group.isCancelled.store(true, ordering: .relaxed)
            desk.leaving[key] = ManagerDesk.Leaving(
                group: slot.predecessor ?? slot.group, staleAt: now.wall + 2 * slot.group.interval,
                isRunning: slot.isRunning || slot.predecessor != nil)
            metrics.end(key)
        }
    }

    /// A changed group takes the place of the one before, at once or when that one's pass has ended.
    private func succeed(_ before: GroupSlot, by slot: inout GroupSlot) {
        before.group.isCancelled.store(true, ordering: .relaxed)
        slot.suspended = before.suspended
        slot.missed = before.missed
        if before.isRunning {
            slot.predecessor = before.group
        } else if let predecessor = before.predecessor {
            slot.predecessor = predecessor
        } else {
            hand(before.group, to: slot.group)
        }
    }

    /// Gives what a group holds to the one that takes its place, and forgets the state of rules that are gone.
    func hand(_ old: ScheduledGroup, to new: ScheduledGroup) {
        let memory = old.memory.withLockedValue { $0 }
        new.memory.withLockedValue { $0.adopt(memory) }
        new.publish()
    }
}
