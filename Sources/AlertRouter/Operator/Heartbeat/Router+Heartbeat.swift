import Exposition

extension Router {
    var heartbeatReport: HeartbeatReport { heartbeat.report(of: self) }
}

extension RouterMetrics {
    /// Adds what the heartbeat knows.
    func attachHeartbeat(of router: Router) {
        registry.collect(
            "flatalert_heartbeat_ok",
            help: "Whether expected alerts arrive, the journal can be written and no receiver's last delivery failed."
        ) { [weak router] in router?.heartbeatReport.isOK == true ? 1 : 0 }
        registry.collect(
            "flatalert_heartbeat_age_seconds", help: "Time since an alert that --heartbeat.expect names arrived, or since the start.",
            labels: ["expected"]
        ) { [weak router] in
            (router?.heartbeat.ages ?? []).map { MetricSample(labels: [$0.expected], value: Double($0.age.nanoseconds) / 1e9) }
        }
    }
}
