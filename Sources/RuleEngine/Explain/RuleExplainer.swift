public import Labels
import MonitorFile
import PromQL
import Rules
public import Scraping
public import Time

/// Says what the rules of this process know of an alert: also of one that never reached the router.
///
/// It is a look at one moment; make a new one for each question.
public struct RuleExplainer: Sendable {
    /// An alert that a rule holds.
    struct Entry {
        let group: RuleGroupSnapshot
        let rule: RuleStatus
        let alert: ActiveAlert
        /// With external labels.
        let completed: LabelSet
        /// After relabelling; nil when that drops it.
        let told: LabelSet?

        /// What people know it by.
        var labels: LabelSet { told ?? completed }
    }

    let groups: [RuleGroupSnapshot]
    let targets: TargetSight
    let settings: AlertDispatcher.Settings
    let drops: [AlertDispatcher.DroppedAlert]
    let sources: QuerySources
    let now: Int64
    let words: MomentWords
    private let entries: [Entry]

    /// - Parameters:
    ///   - groups: All groups as they are.
    ///   - targets: All targets as they are.
    ///   - settings: What becomes of alerts on their way.
    ///   - drops: Alerts that relabelling took away lately.
    ///   - time: Now.
    ///   - zone: Where the reader is.
    public init(
        groups: [RuleGroupSnapshot], targets: TargetsReport, settings: AlertDispatcher.Settings, drops: [AlertDispatcher.DroppedAlert] = [],
        sources: QuerySources, at time: Timestamp, zone: Zone
    ) {
        self.groups = groups
        self.settings = settings
        self.drops = drops
        self.sources = sources
        now = time.unixNanoseconds / 1_000_000
        words = MomentWords(now: time, zone: zone)
        self.targets = TargetSight(targets, words: words)
        entries = groups.flatMap { group in
            group.rules.flatMap { rule in
                rule.alerts.map { alert in
                    let completed = alert.labels.completed(with: settings.externalLabels)
                    return Entry(
                        group: group, rule: rule, alert: alert, completed: completed, told: settings.relabeling.told(completed))
                }
            }
        }
    }

    /// A look at what is running.
    public init(
        manager: RuleManager, scraper: Scraper, dispatcher: AlertDispatcher, sources: QuerySources, at time: Timestamp = Clock.wall(),
        zone: Zone = .local
    ) {
        self.init(
            groups: manager.groups(), targets: scraper.report(), settings: dispatcher.settings, drops: dispatcher.droppedAlerts,
            sources: sources, at: time, zone: zone)
    }

    /// Alerts that rules hold as pending or firing, under the labels that people know them by; sorted.
    public func alerts(matching matchers: Matchers) -> [LabelSet] {
        let found = entries.filter { $0.alert.state != .inactive && matchers.matches($0.labels) }
        return Set(found.map(\.labels)).sorted { LabelSet.precedes($0, $1) }
    }

    /// What is known of the alert with these labels, or of alerts that have them among others. Blocks as long as the rules' sources do.
    public func explanation(of labels: LabelSet) -> RuleExplanation {
        let exact = entries.filter { $0.labels == labels }
        let held = exact.isEmpty ? entries.filter { $0.labels.contains(labels) } : exact
        if !held.isEmpty { return explanation(of: labels, held: held) }
        guard let name = labels["alertname"] else {
            var explanation = RuleExplanation()
            explanation.add("scraped", targets.lines(targets.targets(with: labels)))
            return explanation
        }
        let named = groups.flatMap { group in group.rules.filter { $0.isAlerting(name) }.map { (group, $0) } }
        guard !named.isEmpty else { return noSuchRule(name, labels) }
        let fitting = named.filter { clash(of: $0.1.definition, with: labels) == nil }
        guard !fitting.isEmpty else { return otherLabels(named.map(\.1.definition), labels) }
        return explanation(of: labels, silent: fitting)
    }

    // MARK: No rule

