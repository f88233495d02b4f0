import Labels
import MonitorFile
import NIOConcurrencyHelpers
import RE2
import Rules

@testable import RuleEngine

/// An alert that began at a second and lasts until another.
func alert(_ name: String, _ labels: [String: String] = [:], annotations: [String: String] = [:], resolved: Bool = false) -> RuleAlert {
    RuleAlert(
        labels: LabelSet(labels.merging(["alertname": name]) { $1 }), annotations: LabelSet(annotations), startsAt: 1_767_225_600_000,
        endsAt: 1_767_225_840_005, isResolved: resolved, generatorURL: "http://f:9093/graph?g0.expr=up&g0.tab=1")
}

func alerts(_ count: Int, from start: Int = 0) -> [RuleAlert] { (start..<start + count).map { alert("a\($0)") } }

/// A step on the label `severity`.
func relabel(_ action: RelabelRule.Action, _ pattern: String, target: String = "", replacement: String = "$1") throws -> RelabelRules {
    var rule = RelabelRule(regex: try RE2Regex("^(?s:\(pattern))$"), pattern: pattern)
    rule.sourceLabels = ["severity"]
    rule.action = action
    rule.targetLabel = target
    rule.replacement = replacement
    return RelabelRules([rule])
}

/// An entry with one group of these addresses.
func entry(_ addresses: String..., labels: [String: String] = [:]) -> AlertmanagerTargets {
    var entry = AlertmanagerTargets()
    let group = TargetGroup(targets: addresses.map { LabelSet([("__address__", $0)]) }, labels: LabelSet(labels), source: "0")
    entry.discoveries = [.fixed([group])]
    return entry
}

/// Keeps what it is sent.
final class CollectingSink: AlertSink {
    private let state = NIOLockedValueBox<[[RuleAlert]]>([])
    var received: [[RuleAlert]] { state.withLockedValue { $0 } }
    func send(_ alerts: [RuleAlert]) async { state.withLockedValue { $0.append(alerts) } }
}
