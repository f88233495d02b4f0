import Exposition

/// What is told of alerts on their way to Alertmanagers, under Prometheus's names.
struct NotificationMetrics: Sendable {
    let sent: CounterFamily
    let errors: CounterFamily
    let dropped: CounterFamily
    let latency: SummaryFamily

    /// - Parameter queues: All of them, read at each scrape.
    init(in registry: MetricRegistry, capacity: Int, queues: @escaping @Sendable () -> [AlertmanagerQueue]) {
        let labels = ["alertmanager"]
        sent = registry.counter("prometheus_notifications_sent_total", help: "Alerts posted, with or without success.", labels: labels)
        errors = registry.counter("prometheus_notifications_errors_total", help: "Alerts posted without success.", labels: labels)
        dropped = registry.counter(
            "prometheus_notifications_dropped_total", help: "Alerts given up: not taken, pushed out of a full queue, or left at the end.",
            labels: labels)
        latency = registry.summary(
            "prometheus_notifications_latency_seconds", help: "Time that posting a batch of alerts takes.", labels: labels)
        registry.collect(
            "prometheus_notifications_alertmanagers_discovered", help: "Alertmanagers that are told.", value: { Double(queues().count) })
        registry.gauge("prometheus_notifications_queue_capacity", help: "Alerts that may wait for one Alertmanager.").labels().set(capacity)
        registry.collect("prometheus_notifications_queue_length", help: "Alerts that wait.", labels: labels) {
            // Two entries may tell the same Alertmanager.
            let counts = Dictionary(queues().map { ($0.url, $0.count) }, uniquingKeysWith: +)
            return counts.sorted { $0.key < $1.key }.map { MetricSample(labels: [$0.key], value: Double($0.value)) }
        }
    }

    /// The metrics of one Alertmanager, there from its discovery on.
    func child(_ url: String) -> NotificationCounters {
        NotificationCounters(
            sent: sent.labels(url), errors: errors.labels(url), dropped: dropped.labels(url), latency: latency.labels(url))
    }

    /// Forgets an Alertmanager that nobody tells any longer.
    func forget(_ url: String) {
        for family in [sent, errors, dropped] { family.remove([url]) }
        latency.remove([url])
    }
}

/// What is counted of one Alertmanager.
struct NotificationCounters: Sendable {
    let sent: Counter
    let errors: Counter
    let dropped: Counter
    let latency: Summary
}
