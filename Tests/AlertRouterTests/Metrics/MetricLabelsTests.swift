import AlertCore
import Testing

@testable import AlertRouter

@Suite("Labels of metrics that have to be asked for")
struct MetricLabelsTests {
    private let key = LogKey(groupKey: "{}", receiver: "ops", kind: "webhook", index: 0)

    private func lines(_ metrics: RouterMetrics, _ name: String) -> [String] {
        String(decoding: metrics.registry.render(), as: UTF8.self).split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("alertmanager_\(name)") && !$0.hasSuffix(" 0")
        }
    }

    private func use(_ metrics: RouterMetrics) {
        metrics.attempted(key)
        metrics.attemptFailed(key)
        metrics.delivered(key, failure: .clientError)
        metrics.observeLatency(key, nanoseconds: 2_000_000_000)
        metrics.limited("Down")
    }

    @Test("without being asked for there is none")
    func none() {
        let metrics = RouterMetrics()
        use(metrics)
        #expect(lines(metrics, "notifications_total") == [#"alertmanager_notifications_total{integration="webhook"} 1"#])
        #expect(
            lines(metrics, "notifications_failed_total") == [
                #"alertmanager_notifications_failed_total{integration="webhook",reason="clientError"} 1"#
            ])
        #expect(lines(metrics, "alerts_limited_total") == ["alertmanager_alerts_limited_total 1"])
    }

    @Test("receiver_name is on every metric of notifications, alertname on the alerts that were dropped")
    func both() {
        let metrics = RouterMetrics(labels: [.receiverName, .alertName])
        use(metrics)
        let labels = #"{integration="webhook",receiver_name="ops"}"#
        #expect(lines(metrics, "notifications_total") == ["alertmanager_notifications_total\(labels) 1"])
        #expect(lines(metrics, "notification_requests_total") == ["alertmanager_notification_requests_total\(labels) 1"])
        #expect(lines(metrics, "notification_requests_failed_total") == ["alertmanager_notification_requests_failed_total\(labels) 2"])
        #expect(
            lines(metrics, "notifications_failed_total") == [
                #"alertmanager_notifications_failed_total{integration="webhook",reason="clientError",receiver_name="ops"} 1"#
            ])
        #expect(lines(metrics, "notification_latency_seconds_count") == ["alertmanager_notification_latency_seconds_count\(labels) 1"])
        #expect(lines(metrics, "alerts_limited_total") == [#"alertmanager_alerts_limited_total{alertname="Down"} 1"#])
    }
}
