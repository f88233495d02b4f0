import Labels
import PromQL
import Rules
import Time

/// Alerts that rules hold.
extension RuleExplainer {
    /// Alerts that are told of at most.
    private static let shownAtMost = 4

    func explanation(of labels: LabelSet, held: [Entry]) -> RuleExplanation {
        // What fires first, then what may, then what is over.
        let entries = held.sorted { left, right in
            left.alert.state != right.alert.state ? left.alert.state > right.alert.state : LabelSet.precedes(left.labels, right.labels)
        }
        var explanation = RuleExplanation()
        explanation.hasRule = true
        if let first = entries.first {
            let related = relatedTargets(first.rule, first.group, first.labels)
            explanation.add("scraped", scrapedLines(related, first.group))
        }
        for entry in entries.prefix(Self.shownAtMost) {
            explanation.add("rule", ["\(line(for: entry))\(entries.count > 1 ? "   \(entry.labels)" : "")"])
            explanation.add("rule", notes(on: entry))
        }
        if entries.count > Self.shownAtMost { explanation.add("rule", ["and \(entries.count - Self.shownAtMost) more alerts"]) }
        explanation.add("rule", [origin(entries[0].rule.definition, entries[0].group)])
        explanation.absence = absence(entries)
        return explanation
    }

    private func line(for entry: Entry) -> String {
        let alert = entry.alert
        let condition = RuleCondition(entry.rule.definition.query.expression)
        let value = condition.text(alert.value)
        switch alert.state {
        case .pending:
            return "\(value) since \(clock(alert.activeAt)), pending \(progress(entry)); \(firing(entry))"
        case .firing:
            var text = "\(value), "
            if let firedAt = alert.firedAt, firedAt > alert.activeAt { text += "pending \(clock(alert.activeAt)), " }
            text += "firing \(clock(alert.firedAt ?? alert.activeAt))"
            if let since = alert.keepFiringSince {
                let keep = Self.span(entry.rule.definition.keepFiringFor)
                text += "; not true since \(clock(since)), kept firing for up to \(keep) (keep_firing_for)"
            }
            return text
        case .inactive:
            return "over since \(clock(alert.resolvedAt ?? alert.activeAt)), \(value) before"
        }
    }

    private func notes(on entry: Entry) -> [String] {
        var notes: [String] = []
        if entry.told == nil, entry.alert.state != .inactive { notes.append(dropping(entry)) }
        if entry.alert.isFrozen {
            notes.append("frozen: after a gap without samples the rule cannot see enough yet to say that it is over")
        }
        if entry.rule.health == .err {
            notes.append("its last evaluation failed, so nothing changes: \(entry.rule.lastError ?? "no reason known")")
        }
        return notes
    }

    private func dropping(_ entry: Entry) -> String {
        var text = "dropped by alerting.alert_relabel_configs"
        if let step = settings.relabeling.droppingStep(entry.completed) {
            text += "[\(step)] (\(settings.relabeling.rules[step].action.rawValue))"
        }
        if let drop = drops.first(where: { $0.labels == entry.completed }) { text += ", last \(clock(drop.time))" }
        return text
    }

    /// Why an alert that rules hold has not arrived.
    private func absence(_ entries: [Entry]) -> String? {
        guard let first = entries.first(where: { $0.alert.state != .inactive }) ?? entries.first else { return nil }
        switch first.alert.state {
        case .pending where first.told == nil: return "NOT YET, and then NOT TOLD: pending \(progress(first)), \(dropping(first))"
        case .pending: return "NOT YET, pending \(progress(first)): \(firing(first))"
        case .firing where first.told == nil: return "NOT TOLD, \(dropping(first))"
        case .firing:
            let since = clock(first.alert.firedAt ?? first.alert.activeAt)
            return "NOT HERE, its rule fires since \(since): it is on its way, or other Alertmanagers alone are told"
        case .inactive: return "OVER since \(clock(first.alert.resolvedAt ?? first.alert.activeAt)), its rule is not true any more"
        }
    }

    private func progress(_ entry: Entry) -> String {
        let hold = entry.rule.definition.holdDuration
        let held = max(0, min((entry.group.lastEvaluation ?? now) - entry.alert.activeAt, hold))
        return "\(Self.span(held)) of \(Self.span(hold))"
    }

    /// When it fires if it stays true: at the first pass that finds it held long enough.
    private func firing(_ entry: Entry) -> String {
        guard let next = entry.group.nextEvaluation else { return "its group waits for the first scrapes of its targets" }
        let wanted = entry.alert.activeAt + entry.rule.definition.holdDuration
        let interval = max(1, entry.group.interval)
        let passes = max(0, (wanted - next + interval - 1) / interval)
        return "fires \(clock(next + passes * interval)) if it stays so"
    }

    /// Where the rule is from and what it says.
    func origin(_ rule: RuleDefinition, _ group: RuleGroupSnapshot) -> String {
        let place = rule.line > 0 ? "\(group.definition.file):\(rule.line)" : group.definition.file
        let hold = rule.holdDuration > 0 ? " for \(Self.span(rule.holdDuration))" : ""
        return "\(place) every \(Self.span(group.interval)): \(rule.query.text)\(hold)"
    }

    func clock(_ milliseconds: Int64) -> String { words.moment(Timestamp(milliseconds: milliseconds)) }

    /// A length of time, to the second where it is longer than one.
    static func span(_ milliseconds: Int64) -> String {
        PrometheusDuration.format(.milliseconds(milliseconds > 1000 ? milliseconds / 1000 * 1000 : milliseconds))
    }
}
