import AlertCore
public import Exposition
import Time

/// The metrics of the router under Alertmanager's names (reference 13); `flatalert_*` is our own.
public final class RouterMetrics: Sendable {
    /// Where all of them, the HTTP ones included, are registered.
    public let registry = MetricRegistry()

    private static let prefix = "alertmanager_"
    /// Kinds that exist at zero from the first scrape, so that rates over them work from the first failure on.
    private static let integrations = ["webhook", "email", "slack"]

    private let received: CounterFamily
    private let invalid: Counter
    private let notifications: CounterFamily
    private let failedNotifications: CounterFamily
    private let requests: CounterFamily
    private let failedRequests: CounterFamily
    private let latency: HistogramFamily
    private let suppressedAlerts: CounterFamily
    private let limitedAlerts: CounterFamily
    private let processing: Summary
    private let logQueries: Counter
    private let silenceQueries: Counter
    private let silenceQueryTime: Histogram
    private let maintenances: [Counter]
    private let reloadSuccessful: Gauge
    private let reloadTime: Gauge
    private let configurationHash: Gauge
    private let receivers: Gauge
    private let integrationCount: Gauge
    private let inhibitRules: Gauge
    private let lockHolds: Histogram
    private let clockSteps: Counter
    private let sleeps: Counter

    /// The labels that were asked for.
    private let extra: MetricLabels

    init(labels extra: MetricLabels = []) {
        let prefix = Self.prefix
        self.extra = extra
        let receiverName = extra.contains(.receiverName) ? ["receiver_name"] : []
        registry.addProcessMetrics()
        registry.gauge(
            "\(prefix)build_info", help: "A constant 1 with what was built.", labels: ["branch", "goversion", "revision", "version"]
        ).labels("", "", "", ProductInfo.alertmanagerVersion).set(1)
        registry.gauge("flatalert_build_info", help: "A constant 1 with the version of Flatalert.", labels: ["version"])
            .labels(ProductInfo.version).set(1)
        received = registry.counter("\(prefix)alerts_received_total", help: "Alerts received.", labels: ["status", "version"])
        invalid = registry.counter("\(prefix)alerts_invalid_total", help: "Received alerts that were invalid.", labels: ["version"]).labels(
            "v2")
        notifications = registry.counter(
            "\(prefix)notifications_total", help: "Notifications attempted.", labels: ["integration"] + receiverName)
        failedNotifications = registry.counter(
            "\(prefix)notifications_failed_total", help: "Notifications that failed for good.",
            labels: ["integration", "reason"] + receiverName)
        requests = registry.counter(
            "\(prefix)notification_requests_total", help: "Notification requests attempted.", labels: ["integration"] + receiverName)
        failedRequests = registry.counter(
            "\(prefix)notification_requests_failed_total", help: "Notification requests that failed.",
            labels: ["integration"] + receiverName)
        latency = registry.histogram(
            "\(prefix)notification_latency_seconds", help: "How long notification requests took.", labels: ["integration"] + receiverName,
            buckets: [1, 5, 10, 15, 20])
        suppressedAlerts = registry.counter(
            "\(prefix)notifications_suppressed_total", help: "Alerts left out of a flush.", labels: ["reason"])
        limitedAlerts = registry.counter(
            "\(prefix)alerts_limited_total", help: "Alerts dropped by the per-alertname limit.",
            labels: extra.contains(.alertName) ? ["alertname"] : [])
        processing = registry.summary(
            "\(prefix)dispatcher_alert_processing_duration_seconds", help: "How long taking in one alert took, on the average of its batch."
        ).labels()
        logQueries = registry.counter("\(prefix)nflog_queries_total", help: "Questions to the notification log.").labels()
        silenceQueries = registry.counter("\(prefix)silences_queries_total", help: "Questions for silences over the API.").labels()
        silenceQueryTime = registry.histogram(
            "\(prefix)silences_query_duration_seconds", help: "How long questions for silences over the API took.",
            buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        ).labels()
        maintenances = ["nflog", "silences"].map { [registry] part in
            // None of these can fail here: they are there so that alert rules over them find their zero.
            for name in ["query_errors_total", "maintenance_errors_total"] {
                _ = registry.counter("\(prefix)\(part)_\(name)", help: "Always 0: this part is in memory.").labels()
            }
            return registry.counter("\(prefix)\(part)_maintenance_total", help: "Runs of the removal of what is past its retention.")
                .labels()
        }
        reloadSuccessful = registry.gauge(
            "\(prefix)config_last_reload_successful", help: "Whether the last configuration reload was successful."
        ).labels()
        reloadTime = registry.gauge(
            "\(prefix)config_last_reload_success_timestamp_seconds", help: "Unix time of the last successful configuration reload."
        ).labels()
        configurationHash = registry.gauge("\(prefix)config_hash", help: "Hash of the configuration in force.").labels()
        receivers = registry.gauge("\(prefix)receivers", help: "Receivers that a route names.").labels()
        integrationCount = registry.gauge("\(prefix)integrations", help: "Integrations of those receivers.").labels()
        inhibitRules = registry.gauge("\(prefix)inhibition_rules", help: "Inhibition rules.").labels()
        lockHolds = registry.histogram(
            "flatalert_lock_hold_seconds",
            help: "How long one event kept all others from the alerts' state; meant to stay under a millisecond.",
            buckets: [0.0001, 0.001, 0.01, 0.1, 1]
        ).labels()
        clockSteps = registry.counter("flatalert_clock_steps_total", help: "Times the wall clock was set by more than 2 s.").labels()
        sleeps = registry.counter("flatalert_host_sleeps_total", help: "Times the host slept for more than 2 s.").labels()
        beginAtZero()
    }

