extension RuleGroup {
    /// Whether a reload changed nothing that matters, so that the old group goes on as it is (reference 2.5).
    public func isUnchanged(from old: RuleGroup) -> Bool { definition.isUnchanged(from: old.definition) }

    /// Takes over the state of the group that this one replaces, before its first pass: alerts and series of rules with equal names and
    /// labels. Series of rules that are gone are ended by the next pass; their alerts are not told, receivers let them run out.
    public mutating func adopt(_ old: RuleGroup) {
        let matches = RuleMatching.matches(old: old.rules.map(\.definition.identity), new: rules.map(\.definition.identity))
        var isTaken = [Bool](repeating: false, count: old.rules.count)
        for (index, match) in matches.enumerated() {
            guard let match else { continue }
            isTaken[match] = true
            rules[index].held = old.rules[match].held
            rules[index].series = old.rules[match].series
        }
        endedSeries = old.endedSeries
        for (index, rule) in old.rules.enumerated() where !isTaken[index] { endedSeries += rule.series }
        isRestored = old.isRestored
        lastPass = old.lastPass
        interruptedAt = old.interruptedAt
        passes = old.passes
        gap = old.gap
    }
}

extension RuleGroupDefinition {
    /// Whether two definitions are the same but for the lines on which they stand.
    public func isUnchanged(from old: RuleGroupDefinition) -> Bool {
        func withoutLines(_ group: RuleGroupDefinition) -> RuleGroupDefinition {
            var group = group
            for index in group.rules.indices { group.rules[index].line = 0 }
            return group
        }
        return withoutLines(self) == withoutLines(old)
    }
}
