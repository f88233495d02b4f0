import Labels
import PromQL
import Rules
import Scraping
import Time

/// Rules that hold no such alert.
extension RuleExplainer {
    /// Rules of one name that are told of at most.
    private static let shownAtMost = 3

    /// What keeps a rule quiet.
    private struct Quiet {
        var line: String
        var absence: String
    }

    func explanation(of labels: LabelSet, silent rules: [(RuleGroupSnapshot, RuleStatus)]) -> RuleExplanation {
        var explanation = RuleExplanation()
        explanation.hasRule = true
        for (group, rule) in rules.prefix(Self.shownAtMost) {
            let related = relatedTargets(rule, group, labels)
            let scraped = scrapedLines(related, group).map { RuleExplanation.Line(topic: "scraped", text: $0) }
            explanation.lines += scraped.filter { !explanation.lines.contains($0) }
            let quiet = quiet(rule, group, labels, related)
            explanation.add("rule", [quiet.line, origin(rule.definition, group)])
            if explanation.absence == nil { explanation.absence = quiet.absence }
        }
        // Targets first, whatever rule they belong to.
        explanation.lines = explanation.lines.filter { $0.topic == "scraped" } + explanation.lines.filter { $0.topic != "scraped" }
        return explanation
    }

    private func quiet(_ rule: RuleStatus, _ group: RuleGroupSnapshot, _ labels: LabelSet, _ related: [TargetStatus]) -> Quiet {
        guard let evaluated = rule.lastEvaluation ?? group.lastEvaluation else {
            let when = group.nextEvaluation.map { "its rule is evaluated for the first time \(clock($0))" }
            let text = when ?? "its group waits for the first scrapes of its targets"
            return Quiet(line: "never evaluated: \(text)", absence: "NOT YET, \(text)")
        }
        let ago = words.ago(Timestamp(milliseconds: evaluated))
        if rule.health == .err {
            let reason = rule.lastError ?? "no reason known"
            return Quiet(line: "evaluation failed \(ago): \(reason)", absence: "NOT KNOWN, its rule cannot be evaluated: \(reason)")
        }
        guard let source = sources.source(named: group.source)?.bounded(until: Clock.monotonic()) else {
            return Quiet(line: "its source \(group.source) is not there", absence: "NOT KNOWN, its source \(group.source) is not there")
        }
        var sight = SelectorSight(source, at: now - (group.definition.queryOffset ?? 0))
        do throws(QuerySourceError) {
            let missing = try sight.missing(in: rule.definition.query.expression)
            if let first = missing.first { return blind(first, missing.count, &sight, group, related) }
            return try untrue(rule, labels, source, ago, related)
        } catch {
            return Quiet(
                line: "not true when evaluated \(ago); \(group.source) cannot be asked now: \(error)",
                absence: "NOT FIRING, its rule was not true \(ago)")
        }
    }

    // MARK: Blind

    private func blind(
        _ missing: SelectorSight.Missing, _ count: Int, _ sight: inout SelectorSight, _ group: RuleGroupSnapshot, _ related: [TargetStatus]
    ) -> Quiet {
        let lack = isLocal(group) ? targets.lack(of: missing.selector) : nil
        let more = count > 1 ? " and \(count - 1) more" : ""
        let line = "sees nothing: no series for \(missing.text)\(more)\(lack.map { "; \($0)" } ?? sight.hint(for: missing))"
        if lack == nil, let down = related.first(where: { $0.health == .down }) {
            return Quiet(line: line, absence: unseen(down, related))
        }
        return Quiet(line: line, absence: "BLIND, its rule finds no series for \(missing.text)\(more)\(lack.map { ": \($0)" } ?? "")")
    }

    private func unseen(_ down: TargetStatus, _ related: [TargetStatus]) -> String {
        let others = related.count { $0.health == .down } - 1
        return "NOT SEEN, its target \(targets.name(down)) is down\(others > 0 ? ", like \(others) more" : ""): \(down.lastError)"
    }

    // MARK: Not true

