import Labels
import Time

// Alerts in their aggregation groups (reference 4).
extension AlertMachine {
    /// Puts an alert into the groups of its routes, making groups where there are none.
    ///
    /// With `onlyWhereOwed`, for an alert that is over and not in its groups, only where an integration was told that it fires and nobody told
    /// it of the end.
    mutating func join(_ slot: Int32, onlyWhereOwed: Bool, at now: ClockReading) {
        guard let body = store[slot].body else { return }
        for route in lists[store[slot].routes] {
            let labels = configuration.routes[Int(route)].groupLabels(of: body.labels)
            let place: Int32
            if let found = groups.find(route: route, labels: labels) {
                if store[slot].isMember(of: found) {
                    if !onlyWhereOwed { groups[found]?.owed.remove(slot) }
                    continue
                }
                if onlyWhereOwed, !isOwed(body.labels.fingerprint, route: route, labels: labels) { continue }
                place = found
            } else {
                if onlyWhereOwed, !isOwed(body.labels.fingerprint, route: route, labels: labels) { continue }
                place = makeGroup(route: route, labels: labels, startsAt: store[slot].startsAt, at: now)
            }
            let position = groups[place]?.members.count ?? 0
            groups[place]?.members.append(slot)
            if onlyWhereOwed { groups[place]?.owed.insert(slot) }
            store[slot].addMembership(AlertSlot.Membership(group: place, position: Int32(position)))
        }
        if !onlyWhereOwed { store[slot].flags.insert(.isGrouped) }
    }

    /// Whether an integration of a route was told that an alert fires, and not yet that it ended.
    private func isOwed(_ fingerprint: Fingerprint, route: Int32, labels: LabelSet) -> Bool {
        let route = configuration.routes[Int(route)]
        let receiver = configuration.receivers[route.receiver]
        let groupKey = route.groupKey(labels)
        return receiver.integrations.contains { integration in
            let key = LogKey(groupKey: groupKey, receiver: receiver.name, kind: integration.kind, index: integration.index)
            return log[key]?.toldFiring(fingerprint) ?? false
        }
    }

    /// A new group waits for `group_wait`, unless the alert that makes it has waited for as long already. Only that one counts (reference 4.3).
    private mutating func makeGroup(route index: Int32, labels: LabelSet, startsAt: Timestamp, at now: ClockReading) -> Int32 {
        let route = configuration.routes[Int(index)]
        let hasWaited = startsAt + route.groupWait < now.wall
        let due = max(startDelayEnd, hasWaited ? now.monotonic : now.monotonic(after: route.groupWait))
        let place = groups.insert(AlertGroup(route: index, labels: labels, key: route.groupKey(labels), nextTick: due))
        scheduleTick(place, at: due)
        return place
    }

    /// Takes an alert out of a group.
    mutating func leave(_ slot: Int32, _ place: Int32, into effects: inout Effects) {
        guard let position = store[slot].removeMembership(of: place), let last = groups[place]?.members.popLast() else { return }
        if last != slot {
            groups[place]?.members[Int(position)] = last
            store[last].moveMembership(of: place, to: position)
        }
        groups[place]?.owed.remove(slot)
        store[slot].flags.remove(.isGrouped)
        releaseIfUnheld(slot, into: &effects)
    }

    // MARK: Ticks

    private mutating func scheduleTick(_ place: Int32, at monotonic: Int64) {
        heap.insert(
            Deadline(monotonic: monotonic, kind: .groupTick, id: UInt32(bitPattern: place), generation: groups.id(of: place).generation))
    }

    /// The group that a tick is for; nil when it is gone.
    func groupPlace(of deadline: Deadline) -> Int32? {
        let place = Int32(bitPattern: deadline.id)
        return groups.isLive(place, generation: deadline.generation) ? place : nil
    }

    /// A group's time has come: it flushes, or remembers the tick while a flush is under way.
    mutating func tick(_ deadline: Deadline, at now: ClockReading, into effects: inout Effects) {
        guard let place = groupPlace(of: deadline) else { return }
        guard groups[place]?.flush == nil else {
            groups[place]?.rememberedTick = now.wall
            return
        }
        scheduleNextTick(place, at: now)
        flush(place, tick: now.wall, at: now, into: &effects)
    }

    /// Sets the next tick on the grid of `group_interval` that the first one began, skipping what has passed.
    mutating func scheduleNextTick(_ place: Int32, at now: ClockReading) {
        guard let group = groups[place] else { return }
        let interval = max(1, configuration.routes[Int(group.route)].groupInterval.nanoseconds)
        let behind = max(0, (TimeSpan(nanoseconds: now.monotonic) - TimeSpan(nanoseconds: group.nextTick)).nanoseconds)
        let steps = behind / interval + 1
        let next = (TimeSpan(nanoseconds: group.nextTick) + TimeSpan(nanoseconds: interval) * steps).nanoseconds
        groups[place]?.nextTick = next
        scheduleTick(place, at: next)
    }
}

extension Route {
    /// The labels that alerts of this route are grouped by; absent ones are missing, not empty (reference 4.2).
    func groupLabels(of labels: LabelSet) -> LabelSet {
        switch groupBy {
        case .all: labels
        case .labels(let names): names.isEmpty ? LabelSet() : labels.selecting(names)
        }
    }

    /// The group key (reference 4.2).
    func groupKey(_ labels: LabelSet) -> String { "\(key):\(labels.groupKeyText)" }
}

extension AlertSlot {
    func isMember(of group: Int32) -> Bool {
        membership.group == group || moreMemberships.contains { $0.group == group }
    }

    mutating func addMembership(_ new: Membership) {
        if isHeld { moreMemberships.append(new) } else { membership = new }
    }

    /// Forgets the membership of a group, and returns where the alert was in it.
    mutating func removeMembership(of group: Int32) -> Int32? {
        if membership.group == group {
            defer { membership = moreMemberships.popLast() ?? .none }
            return membership.position
        }
        guard let index = moreMemberships.firstIndex(where: { $0.group == group }) else { return nil }
        return moreMemberships.remove(at: index).position
    }

    mutating func moveMembership(of group: Int32, to position: Int32) {
        if membership.group == group {
            membership.position = position
        } else if let index = moreMemberships.firstIndex(where: { $0.group == group }) {
            moreMemberships[index].position = position
        }
    }

    mutating func removeMemberships() {
        membership = .none
        moreMemberships = []
        flags.remove(.isGrouped)
    }
}