    private func noSuchRule(_ name: String, _ labels: LabelSet) -> RuleExplanation {
        var explanation = RuleExplanation()
        explanation.add("scraped", targets.lines(targets.targets(with: labels)))
        let names = Set(groups.flatMap { $0.rules.filter { $0.definition.kind == .alerting }.map(\.definition.name) }).sorted()
        var text = "there is no alerting rule \(GoQuote.quote(name))"
        if names.isEmpty {
            text += ": this instance evaluates none"
        } else {
            let similar = names.filter { Similarity.isLikely(name, $0) }
            let shown = similar.isEmpty ? Array(names.prefix(8)) : Array(similar.prefix(3))
            text += similar.isEmpty ? " among \(names.count): " : "; did you mean "
            text += shown.joined(separator: ", ") + (similar.isEmpty && names.count > shown.count ? " …" : similar.isEmpty ? "" : "?")
        }
        explanation.add("rule", [text])
        explanation.absence = "NO SUCH RULE, " + text
        return explanation
    }

    /// A label that a rule gives its alerts and that is another than wanted.
    private func clash(of rule: RuleDefinition, with labels: LabelSet) -> TemplatedText? {
        rule.labels.first { label in
            guard let wanted = labels[label.name], !label.template.contains("{{") else { return false }
            return wanted != label.template
        }
    }

    private func otherLabels(_ rules: [RuleDefinition], _ labels: LabelSet) -> RuleExplanation {
        let clashes = rules.compactMap { rule in clash(of: rule, with: labels) }
        let texts = Set(clashes.map { "\($0.name)=\(GoQuote.quote($0.template))" }).sorted().joined(separator: " or ")
        let asked = Set(clashes.map(\.name)).sorted().map { "\($0)=\(GoQuote.quote(labels[$0] ?? ""))" }.joined(separator: ", ")
        var explanation = RuleExplanation()
        let text = "alerts of \(rules.first?.name ?? "") have \(texts), not \(asked)"
        explanation.add("rule", [text])
        explanation.absence = "NO SUCH ALERT, " + text
        return explanation
    }
}

extension RuleExplanation {
    mutating func add(_ topic: String, _ texts: [String]) { lines += texts.map { Line(topic: topic, text: $0) } }
}

extension RuleStatus {
    func isAlerting(_ name: String) -> Bool { definition.kind == .alerting && definition.name == name }
}

extension RelabelRules {
    /// What an alert's labels become; nil when it is dropped.
    func told(_ labels: LabelSet) -> LabelSet? { apply(labels).flatMap { $0.isEmpty ? nil : $0 } }

    /// The first step that takes an alert away, from 0.
    func droppingStep(_ labels: LabelSet) -> Int? {
        rules.indices.first { RelabelRules(Array(rules[...$0])).told(labels) == nil }
    }
}

extension LabelSet {
    /// The set with the labels of another that it lacks.
    func completed(with others: LabelSet) -> LabelSet {
        guard !others.isEmpty else { return self }
        return LabelSet((others.pairs + pairs).map { ($0.name, $0.value) })
    }

    /// Whether all labels of another are here.
    func contains(_ others: LabelSet) -> Bool { others.pairs.allSatisfy { self[$0.name] == $0.value } }
}

/// Whether one name is a slip of the other.
enum Similarity {
    static func isLikely(_ wanted: String, _ name: String) -> Bool {
        let (left, right) = (folded(wanted), folded(name))
        guard !left.isEmpty, !right.isEmpty else { return false }
        if left == right { return true }
        if min(left.count, right.count) >= 4, left.starts(with: right) || right.starts(with: left) { return true }
        return distance(left, right) <= max(1, min(left.count, right.count) / 5)
    }

    private static func folded(_ text: String) -> [UInt8] {
        text.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
    }

    /// How many letters must be changed, added or left out.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, first) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, second) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(diagonal + (first == second ? 0 : 1), above + 1, row[j] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}
