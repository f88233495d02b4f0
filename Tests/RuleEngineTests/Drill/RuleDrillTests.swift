import BuiltInRules
import Labels
import MonitorFile
import Rules
import Testing

@testable import RuleEngine

/// The rules that come with Flatalert, some of them edited.
private func groups(editing edit: (String) -> String = { $0 }) throws -> [RuleGroupDefinition] {
    try BuiltInRules.files.flatMap { file in
        try RuleFileReader.read(Array(edit(String(decoding: file.text, as: UTF8.self)).utf8), file: file.name).groups
    }
}

private func read(_ text: String) throws -> [RuleGroupDefinition] { try RuleFileReader.read(Array(text.utf8), file: "own.yml").groups }

private func settings() -> RuleSettings {
    var settings = RuleSettings()
    settings.externalLabels = LabelSet([("host", "flatnet-01")])
    settings.externalURL = "http://flatalert.test"
    return settings
}

private func dispatch() -> AlertDispatcher.Settings {
    var dispatch = AlertDispatcher.Settings()
    dispatch.externalLabels = LabelSet([("host", "flatnet-01")])
    return dispatch
}

private let now: Int64 = 1_767_268_800_000

private func proof(
    _ alertname: String, _ groups: [RuleGroupDefinition], dispatch: AlertDispatcher.Settings = dispatch()
) async -> RuleDrill.Proof {
    await RuleDrill(groups: groups, settings: settings(), dispatch: dispatch).proof(of: alertname, now: now)
}

@Suite("Drills of rules")
struct RuleDrillTests {
    @Test(
        "each mandated alert of the rules that come with Flatalert fires after its for, with external labels and without an error in any text",
        arguments: [
            ("GatewayDown", "critical", 60_000 as Int64), ("CNIPluginDown", "critical", 60_000), ("HighErrorRate", "warning", 300_000),
            ("HighLatency", "warning", 300_000), ("DiskSpaceWarning", "warning", 300_000), ("DiskSpaceCritical", "critical", 300_000),
        ])
    func fires(alertname: String, severity: String, hold: Int64) async throws {
        let proof = await proof(alertname, try groups())
        let alert = try #require(proof.alert, "\(proof.problem)")
        #expect(alert.labels["alertname"] == alertname && alert.labels["severity"] == severity && alert.labels["host"] == "flatnet-01")
        // The for, and what the rate or the next pass takes.
        #expect((hold...hold + 120_000).contains(alert.after))
        #expect(proof.notes.isEmpty && proof.problem.isEmpty)
        #expect(!alert.annotations.pairs.contains { $0.value.contains("error") && $0.value.contains("template") })
        #expect(alert.annotations["summary"]?.isEmpty == false && alert.annotations["summary_ja"]?.isEmpty == false)
        #expect(alert.annotations["since"]?.isEmpty == false)
    }

    @Test("the texts are filled in from the played samples")
    func texts() async throws {
        let disk = try #require(await proof("DiskSpaceCritical", try groups()).alert)
        #expect(disk.annotations["summary"] == "/ 97.0% used, 7.5 GiB free of 250.0 GiB")
        let gateway = try #require(await proof("GatewayDown", try groups()).alert)
        #expect(gateway.annotations["summary_ja"] == "Gateway 応答なし(exporter は正常)")
        #expect(gateway.situation == "nginx does not answer")
        let errors = try #require(await proof("HighErrorRate", try groups()).alert)
        #expect(errors.annotations["reason"] == "mostly status 502")
    }