    private func untrue(
        _ rule: RuleStatus, _ labels: LabelSet, _ source: any QuerySource, _ ago: String, _ related: [TargetStatus]
    ) throws(QuerySourceError) -> Quiet {
        let condition = RuleCondition(rule.definition.query.expression)
        guard let query = try? RuleQuery("\(condition.subject)", options: .all),
            case .vector(let elements) = try source.instant(query, at: now).value
        else { return Quiet(line: "not true when evaluated \(ago)", absence: "NOT FIRING, its rule is not true") }
        // Labels that the rule or the configuration adds are on no series.
        let added = Set(rule.definition.labels.map(\.name) + settings.externalLabels.pairs.map(\.name) + ["alertname"])
        let wanted = labels.filter { name, _ in !added.contains(String(decoding: name, as: UTF8.self)) }
        let fitting = elements.filter { $0.labels.contains(wanted) }.sorted { LabelSet.precedes($0.labels, $1.labels) }
        let down = related.filter { $0.health == .down && !wanted.isEmpty }
        guard !fitting.isEmpty else {
            if let first = down.first { return Quiet(line: "sees no series with \(wanted)", absence: unseen(first, related)) }
            guard !elements.isEmpty else {
                return Quiet(line: "not true when evaluated \(ago): nothing matches", absence: "NOT FIRING, its rule is not true")
            }
            let count = "\(elements.count) series, none of them with \(wanted)"
            return Quiet(line: "sees \(count)", absence: "NOT SEEN, its rule sees \(count)")
        }
        let values = fitting.prefix(3).map { element in
            let label = fitting.count > 1 ? " \(element.labels.filter { name, _ in !name.elementsEqual("__name__".utf8) })" : ""
            return condition.bound == nil ? "\(RuleCondition.number(element.value))\(label)" : "\(condition.text(element.value))\(label)"
        }
        let more = fitting.count > 3 ? " and \(fitting.count - 3) more" : ""
        let text = values.joined(separator: ", ") + more
        guard condition.bound != nil else {
            return Quiet(line: "not true, evaluated \(ago): value now \(text)", absence: "NOT FIRING, its rule is not true")
        }
        return Quiet(
            line: "not true, evaluated \(ago): now \(text)",
            absence: "NOT FIRING, its rule is not true: \(values[0]) does not hold\(more.isEmpty ? "" : more)")
    }

    // MARK: Targets

    private func isLocal(_ group: RuleGroupSnapshot) -> Bool { group.source == sources.local.name }

    /// The targets that a rule looks at, where they can be told; those of the labels among them, if any are.
    func relatedTargets(_ rule: RuleStatus, _ group: RuleGroupSnapshot, _ labels: LabelSet) -> [TargetStatus] {
        guard isLocal(group) else { return [] }
        var seen: Set<String> = []
        var byRule: [TargetStatus] = []
        var isVague = false
        for selector in rule.definition.query.expression.selectors {
            var found = targets.targets(of: selector)
            if found.isEmpty, targets.lack(of: selector) == nil {
                var sight = SelectorSight(sources.local, at: now)
                found = sight.values(of: ["job", "instance"], in: selector).flatMap { targets.targets(with: $0) }
                if found.isEmpty { isVague = true }
            }
            byRule += found.filter { seen.insert("\($0.pool)\n\($0.url)\n\($0.labels)").inserted }
        }
        let byLabels = targets.targets(with: labels)
        let keys = Set(byLabels.map(\.url))
        let both = byRule.filter { keys.contains($0.url) }
        if !both.isEmpty { return both }
        if !byRule.isEmpty { return byRule }
        if !byLabels.isEmpty { return byLabels }
        // Nobody can say which target would expose it: any that is down may be the one.
        return isVague ? targets.down : []
    }

    func scrapedLines(_ related: [TargetStatus], _ group: RuleGroupSnapshot) -> [String] {
        isLocal(group) ? targets.lines(related) : ["not here: group \"\(group.definition.name)\" asks \(group.source)"]
    }
}
