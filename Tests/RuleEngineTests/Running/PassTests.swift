import Labels
import PromQL
import Rules
import SampleStore
import Testing

@testable import RuleEngine

@Suite struct PassTests {
    private static let minute: Int64 = 60_000

    private static func named(_ name: String) -> [Matcher] { [Matcher(name: "__name__", equals: name)] }

    @Test("a later rule of a pass sees what an earlier one stored at the same time")
    func order() async throws {
        let bench = RuleBench { _ in [(.series("m"), 3)] }
        try bench.start([.test("g", [.record("double", "m * 2"), .record("quadruple", "double * 2"), .alert("A", "quadruple == 12")])])
        await bench.run(Self.minute)
        #expect(bench.sink.alerts.count == 1)
        let (double, quadruple) = (bench.values(Self.named("double")), bench.values(Self.named("quadruple")))
        #expect(double.map(\.value) == [6] && quadruple.map(\.value) == [12])
        #expect(double.map(\.time) == quadruple.map(\.time))
        await bench.kill()
    }

    @Test("series that a rule does not write any more end with a stale marker in that pass")
    func staleMarkers() async throws {
        let bench = RuleBench { awake in awake < 330 ? [(.series("m", ("host", "a")), 20)] : [(.series("m", ("host", "a")), 1)] }
        try bench.start([.test("g", [.record("high", "m > 10"), .alert("A", "m > 10", hold: 3 * Self.minute)])])
        await bench.run(8 * Self.minute)
        let recorded = bench.values(Self.named("high"))
        #expect(recorded.last?.value == nil)
        #expect(recorded.dropLast().allSatisfy { $0.value == 20 })
        let states = Dictionary(grouping: bench.values(Self.named("ALERTS")).filter { $0.value == nil }) { $0.labels["alertstate"] }
        #expect(states["pending"]?.count == 1 && states["firing"]?.count == 1)
        await bench.kill()
    }

    @Test("samples that the store refuses make the rule fail, and the others are stored")
    func refused() async throws {
        let bench = RuleBench { _ in [(.series("m", ("host", "a")), 3), (.series("m", ("host", "b")), 4)] }
        var batch = SampleBatch()
        batch.append(.series("copy", ("host", "a")), time: bench.clock.now.wall + 3_600_000, value: 1)
        bench.store.append(batch)
        try bench.start([.test("g", [.record("copy", "m")])])
        await bench.run(Self.minute)
        let rule = try #require(bench.manager?.groups().first?.rules.first)
        #expect(rule.health == .err)
        #expect(rule.lastError?.contains("1 of 2 samples were not stored: older than the newest sample") == true)
        #expect(bench.values(Self.named("copy")).contains { $0.labels["host"] == "b" && $0.value == 4 })
        await bench.kill()
    }

    @Test("a failure is logged when it begins and when it ends; meanwhile it is counted")
    func failures() async throws {
        let bench = RuleBench { awake in
            // Two series that become one.
            awake < 200 ? [(.series("m", ("host", "a")), 3), (.series("m", ("host", "b")), 4)] : [(.series("m", ("host", "a")), 3)]
        }
        try bench.start([.test("g", [.alert("A", "label_replace(m, \"host\", \"\", \"\", \"\")")])])
        await bench.run(14 * Self.minute)
        let lines = bench.lines.withLockedValue { $0 }.filter { $0.contains("rule=A") }
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("warning: Evaluating a rule fails err=") == true)
        #expect(lines.last?.hasPrefix("info: Evaluating a rule works again failed_for_seconds=") == true)
        #expect(bench.manager?.groups().first?.rules.first?.health == .ok)
        let text = String(decoding: bench.options.metrics.render(), as: UTF8.self)
        let failures = text.split(separator: "\n").first { $0.hasPrefix("prometheus_rule_evaluation_failures_total{") }
        #expect(try #require(failures.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) }) > 2)
        await bench.kill()
    }

    @Test("the metrics carry Prometheus's names")
    func metrics() async throws {
        let bench = RuleBench { _ in [(.series("m"), 20)] }
        try bench.start([.test("g", [.alert("A", "m > 10"), .record("r", "m")])])
        await bench.run(3 * Self.minute)
        let text = String(decoding: bench.options.metrics.render(), as: UTF8.self)
        for line in [
            "prometheus_rule_evaluations_total{rule_group=\"rules.yml;g\"} 6", "prometheus_rule_group_rules{rule_group=\"rules.yml;g\"} 2",
            "prometheus_rule_evaluation_failures_total{rule_group=\"rules.yml;g\"} 0",
            "prometheus_rule_group_iterations_total{rule_group=\"rules.yml;g\"} 3",
            "prometheus_rule_group_iterations_missed_total{rule_group=\"rules.yml;g\"} 0",
            "prometheus_rule_group_interval_seconds{rule_group=\"rules.yml;g\"} 60",
            "prometheus_rule_group_last_evaluation_samples{rule_group=\"rules.yml;g\"} 3",
            "flatalert_rules_alerts{state=\"firing\"} 1", "flatalert_rules_state_durable 1", "flatalert_rules_groups_waiting 0",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        for name in [
            "prometheus_rule_group_last_evaluation_timestamp_seconds", "prometheus_rule_group_last_duration_seconds",
            "prometheus_rule_group_duration_seconds", "prometheus_rule_evaluation_duration_seconds",
        ] {
            #expect(text.contains("# TYPE \(name) "), "\(name)")
        }
        await bench.kill()
    }

    @Test("stopping finishes the rule in progress, drops the rest, and tells and marks nothing as over")
    func stop() async throws {
        let bench = RuleBench(step: 1000) { _ in [(.series("m"), 20)] }
        let source = GatedSource()
        let groups = try [
            RuleGroupDefinition.test("local", interval: 15_000, [.alert("L", "m > 10")]),
            .test("remote", interval: 15_000, source: "remote", [.alert("First", "m"), .alert("Second", "m")]),
        ]
        try bench.start(groups, remotes: [source])
        await bench.run(30_000)
        source.close()
        let calls = source.calls.count
        await bench.run(15_000, waitingFor: "local")
        for _ in 0...calls { await source.waitForCall() }
        let manager = try #require(bench.manager)
        async let stopped: Void = manager.stop()
        while !manager.desk.withLockedValue({ $0.isStopped }) { await Task.yield() }
        source.letOneGo()
        await stopped
        #expect(source.calls.count == calls + 1)
        #expect(!bench.sink.alerts.contains { $0.isResolved })
        #expect(!bench.values(Self.named("ALERTS")).contains { $0.value == nil })
        await bench.kill()
    }
}