    private func beginAtZero() {
        for status in ["firing", "resolved"] { _ = received.labels(status, "v2") }
        for reason in SuppressionReason.allCases { _ = suppressedAlerts.labels(reason.rawValue) }
        if !extra.contains(.alertName) { _ = limitedAlerts.labels() }
        // With the names of receivers the configuration says which there are.
        if !extra.contains(.receiverName) { for integration in Self.integrations { beginAtZero(integration, "") } }
    }

    private func beginAtZero(_ integration: String, _ receiver: String) {
        let labels = notified(integration, receiver)
        _ = (notifications.labels(labels), requests.labels(labels), failedRequests.labels(labels), latency.labels(labels))
        for reason in FailureReason.allCases { _ = failedNotifications.labels(notified(integration, receiver, reason)) }
    }

    /// The values of the labels that the metrics of notifications have.
    private func notified(_ integration: String, _ receiver: String, _ reason: FailureReason? = nil) -> [String] {
        [integration] + (reason.map { [$0.rawValue] } ?? []) + (extra.contains(.receiverName) ? [receiver] : [])
    }

    /// Adds what is computed from the router at each scrape.
    func attach(to router: Router) {
        let prefix = Self.prefix
        registry.collect("\(prefix)alerts", help: "Alerts by state.", labels: ["state"]) { [weak router] in
            guard let router else { return [] }
            let states = router.alertStates()
            return [
                MetricSample(labels: ["active"], value: Double(states.active)),
                MetricSample(labels: ["suppressed"], value: Double(states.suppressed)),
                MetricSample(labels: ["unprocessed"], value: 0),
            ]
        }
        registry.collect("\(prefix)silences", help: "Silences by state.", labels: ["state"]) { [weak router] in
            guard let counts = router?.counts else { return [] }
            return [
                MetricSample(labels: ["active"], value: Double(counts.activeSilences)),
                MetricSample(labels: ["expired"], value: Double(counts.expiredSilences)),
                MetricSample(labels: ["pending"], value: Double(counts.pendingSilences)),
            ]
        }
        registry.collect("\(prefix)dispatcher_aggregation_groups", help: "Aggregation groups.") { [weak router] in
            Double(router?.counts.groups ?? 0)
        }
        registry.collect("\(prefix)silences_state_size", help: "Silences held, expired ones included.") { [weak router] in
            guard let counts = router?.counts else { return 0 }
            return Double(counts.activeSilences + counts.pendingSilences + counts.expiredSilences)
        }
        registry.gauge("\(prefix)alerts_per_alert_limit", help: "Alerts that one alertname may have; 0 is unlimited.")
            .labels().set(router.options.machine.perAlertnameLimit)
        showCluster(router.options.cluster)
        registry.collect("flatalert_history_dropped_total", help: "Events that the history had no room for.", type: .counter) {
            [weak router] in
            Double(router?.history?.dropped ?? 0)
        }
        registry.collect("flatalert_notification_log_entries", help: "Entries of the notification log.") { [weak router] in
            Double(router?.counts.logEntries ?? 0)
        }
        registry.collect("flatalert_alerts_unconfirmed", help: "Alerts that wait for their sender after a restart or clock step.") {
            [weak router] in Double(router?.counts.unconfirmed ?? 0)
        }
        registry.collect("flatalert_journal_durable", help: "Whether what is acknowledged reaches the disk.") { [weak router] in
            router?.journal.state == .durable ? 1 : 0
        }
    }

