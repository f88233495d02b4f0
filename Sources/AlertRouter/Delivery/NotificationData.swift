public import AlertCore
public import Labels
public import Time

/// What a message is made from: one delivery, ordered and summed up (reference 8.3).
public struct NotificationData: Sendable {
    /// The receiver's name with regex characters quoted, as Alertmanager gives it to templates and webhooks.
    public let receiver: String
    /// `firing` if any alert fires, else `resolved`.
    public let status: String
    /// Why it is told; see `NotificationReason`.
    public let reason: String
    /// The labels that the group shares by its making.
    public let groupLabels: LabelSet
    /// Pairs that every alert has.
    public let commonLabels: LabelSet
    /// Annotations that every alert has.
    public let commonAnnotations: LabelSet
    /// The route's labels, expanded.
    public internal(set) var routeLabels: LabelSet
    /// Route labels that could not be expanded and are empty therefore, with what their templates said.
    public internal(set) var routeLabelFaults: [String] = []
    /// Where this instance is reached from outside, without a trailing slash.
    public let externalURL: String
    /// The group's key (reference 4.2).
    public let groupKey: String
    /// Alerts that `max_alerts` left out.
    public let truncatedAlerts: Int
    /// The alerts that are not told because some of these inhibit them, by name.
    public internal(set) var suppressed: [SuppressedAlerts] = []
    /// When it is told again at the earliest if nothing changes; `Timestamp.goZero` when nothing fires.
    public internal(set) var nextRepeat: Timestamp = .goZero
    /// The alerts and what is derived from them, shared by copies.
    let body: Body

    /// In the order of reference 3.6.
    public var alerts: [NotifiedAlert] { body.alerts }
    /// How many alerts fire.
    public var firingCount: Int { body.firing.count }
    /// How many alerts are over.
    public var resolvedCount: Int { body.resolved.count }

    /// Sorts, truncates to `maxAlerts` (0 keeps all) and derives the rest from what is left. Route labels stay unexpanded; see
    /// `NotificationTemplates.data`.
    init(_ delivery: Delivery, externalURL: String, maxAlerts: Int) {
        var alerts = delivery.alerts.sorted { AlertOrder.precedes($0.body.labels, $1.body.labels) }
        let dropped = maxAlerts > 0 ? max(0, alerts.count - maxAlerts) : 0
        alerts.removeLast(dropped)
        body = Body(alerts)
        truncatedAlerts = dropped
        receiver = Self.quoted(delivery.key.receiver)
        status = body.firing.isEmpty ? "resolved" : "firing"
        reason = delivery.reason.rawValue
        groupLabels = delivery.groupLabels
        commonLabels = CommonLabels.of(alerts.lazy.map(\.body.labels))
        commonAnnotations = CommonLabels.of(alerts.lazy.map(\.body.annotations))
        routeLabels = LabelSet(delivery.routeLabels.map { ($0.name, $0.template) })
        self.externalURL = externalURL
        groupKey = delivery.key.groupKey
        suppressed = SuppressedAlerts.summary(of: delivery.suppressed)
        nextRepeat = delivery.repeatsAt ?? .goZero
    }

    /// Data of these parts, none of them derived.
    init(
        receiver: String, status: String, reason: String, groupLabels: LabelSet, commonLabels: LabelSet, commonAnnotations: LabelSet,
        routeLabels: LabelSet, externalURL: String, groupKey: String, truncatedAlerts: Int, body: Body
    ) {
        self.receiver = receiver
        self.status = status
        self.reason = reason
        self.groupLabels = groupLabels
        self.commonLabels = commonLabels
        self.commonAnnotations = commonAnnotations
        self.routeLabels = routeLabels
        self.externalURL = externalURL
        self.groupKey = groupKey
        self.truncatedAlerts = truncatedAlerts
        self.body = body
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

extension NotificationData {
    /// The alerts of a message, parted once for all templates that ask.
    final class Body: Sendable {
        /// What an alert shows in place of what follows from it: data that was handed in may say anything.
        struct Shown: Sendable {
            let status: String
            let fingerprint: String
        }

        let alerts: [NotifiedAlert]
        /// Indices of those that fire.
        let firing: [Int32]
        /// Indices of those that are over.
        let resolved: [Int32]
        private let shown: [Shown]

        init(_ alerts: [NotifiedAlert]) {
            self.alerts = alerts
            shown = []
            firing = alerts.indices.lazy.filter { !alerts[$0].isResolved }.map { Int32($0) }
            resolved = alerts.indices.lazy.filter { alerts[$0].isResolved }.map { Int32($0) }
        }

        /// Alerts with what each shows, as many as there are alerts.
        init(_ alerts: [NotifiedAlert], shown: [Shown]) {
            self.alerts = alerts
            self.shown = shown
            firing = shown.indices.lazy.filter { shown[$0].status == "firing" }.map { Int32($0) }
            resolved = shown.indices.lazy.filter { shown[$0].status == "resolved" }.map { Int32($0) }
        }

        func status(at index: Int) -> String {
            shown.isEmpty ? (alerts[index].isResolved ? "resolved" : "firing") : shown[index].status
        }

        func fingerprint(at index: Int) -> String {
            shown.isEmpty ? alerts[index].body.labels.fingerprint.description : shown[index].fingerprint
        }
    }
}
