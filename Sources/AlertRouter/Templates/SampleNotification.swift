import AlertCore
import Labels
public import Time

extension NotificationData {
    /// Which alerts sample data holds.
    public enum Sample: String, Sendable, CaseIterable {
        /// Two that fire.
        case firing
        /// One that is over.
        case resolved
        /// One that fires, one that is over.
        case both
    }

    /// Made-up data for trying texts.
    ///
    /// - Parameters:
    ///   - sample: Which alerts it holds.
    ///   - receiver: The receiver's name, unquoted.
    ///   - externalURL: What links lead to.
    ///   - now: The time around which the alerts happen.
    public static func sample(
        _ sample: Sample, receiver: String = "team", externalURL: String = "https://example.com", now: Timestamp
    ) -> NotificationData {
        let firing = [
            alert("a1", "critical", startsAt: now - .minutes(5), generatorURL: "https://prometheus.example.com/graph?g0.expr=up"),
            alert("a2", "warning", startsAt: now - .minutes(3), generatorURL: "https://prometheus.example.com/graph?g0.expr=up"),
        ]
        let resolved = [alert("a3", "critical", startsAt: now - .minutes(10), endsAt: now - .minutes(1), generatorURL: "")]
        let alerts: [NotifiedAlert] =
            switch sample {
            case .firing: firing
            case .resolved: resolved
            case .both: [firing[0]] + resolved
            }
        var data = NotificationData(
            receiver: quoted(receiver), status: sample == .resolved ? "resolved" : "firing",
            reason: (sample == .resolved ? NotificationReason.allAlertsResolved : .firstNotification).rawValue,
            groupLabels: ["alertname": "HighLoad"], commonLabels: CommonLabels.of(alerts.map(\.body.labels)),
            commonAnnotations: CommonLabels.of(alerts.map(\.body.annotations)), routeLabels: LabelSet(), externalURL: externalURL,
            groupKey: #"{}:{alertname="HighLoad"}"#, truncatedAlerts: 0, body: Body(alerts))
        if sample != .resolved {
            data.nextRepeat = now + .hours(4)
            data.suppressed = SuppressedAlerts.summary(of: [["alertname": "SlowResponses", "instance": "a1", "severity": "warning"]])
        }
        return data
    }

    private static func alert(
        _ instance: String, _ severity: String, startsAt: Timestamp, endsAt: Timestamp? = nil, generatorURL: String
    ) -> NotifiedAlert {
        NotifiedAlert(
            body: AlertBody(
                labels: ["alertname": "HighLoad", "instance": instance, "job": "node", "severity": severity],
                annotations: ["description": "\(instance) is under high load", "summary": "load is high"], generatorURL: generatorURL),
            startsAt: startsAt, endsAt: endsAt ?? .goZero, endReason: endsAt == nil ? nil : .resolved)
    }
}
