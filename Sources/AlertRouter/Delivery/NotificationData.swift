import AlertCore
import Labels
import Time

/// What a message is made from: one delivery, ordered and summed up (reference 8.3).
struct NotificationData: Sendable {
    /// The receiver's name with regex characters quoted, as Alertmanager gives it to templates and webhooks.
    let receiver: String
    /// `firing` if any alert fires, else `resolved`.
    let status: String
    /// In the order of reference 3.6.
    let alerts: [NotifiedAlert]
    let reason: NotificationReason
    let groupLabels: LabelSet
    /// Pairs that every alert has.
    let commonLabels: LabelSet
    let commonAnnotations: LabelSet
    let routeLabels: [RouteLabel]
    let externalURL: String
    let groupKey: String
    /// Alerts that `max_alerts` left out.
    let truncatedAlerts: Int

    /// Sorts, truncates to `maxAlerts` (0 keeps all) and derives the rest from what is left.
    init(_ delivery: Delivery, externalURL: String, maxAlerts: Int) {
        var alerts = delivery.alerts.sorted { AlertOrder.precedes($0.body.labels, $1.body.labels) }
        let dropped = maxAlerts > 0 ? max(0, alerts.count - maxAlerts) : 0
        alerts.removeLast(dropped)
        self.alerts = alerts
        truncatedAlerts = dropped
        receiver = Self.quoted(delivery.key.receiver)
        status = alerts.contains { !$0.isResolved } ? "firing" : "resolved"
        reason = delivery.reason
        groupLabels = delivery.groupLabels
        commonLabels = Self.common(alerts.lazy.map(\.body.labels))
        commonAnnotations = Self.common(alerts.lazy.map(\.body.annotations))
        routeLabels = delivery.routeLabels
        self.externalURL = externalURL
        groupKey = delivery.key.groupKey
    }

    /// The pairs that all sets share.
    private static func common(_ sets: some Collection<LabelSet>) -> LabelSet {
        guard let first = sets.first else { return LabelSet() }
        var pairs = first.pairs
        for set in sets.dropFirst() where set != first {
            if pairs.isEmpty { break }
            pairs.removeAll { set[$0.name] != $0.value }
        }
        return LabelSet(pairs.map { ($0.name, $0.value) })
    }

    /// Escapes the characters that mean something in a regular expression.
    static func quoted(_ name: String) -> String {
        var result = ""
        for character in name.unicodeScalars {
            if "\\.+*?()|[]{}^$".unicodeScalars.contains(character) { result.append("\\") }
            result.unicodeScalars.append(character)
        }
        return result
    }
}
