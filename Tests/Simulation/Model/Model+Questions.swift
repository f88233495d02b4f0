// Questions that the driver asks the model about its state.
extension Model {
    /// Notes the time without a step: nothing is due, or the core would have been woken.
    func look(wall newWall: Nanos, mono newMono: Nanos) {
        wall = newWall
        mono = newMono
    }

    /// Members of a group that the API shows: those that fire.
    func groupMembersShown(_ group: ModelGroup) -> SubjectSet {
        var set: SubjectSet = 0
        group.members.forEach { if let alert = alerts[$0], alert.over(at: wall) == nil { set |= .only($0) } }
        return set
    }

    /// Whether a flush of a group at this moment would tell nobody anything but repeats.
    func isSettled(_ group: ModelGroup) -> Bool {
        if group.flush != nil { return false }
        let route = group.identity.route
        if configuration.muting(of: route, at: wall) != nil { return true }
        let (inhibited, silenced) = muted(group.members, at: wall)
        var firing: SubjectSet = 0
        var resolved: SubjectSet = 0
        for one in snapshot(of: group.members & ~inhibited & ~silenced, at: wall) {
            if one.reason == nil { firing |= .only(one.subject) } else { resolved |= .only(one.subject) }
        }
        if firing | resolved == 0 { return true }
        let node = configuration.routes[route]
        for (index, integration) in configuration.receivers[node.receiver].integrations.enumerated() {
            let (_, reason) = naiveDedup(
                log[group.logKeys[index]], firing: firing, resolved: resolved, sendResolved: integration.sendResolved,
                repeatInterval: node.repeatInterval, now: wall)
            if let reason, reason != .repeatIntervalElapsed { return false }
        }
        return true
    }

    /// Whether several groups have this key.
    func isShared(_ groupKey: String) -> Bool { configuration.routes.count { groupKey.hasPrefix($0.key + ":") } > 1 }

    /// Whether somebody was told that something fires which is over, and was never told so: it ended while it was muted (reference 4.3). The next time
    /// that groups are built tells it.
    func isOwed(_ key: Int) -> Bool { (log[key]?.firing ?? 0) & ~firing(at: wall) != 0 }

    /// Nobody has anything to say but repeats, nothing is under way.
    var isQuiet: Bool { attempts.isEmpty && lanes.isEmpty && groups.allSatisfy { isSettled($0) } && !log.keys.contains { isOwed($0) } }

    /// Subjects that fire now and whose rows in an image are up to date: a restart must not end them.
    func firingSurvivors(in image: Image, at time: Nanos) -> SubjectSet {
        var set: SubjectSet = 0
        firing(at: time).forEach { subject in
            let fingerprint = world.subjects[subject].fingerprint
            guard let slot = image.slot(of: fingerprint), let row = image.alerts[slot], row.alert.endReason == nil else { return }
            if row.version == versions[subject] { set |= .only(subject) }
        }
        return set
    }
}
