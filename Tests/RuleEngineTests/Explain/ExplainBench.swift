import Labels
import MonitorFile
import PromQL
import Rules
import SampleStore
import Scraping
import Time

@testable import RuleEngine

/// Rules over a store, evaluated at moments of the test's choice, and a look at them. Seconds after 13:46:40 UTC.
final class ExplainBench {
    static let origin: Int64 = 1_000_000_000

    let store = SampleStore()
    var settings = AlertDispatcher.Settings()
    var drops: [AlertDispatcher.DroppedAlert] = []
    var targets = TargetsReport()
    var remotes: [any QuerySource] = []
    private var group: RuleGroup
    private var lastEvaluation: Int64?
    private let ruleSettings = RuleSettings()

    /// - Parameter rules: The list of a group with an interval of 15 s.
    init(_ rules: String, source: String? = nil) throws {
        let lines = rules.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let text = "groups:\n- name: gateway\n  interval: 15s\n  rules:\n\(lines)\n"
        var definition = try RuleFileReader.read(Array(text.utf8), file: "gateway.yml").groups[0]
        definition.source = source
        group = RuleGroup(definition)
    }

    private var sources: QuerySources { QuerySources(local: LocalSource(store: store), remotes: remotes) }

    private static func time(_ seconds: Int64) -> Int64 { origin + seconds * 1000 }

    func store(_ name: String, _ labels: [String: String], _ value: Double, at seconds: Int64) {
        var batch = SampleBatch()
        batch.append(
            LabelSet(labels.merging(["__name__": name]) { $1 }.map { ($0.key, $0.value) }), time: Self.time(seconds), value: value)
        store.append(batch)
    }

    func evaluate(at seconds: Int64) throws {
        let source = sources.source(named: sources.name(for: group.definition))
        for index in group.rules.indices {
            if let source { _ = group.evaluate(index, at: Self.time(seconds), source: source, settings: ruleSettings) }
            group.noteEvaluation(of: index, began: Self.time(seconds), duration: 1_000_000)
        }
        lastEvaluation = Self.time(seconds)
    }

    func add(_ instance: String, job: String, error: String? = nil, scraped seconds: Int64? = 0) {
        let labels = LabelSet(["job": job, "instance": instance])
        targets.active.append(
            TargetStatus(
                discoveredLabels: LabelSet(), labels: labels, pool: job, url: "http://\(instance)/metrics",
                globalURL: "http://\(instance)/metrics", lastError: error ?? "", lastScrape: seconds.map(Self.time),
                health: seconds == nil ? .unknown : error == nil ? .up : .down, interval: 15_000, timeout: 10_000))
        if !targets.droppedCounts.contains(where: { $0.pool == job }) { targets.droppedCounts.append((job, 0)) }
    }

    func look(at seconds: Int64) -> RuleExplainer {
        var snapshot = RuleGroupSnapshot(
            definition: group.definition, interval: 15_000, source: sources.name(for: group.definition), rules: group.rules)
        snapshot.lastEvaluation = lastEvaluation
        snapshot.nextEvaluation = lastEvaluation.map { $0 + 15_000 }
        return RuleExplainer(
            groups: [snapshot], targets: targets, settings: settings, drops: drops, sources: sources,
            at: Timestamp(milliseconds: Self.time(seconds)), zone: .utc)
    }

    func explain(_ labels: [String: String], at seconds: Int64) -> RuleExplanation {
        look(at: seconds).explanation(of: LabelSet(labels.map { ($0.key, $0.value) }))
    }

    static func relabeling(_ rules: String) throws -> RelabelRules {
        let text = "alerting:\n  alert_relabel_configs: \(rules)\n"
        return try MonitorConfiguration.parse(Array(text.utf8), file: "prometheus.yml").alerting.relabeling
    }
}

extension RuleExplanation {
    func texts(_ topic: String) -> [String] { lines.filter { $0.topic == topic }.map(\.text) }
}
