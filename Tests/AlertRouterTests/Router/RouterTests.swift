import AlertCore
import Foundation
import Labels
import Logging
import Testing
import Time
import Transport

@testable import AlertRouter

@Suite("The router with a real journal")
struct RouterTests {
    /// Runs with a router in this directory, and stops it.
    private func withRouter<R>(
        in directory: String, cluster: String = "", limit: Int = 0, _ body: (Router) async throws -> R
    ) async throws -> R {
        var machine = MachineOptions()
        machine.perAlertnameLimit = limit
        let options = Router.Options(
            configuration: .builtIn(), storagePath: directory, machine: machine, externalURL: "http://localhost", routePrefix: "/",
            cluster: ClusterStatus(listenAddress: cluster, name: "me"), matcherMode: .fallback, logsSilences: false)
        let router = try Router(
            options: options, transport: Transport(name: "test"), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        router.start()
        let result = try await body(router)
        await router.stop()
        return result
    }

    private func withDirectory<R>(_ body: (String) async throws -> R) async throws -> R {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    private func alerts(_ count: Int) throws -> [Alert] {
        let now = Clock.wall()
        return try (0..<count).map { number in
            try Alert.normalize(
                labels: LabelSet([("alertname", "A"), ("n", "\(number)")]), annotations: LabelSet(), generatorURL: "", startsAt: nil,
                endsAt: now + .hours(1), now: now, resolveTimeout: .minutes(5), mode: .utf8
            ).get()
        }
    }

    @Test("more alerts than one hold of the lock takes are all durable when the sender is answered, and there after a restart")
    func largeBatch() async throws {
        let sent = try alerts(1000)
        let expected = Set(sent.map(\.body.labels.fingerprint))
        try await withDirectory { directory in
            try await withRouter(in: directory) { router in
                try await router.receive(sent)
                #expect(router.read { machine, _ in Set(machine.fingerprints) } == expected)
            }
            try await withRouter(in: directory) { router in
                #expect(router.read { machine, _ in Set(machine.fingerprints) } == expected)
            }
        }
    }

    @Test("every metric of reference 13 that means something here is there from the first scrape")
    func metrics() async throws {
        let text = try await withDirectory { directory in
            try await withRouter(in: directory, cluster: "0.0.0.0:9094", limit: 7) { router in
                try await router.receive(try alerts(3))
                return String(decoding: router.metrics.registry.render(), as: UTF8.self)
            }
        }
        let lines = Set(text.split(separator: "\n").map(String.init))
        for line in [
            #"alertmanager_alerts{state="active"} 3"#, "alertmanager_alerts_per_alert_limit 7", "alertmanager_alerts_limited_total 0",
            "alertmanager_cluster_enabled 1", "alertmanager_cluster_members 1", "alertmanager_cluster_failed_peers 0",
            "alertmanager_cluster_health_score 0", "alertmanager_peer_position 0", "alertmanager_config_last_reload_successful 1",
            "alertmanager_dispatcher_aggregation_groups 1", "alertmanager_dispatcher_alert_processing_duration_seconds_count 3",
            "alertmanager_nflog_maintenance_total 0", "alertmanager_nflog_maintenance_errors_total 0", "alertmanager_nflog_queries_total 0",
            "alertmanager_nflog_query_errors_total 0", "alertmanager_silences_maintenance_total 0",
            "alertmanager_silences_maintenance_errors_total 0", "alertmanager_silences_queries_total 0",
            "alertmanager_silences_query_errors_total 0", "alertmanager_silences_state_size 0", #"alertmanager_silences{state="active"} 0"#,
            #"alertmanager_notifications_failed_total{integration="webhook",reason="serverError"} 0"#,
            #"alertmanager_notifications_suppressed_total{reason="silence"} 0"#, "alertmanager_receivers 2", "alertmanager_integrations 0",
            "alertmanager_inhibition_rules 0", "flatalert_journal_durable 1",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test("without a cluster nothing is said about members")
    func noCluster() async throws {
        let text = try await withDirectory { directory in
            try await withRouter(in: directory) { String(decoding: $0.metrics.registry.render(), as: UTF8.self) }
        }
        #expect(text.contains("\nalertmanager_cluster_enabled 0\n"))
        #expect(!text.contains("alertmanager_cluster_members"))
    }
}