    @Test("the names are the six of Flatnet's list")
    func names() {
        #expect(
            RuleDrill.alertnames == [
                "GatewayDown", "CNIPluginDown", "HighErrorRate", "HighLatency", "DiskSpaceWarning", "DiskSpaceCritical",
            ])
    }

    @Test(
        "a rule edited so that it cannot fire is reported with its place",
        arguments: [
            ("GatewayDown", [("up{job=\"gateway\"} == 0", "up{job=\"gateway\"} == 7")]),
            ("GatewayDown", [("{job=\"gateway\"} == 0", "{job=\"gate\"} == 0")]),
            ("CNIPluginDown", [("up{job=\"cni-plugin\"} == 0", "up{job=\"cni-plugin\"} == 7")]),
            ("HighErrorRate", [("> 0.05", "> 5")]), ("HighErrorRate", [(">= 5\n", ">= 1e9\n")]), ("HighLatency", [("> 1\n", "> 100\n")]),
            ("DiskSpaceWarning", [("> 80\n", "> 800\n")]), ("DiskSpaceCritical", [("> 90\n", "> 100\n")]),
        ])
    func edited(alertname: String, edits: [(old: String, new: String)]) async throws {
        let proof = await proof(alertname, try groups { text in edits.reduce(text) { $0.replacing($1.old, with: $1.new) } })
        #expect(proof.alert == nil)
        #expect(proof.problem.contains("its expression gave nothing"))
        #expect(proof.advice.contains(".yml:"))
    }

    @Test("a rule that fires while all is well is reported")
    func always() async throws {
        let proof = await proof(
            "DiskSpaceWarning", try read("groups: [{name: g, rules: [{alert: DiskSpaceWarning, expr: node_filesystem_avail_bytes > 1}]}]"))
        #expect(proof.alert == nil && proof.problem == "it fires while all is well")
    }

    @Test("a rule whose query fails is reported with the error")
    func failing() async throws {
        let proof = await proof(
            "GatewayDown",
            try read("groups: [{name: g, rules: [{alert: GatewayDown, expr: 'up * on() group_left() {job=\"gateway\"}'}]}]"))
        #expect(proof.alert == nil)
        #expect(proof.problem.contains("its evaluation fails:"))
    }

    @Test("a rule that is pending for longer than the fault could last is reported as such")
    func pending() async throws {
        let rules = try read(
            "groups: [{name: g, interval: 10m, rules: [{alert: GatewayDown, expr: 'nginx_up == 0', for: 30d}]}]")
        let proof = await proof("GatewayDown", rules)
        #expect(proof.problem.contains("not long enough for its for"))
    }

    @Test("an alert that is not loaded, and one without a scenario, are reported")
    func missing() async throws {
        let none = await proof("HighLatency", try read("groups: []"))
        #expect(none.problem == "no rule of this name is loaded")
        let unknown = await proof("Watchdog", try groups())
        #expect(unknown.problem == "no fault is known for it" && unknown.advice.contains("GatewayDown"))
    }

    @Test("an alert that relabelling drops is reported; one that it changes arrives changed")
    func relabelled() async throws {
        func dispatch(_ action: String) throws -> AlertDispatcher.Settings {
            AlertDispatcher.Settings(
                try MonitorConfiguration.parse(
                    Array("global: {external_labels: {host: h}}\nalerting: {alert_relabel_configs: [\(action)]}".utf8),
                    file: "prometheus.yml"))
        }
        let dropped = await proof(
            "GatewayDown", try groups(), dispatch: try dispatch("{source_labels: [alertname], regex: Gateway.*, action: drop}"))
        #expect(dropped.alert == nil && dropped.problem == "it fires, and relabelling drops it")
        let changed = await proof("GatewayDown", try groups(), dispatch: try dispatch("{target_label: team, replacement: net}"))
        #expect(changed.alert?.labels["team"] == "net" && changed.alert?.labels["host"] == "h")
    }

    @Test("rules over recorded series fire, and those for the names of Flatnet's own metrics do")
    func recorded() async throws {
        let rules = try read(
            """
            groups:
            - name: record
              interval: 15s
              rules:
              - {record: 'job:errors:rate5m', expr: 'sum by (job) (rate(flatnet_http_requests_total{status=~"5.."}[5m]))'}
            - name: alert
              interval: 15s
              rules:
              - {alert: HighErrorRate, expr: 'job:errors:rate5m > 1', for: 2m}
            """)
        let alert = try #require(await proof("HighErrorRate", rules).alert)
        #expect(alert.labels["job"] == "gateway" && alert.after >= 120_000)
        let disk = await proof(
            "DiskSpaceCritical",
            try read(
                """
                groups: [{name: g, rules: [{alert: DiskSpaceCritical, expr: 'node_filesystem_avail_bytes{job="node-exporter"} / node_filesystem_size_bytes < 0.1', for: 5m}]}]
                """))
        #expect(disk.alert?.labels["job"] == "node-exporter")
    }

    @Test("a failing template is noted: the alert fires, its text is broken")
    func brokenText() async throws {
        let proof = await proof(
            "GatewayDown",
            try read("groups: [{name: g, rules: [{alert: GatewayDown, expr: nginx_up == 0, annotations: {summary: '{{ query \"(\" }}'}}]}]")
        )
        #expect(proof.alert != nil && proof.notes.count == 1)
    }
}