    /// One instance is a cluster of its own: what alert rules over clusters compare is there and agrees with `GET /status`.
    private func showCluster(_ cluster: ClusterStatus) {
        let prefix = Self.prefix
        let isEnabled = !cluster.listenAddress.isEmpty
        registry.gauge("\(prefix)cluster_enabled", help: "Whether clustering is enabled.").labels().set(isEnabled ? 1 : 0)
        guard isEnabled else { return }
        registry.gauge("\(prefix)cluster_members", help: "Members of the cluster, this one included.").labels().set(1)
        registry.gauge("\(prefix)cluster_failed_peers", help: "Peers that cannot be reached.").labels().set(0)
        registry.gauge("\(prefix)cluster_health_score", help: "0 is healthy.").labels().set(0)
        registry.gauge("\(prefix)peer_position", help: "Position of this member among all.").labels().set(0)
    }

    // MARK: Events

    /// Counts alerts of one request by whether they fire.
    public func countReceived(firing: Int, resolved: Int, invalid invalidAlerts: Int) {
        if firing > 0 { received.labels("firing", "v2").increment(by: firing) }
        if resolved > 0 { received.labels("resolved", "v2").increment(by: resolved) }
        if invalidAlerts > 0 { invalid.increment(by: invalidAlerts) }
    }

    func attempted(_ key: LogKey) { requests.labels(notified(key.kind, key.receiver)).increment() }

    func attemptFailed(_ key: LogKey) { failedRequests.labels(notified(key.kind, key.receiver)).increment() }

    func delivered(_ key: LogKey, failure: FailureReason?) {
        notifications.labels(notified(key.kind, key.receiver)).increment()
        guard let failure else { return }
        failedRequests.labels(notified(key.kind, key.receiver)).increment()
        failedNotifications.labels(notified(key.kind, key.receiver, failure)).increment()
    }

    func observeLatency(_ key: LogKey, nanoseconds: Int64) {
        latency.labels(notified(key.kind, key.receiver)).observe(Double(nanoseconds) / 1e9)
    }

    func suppressed(_ reason: SuppressionReason, count: Int) { suppressedAlerts.labels(reason.rawValue).increment(by: count) }

    /// Notes how long taking in a batch took.
    func processed(_ count: Int, nanoseconds: Int64) { processing.observe(Double(nanoseconds) / 1e9 / Double(max(count, 1)), times: count) }

    func lockHeld(nanoseconds: Int64) { lockHolds.observe(Double(nanoseconds) / 1e9) }

    func logQueried() { logQueries.increment() }

    func silencesQueried(nanoseconds: Int64) {
        silenceQueries.increment()
        silenceQueryTime.observe(Double(nanoseconds) / 1e9)
    }

    func maintained() { for counter in maintenances { counter.increment() } }

    func limited(_ alertname: String) { limitedAlerts.labels(extra.contains(.alertName) ? [alertname] : []).increment() }

    func clockStepped() { clockSteps.increment() }

    func hostSlept() { sleeps.increment() }

    func configurationFailed() { reloadSuccessful.set(0) }

    func configurationLoaded(_ configuration: AlertmanagerConfiguration, core: CoreConfiguration, at time: Timestamp) {
        reloadSuccessful.set(1)
        reloadTime.set(Int(time.seconds))
        configurationHash.set(Double(configuration.hash))
        let used = Set(core.routes.map(\.receiver))
        receivers.set(used.count)
        integrationCount.set(used.reduce(0) { $0 + core.receivers[$1].integrations.count })
        inhibitRules.set(core.inhibitRules.count)
        guard extra.contains(.receiverName) else { return }
        for receiver in used.map({ core.receivers[$0] }) {
            for integration in receiver.integrations { beginAtZero(integration.kind, receiver.name) }
        }
    }
}
