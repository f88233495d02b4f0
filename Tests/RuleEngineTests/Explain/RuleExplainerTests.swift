import Labels
import MonitorFile
import PromQL
import Rules
import Testing

@testable import RuleEngine

@Suite("What rules know of an alert") struct RuleExplainerTests {
    private static let errors = """
        - alert: HighErrorRate
          expr: error_percent{job="gateway"} > 5
          for: 60s
          labels: {severity: warning}
        """
    private let alert = ["alertname": "HighErrorRate"]

    private func bench(_ values: [Double?], rules: String = errors) throws -> ExplainBench {
        let bench = try ExplainBench(rules)
        bench.add("172.29.0.1:9145", job: "gateway")
        for (index, value) in values.enumerated() {
            let time = Int64(index) * 15
            if let value { bench.store("error_percent", ["job": "gateway", "instance": "172.29.0.1:9145"], value, at: time) }
            try bench.evaluate(at: time)
        }
        return bench
    }

    @Test("a firing alert tells its value beside the bound, since when, its rule and its target")
    func firing() throws {
        let bench = try bench([8.125, 8.125, 8.125, 8.125, 8.125])
        let explanation = bench.explain(alert, at: 66)
        #expect(explanation.hasRule)
        #expect(explanation.texts("scraped") == ["172.29.0.1:9145 up, 66 s ago"])
        #expect(
            explanation.texts("rule") == [
                "8.125 > 5, pending 13:46:40, firing 13:47:40", "gateway.yml:5 every 15s: error_percent{job=\"gateway\"} > 5 for 1m",
            ])
    }

    @Test("a pending alert tells how far it is and when it fires, and is found by matchers before it fires")
    func pending() throws {
        let bench = try bench([1, 9, 9, 9])
        let explanation = bench.explain(alert, at: 50)
        #expect(explanation.absence == "NOT YET, pending 30s of 1m: fires 13:47:55 if it stays so")
        #expect(explanation.texts("rule").first == "9 > 5 since 13:46:55, pending 30s of 1m; fires 13:47:55 if it stays so")
        let found = bench.look(at: 50).alerts(matching: [Matcher(name: "severity", equals: "warning")])
        #expect(
            found == [
                LabelSet([
                    "alertname": "HighErrorRate", "job": "gateway", "instance": "172.29.0.1:9145", "severity": "warning",
                ])
            ])
        #expect(bench.look(at: 50).alerts(matching: [Matcher(name: "severity", equals: "critical")]).isEmpty)
    }

    @Test("an alert that relabelling drops is told with the step that does it, under its labels with the external ones")
    func dropped() throws {
        let bench = try bench([9, 9, 9, 9, 9])
        bench.settings.externalLabels = LabelSet(["host": "flatnet-01"])
        bench.settings.relabeling = try ExplainBench.relabeling(
            "[{target_label: team, replacement: web}, {source_labels: [host, severity], regex: flatnet-.*;warning, action: drop}]")
        let explanation = bench.explain(["alertname": "HighErrorRate", "host": "flatnet-01"], at: 60)
        #expect(explanation.absence == "NOT TOLD, dropped by alerting.alert_relabel_configs[1] (drop)")
        #expect(explanation.texts("rule").contains("dropped by alerting.alert_relabel_configs[1] (drop)"))
        #expect(bench.look(at: 60).alerts(matching: [Matcher(name: "host", equals: "flatnet-01")]).count == 1)
    }

    @Test("an alert is known by the labels that relabelling gives it")
    func relabeled() throws {
        let bench = try bench([9])
        bench.settings.relabeling = try ExplainBench.relabeling("[{target_label: alertname, replacement: Renamed}]")
        #expect(bench.explain(["alertname": "Renamed"], at: 0).absence?.hasPrefix("NOT YET, pending 0s of 1m") == true)
    }

    @Test("a rule that is not true tells the value that it sees")
    func untrue() throws {
        let explanation = try bench([3.25]).explain(alert, at: 6)
        #expect(explanation.absence == "NOT FIRING, its rule is not true: 3.25 > 5 does not hold")
        #expect(explanation.texts("rule").first == "not true, evaluated 6 s ago: now 3.25 > 5")
    }

    @Test("a rule that sees other series than the wanted one says so")
    func otherSeries() throws {
        let explanation = try bench([3.25]).explain(alert.merging(["instance": "other:1"]) { $1 }, at: 6)
        #expect(explanation.absence == "NOT SEEN, its rule sees 1 series, none of them with {instance=\"other:1\"}")
    }

    @Test("a rule that finds no series names the selector, and what is there instead")
    func blind() throws {
        let bench = try bench([])
        bench.store("error_percent", ["job": "proxy"], 1, at: 0)
        try bench.evaluate(at: 0)
        let explanation = bench.explain(alert, at: 0)
        #expect(explanation.absence == "BLIND, its rule finds no series for error_percent{job=\"gateway\"}")
        #expect(
            explanation.texts("rule").first
                == "sees nothing: no series for error_percent{job=\"gateway\"}; 1 series of that name have other labels")
    }

    @Test("a rule over a job that nobody scrapes says which jobs there are")
    func noJob() throws {
        let bench = try ExplainBench(Self.errors)
        bench.add("a:1", job: "node")
        try bench.evaluate(at: 0)
        #expect(
            bench.explain(alert, at: 0).absence
                == "BLIND, its rule finds no series for error_percent{job=\"gateway\"}: there is no scrape job \"gateway\", only node")
        bench.targets.droppedCounts.append(("gateway", 2))
        #expect(
            bench.explain(alert, at: 0).absence?.hasSuffix("the scrape job \"gateway\" has no targets: relabel_configs drop all 2") == true)
    }

    @Test("a target that is down is the reason before the missing series are")
    func down() throws {
        let bench = try ExplainBench(Self.errors)
        bench.add("a:1", job: "node")
        bench.add("172.29.0.1:9145", job: "gateway", error: "connection refused")
        try bench.evaluate(at: 0)
        let explanation = bench.explain(alert, at: 6)
        #expect(explanation.absence == "NOT SEEN, its target 172.29.0.1:9145 is down: connection refused")
        #expect(explanation.texts("scraped") == ["172.29.0.1:9145 DOWN, 6 s ago: connection refused"])
    }

    @Test("without a job in the selector a missing series may be any target's that is down")
    func vague() throws {
        let bench = try ExplainBench("- {alert: HighErrorRate, expr: error_percent > 5}")
        bench.add("a:1", job: "node")
        bench.add("b:1", job: "gateway", error: "timeout")
        try bench.evaluate(at: 0)
        #expect(bench.explain(alert, at: 0).absence == "NOT SEEN, its target b:1 is down: timeout")
    }

    @Test("targets without a job in the selector are those whose series it sees")
    func targetsBySeries() throws {
        let bench = try ExplainBench("- {alert: HighErrorRate, expr: error_percent > 5}")
        bench.add("a:1", job: "node", error: "refused")
        bench.add("b:1", job: "gateway")
        bench.store("error_percent", ["job": "gateway", "instance": "b:1"], 1, at: 0)
        try bench.evaluate(at: 0)
        #expect(bench.explain(alert, at: 0).texts("scraped") == ["b:1 up, 0 s ago"])
    }

    @Test("there being no such rule is told with names that are like it")
    func noRule() throws {
        let bench = try bench([1])
        let similar = bench.explain(["alertname": "HighErorRate"], at: 0)
        #expect(similar.absence == "NO SUCH RULE, there is no alerting rule \"HighErorRate\"; did you mean HighErrorRate?")
        #expect(!similar.hasRule)
        #expect(
            bench.explain(["alertname": "DiskFull"], at: 0).absence
                == "NO SUCH RULE, there is no alerting rule \"DiskFull\" among 1: HighErrorRate")
    }

    @Test("labels that the rule never gives are told")
    func neverSuchLabels() throws {
        let explanation = try bench([1]).explain(["alertname": "HighErrorRate", "severity": "critical"], at: 0)
        #expect(explanation.absence == "NO SUCH ALERT, alerts of HighErrorRate have severity=\"warning\", not severity=\"critical\"")
    }

    @Test("a rule that fails tells why")
    func failing() throws {
        let bench = try ExplainBench("- {alert: HighErrorRate, expr: 'a * on () b > 1'}")
        for instance in ["x", "y"] {
            bench.store("a", ["instance": instance], 1, at: 0)
            bench.store("b", ["instance": instance], 1, at: 0)
        }
        try bench.evaluate(at: 0)
        let absence = try #require(bench.explain(alert, at: 0).absence)
        #expect(absence.hasPrefix("NOT KNOWN, its rule cannot be evaluated: "))
        #expect(absence.contains("many-to-many matching not allowed") || absence.contains("duplicate series"), "\(absence)")
    }

    @Test("a rule that was never evaluated says what it waits for")
    func notEvaluated() throws {
        let bench = try ExplainBench(Self.errors)
        bench.add("172.29.0.1:9145", job: "gateway", scraped: nil)
        let explanation = bench.explain(alert, at: 0)
        #expect(explanation.absence == "NOT YET, its group waits for the first scrapes of its targets")
        #expect(explanation.texts("scraped") == ["172.29.0.1:9145 not scraped yet"])
    }

    @Test("an alert that is over says since when")
    func over() throws {
        let bench = try bench([9, 9, 9, 9, 9, 1])
        #expect(bench.explain(alert, at: 80).absence == "OVER since 13:47:55, its rule is not true any more")
    }

    @Test("absence is no blindness, one side of or is enough, unless needs no right side")
    func sight() throws {
        func absence(_ expr: String) throws -> String? {
            let bench = try ExplainBench("- {alert: HighErrorRate, expr: '\(expr)'}")
            bench.store("up", ["job": "gateway"], 1, at: 0)
            try bench.evaluate(at: 0)
            return bench.explain(alert, at: 0).absence
        }
        #expect(try absence("absent(up) > 0")?.hasPrefix("NOT FIRING") == true)
        #expect(try absence("up == 0 or gone == 0")?.hasPrefix("NOT FIRING") == true)
        #expect(try absence("up == 0 unless gone")?.hasPrefix("NOT FIRING") == true)
        #expect(try absence("gone == 0 or lost == 0") == "BLIND, its rule finds no series for gone and 1 more")
        #expect(try absence("up == 0 and gone > 1") == "BLIND, its rule finds no series for gone")
        #expect(try absence("rate(gone[5m]) / up > 1") == "BLIND, its rule finds no series for gone[5m]")
    }

    @Test("a bound on the left is told turned round")
    func turned() throws {
        let bench = try ExplainBench("- {alert: HighErrorRate, expr: 'time() * 0 + 5 < error_percent'}")
        bench.store("error_percent", [:], 3, at: 0)
        try bench.evaluate(at: 0)
        #expect(bench.explain(alert, at: 0).absence == "NOT FIRING, its rule is not true: 3 > time() * 0 + 5 does not hold")
    }

    @Test("rules of another source have no targets here, and an outage of it is told")
    func remote() throws {
        struct Gone: QuerySource {
            let name = "thanos"
            func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult {
                throw QuerySourceError("connection refused", isOutage: true)
            }
            func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult {
                throw QuerySourceError("connection refused", isOutage: true)
            }
        }
        let bench = try ExplainBench(Self.errors, source: "thanos")
        bench.remotes = [Gone()]
        bench.add("172.29.0.1:9145", job: "gateway")
        try bench.evaluate(at: 0)
        let explanation = bench.explain(alert, at: 0)
        #expect(explanation.absence == "NOT KNOWN, its rule cannot be evaluated: connection refused")
        #expect(explanation.texts("scraped") == ["not here: group \"gateway\" asks thanos"])
    }

    @Test("without a name there are only targets to tell of")
    func noName() throws {
        let explanation = try bench([1]).explain(["job": "proxy"], at: 0)
        #expect(explanation == RuleExplanation())
    }
}
