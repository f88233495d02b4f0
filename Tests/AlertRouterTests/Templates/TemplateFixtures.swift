import AlertCore
import GoTemplate
import Labels
import Time

@testable import AlertRouter

/// The golden data of reference 8.4, and renderings of it.
enum Golden {
    static let now = Timestamp(seconds: 1_767_225_660)

    static let firing = NotifiedAlert(
        body: AlertBody(
            labels: ["alertname": "HighLoad", "instance": "a1", "severity": "critical"],
            annotations: ["runbook": "rb", "summary": "load is high"], generatorURL: "http://p/g?1"),
        startsAt: Timestamp(seconds: 1_767_225_600), endsAt: .goZero, endReason: nil)

    static let resolved = NotifiedAlert(
        body: AlertBody(
            labels: ["alertname": "HighLoad", "instance": "a2", "severity": "critical"], annotations: ["summary": "load is high"],
            generatorURL: "http://p/g?2"),
        startsAt: Timestamp(seconds: 1_767_225_500), endsAt: Timestamp(seconds: 1_767_225_600), endReason: .expired)

    /// Which alerts a message has, as the tables' columns.
    enum Case: CaseIterable, Sendable {
        case onlyFiring, onlyResolved, both

        var alerts: [NotifiedAlert] {
            switch self {
            case .onlyFiring: [firing]
            case .onlyResolved: [resolved]
            case .both: [firing, resolved]
            }
        }

        /// What the alerts' annotations have in common.
        var annotations: String { self == .onlyFiring ? "rb load is high" : "load is high" }
        var data: NotificationData { Golden.data(alerts) }
    }

    static func delivery(
        _ alerts: [NotifiedAlert], groupLabels: LabelSet = ["alertname": "HighLoad"], receiver: String = "team.x",
        routeLabels: [RouteLabel] = []
    ) -> Delivery {
        Delivery(
            id: DeliveryID(number: 1), epoch: 1,
            key: LogKey(groupKey: #"{}:{alertname="HighLoad"}"#, receiver: receiver, kind: "webhook", index: 0), receiver: 0,
            integration: 0,
            attempt: 1, groupLabels: groupLabels, routeLabels: routeLabels, alerts: alerts, reason: .firstNotification, flushTime: now,
            deadline: .max, receiverData: [:])
    }

    static func data(
        _ alerts: [NotifiedAlert], groupLabels: LabelSet = ["alertname": "HighLoad"], receiver: String = "team.x",
        routeLabels: [RouteLabel] = []
    ) -> NotificationData {
        NotificationTemplates.defaults.data(
            delivery(alerts, groupLabels: groupLabels, receiver: receiver, routeLabels: routeLabels), externalURL: "http://am:9093",
            maxAlerts: 0, now: now)
    }

    static func render(_ text: String, _ data: NotificationData) throws(TemplateError) -> String {
        try NotificationTemplates.defaults.text(text, data, now: now)
    }

    /// What a template's text says, or how it fails.
    static func outcome(_ text: String, _ data: NotificationData = Case.both.data) -> String {
        do throws(TemplateError) {
            return try render(text, data)
        } catch {
            return error.description
        }
    }
}
