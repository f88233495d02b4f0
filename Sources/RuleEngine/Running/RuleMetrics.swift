import Exposition
import Rules

/// The manager's own metrics: under Prometheus's names where the meaning is the same, `flatalert_rules_*` beyond.
final class RuleMetrics: Sendable {
    private let evaluations: CounterFamily
    private let failures: CounterFamily
    private let iterations: CounterFamily
    private let evaluationDuration: Summary
    private let groupDuration: Summary
    private let rejected: Counter
    private let gaps: CounterFamily
    private let gapSeconds: Counter
    private let registry: MetricRegistry

    init(_ registry: MetricRegistry) {
        self.registry = registry
        evaluations = registry.counter("prometheus_rule_evaluations_total", help: "Rule evaluations.", labels: ["rule_group"])
        failures = registry.counter(
            "prometheus_rule_evaluation_failures_total", help: "Rule evaluations that failed.", labels: ["rule_group"])
        iterations = registry.counter("prometheus_rule_group_iterations_total", help: "Passes of rule groups.", labels: ["rule_group"])
        evaluationDuration = registry.summary("prometheus_rule_evaluation_duration_seconds", help: "How long rules took to evaluate.")
            .labels()
        groupDuration = registry.summary(
            "prometheus_rule_group_duration_seconds", help: "How long passes of rule groups took.", quantiles: [0.01, 0.05, 0.5, 0.9, 0.99]
        ).labels()
        rejected = registry.counter("flatalert_rules_samples_rejected_total", help: "Samples of rules that the store refused.").labels()
        gaps = registry.counter("flatalert_rules_gaps_total", help: "Times without evaluations that do not count.", labels: ["cause"])
        gapSeconds = registry.counter("flatalert_rules_gap_seconds_total", help: "Length of the times that do not count.").labels()
    }

    /// A group exists: its counters begin at 0.
    func begin(_ group: ScheduledGroup) {
        for family in [evaluations, failures, iterations] { _ = family.labels(group.key.label) }
    }

    /// A group is gone.
    func end(_ key: RuleGroupKey) {
        for family in [evaluations, failures, iterations] { family.remove([key.label]) }
    }

    func noteEvaluation(in group: ScheduledGroup, error: String?, duration: Int64) {
        evaluations.labels(group.key.label).increment()
        if error != nil { failures.labels(group.key.label).increment() }
        evaluationDuration.observe(Double(duration) / 1e9)
    }

    func note(_ pass: GroupPass, _ snapshot: RuleGroupSnapshot) {
        iterations.labels(pass.group.key.label).increment()
        groupDuration.observe(Double(snapshot.duration) / 1e9)
    }

    func noteRejected(_ count: Int) { rejected.increment(by: count) }

    func gap(_ gap: ClockGap) {
        gaps.labels(gap.cause.rawValue).increment()
        gapSeconds.add(Double(gap.length) / 1000)
    }

    /// What is read off the groups at every scrape.
    func collect(from manager: RuleManager) {
        typealias Value = @Sendable (RuleGroupSnapshot) -> Double
        let gauges: [(String, String, Value)] = [
            ("interval_seconds", "Interval of the group.", { Double($0.interval) / 1000 }),
            ("last_duration_seconds", "How long the last pass took.", { Double($0.duration) / 1e9 }),
            (
                "last_evaluation_timestamp_seconds", "When the last pass began; 0 before the first.",
                { Double($0.lastEvaluation ?? 0) / 1000 }
            ),
            ("last_evaluation_samples", "Samples that the last pass gave.", { Double($0.samples) }),
            ("rules", "Rules of the group.", { Double($0.rules.count) }),
        ]
        for (name, help, value) in gauges {
            registry.collect("prometheus_rule_group_\(name)", help: help, labels: ["rule_group"]) { [weak manager] in
                Self.samples(of: manager, value)
            }
        }
        registry.collect(
            "prometheus_rule_group_iterations_missed_total", help: "Passes that were skipped because the one before took too long.",
            type: .counter, labels: ["rule_group"]
        ) { [weak manager] in Self.samples(of: manager) { Double($0.missedPasses) } }
        registry.collect("flatalert_rules_alerts", help: "Alerts of rules.", labels: ["state"]) { [weak manager] in
            let alerts = (manager?.groups() ?? []).flatMap { $0.rules.flatMap(\.alerts) }
            return [("pending", .pending), ("firing", .firing)].map { (name: String, state: ActiveAlert.State) in
                MetricSample(labels: [name], value: Double(alerts.count { $0.state == state }))
            }
        }
        registry.collect(
            "flatalert_rules_groups_waiting", help: "Groups that wait for their targets' first scrapes.",
            value: { [weak manager] in Double((manager?.groups() ?? []).count { $0.nextEvaluation == nil }) })
        guard let state = manager.state else { return }
        registry.collect(
            "flatalert_rules_state_durable", help: "Whether the state of rules reaches the disk.", value: { state.isDurable ? 1 : 0 })
    }

    private static func samples(of manager: RuleManager?, _ value: (RuleGroupSnapshot) -> Double) -> [MetricSample] {
        (manager?.groups() ?? []).map { MetricSample(labels: [$0.definition.key.label], value: value($0)) }
    }
}
