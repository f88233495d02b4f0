import AlertCore
import GoTemplate
import JSON
import Time

/// The alerts of a message as templates see them: Alertmanager's `Alerts` (reference 8.3).
struct TemplateAlerts: TemplateObject {
    /// Which of the message's alerts the list holds.
    enum Part: Sendable { case all, firing, resolved }

    private let data: NotificationData.Body
    private let part: Part

    init(_ data: NotificationData.Body, _ part: Part = .all) {
        self.data = data
        self.part = part
    }

    /// A plain slice in Go when it is one of the parts.
    var goType: String { part == .all ? "template.Alerts" : "[]template.Alert" }
    var kind: TemplateKind { .list }
    var count: Int {
        switch part {
        case .all: data.alerts.count
        case .firing: data.firing.count
        case .resolved: data.resolved.count
        }
    }

    func element(at index: Int) -> TemplateValue { .object(TemplateAlert(data, at: place(of: index))) }

    /// Where an element stands among all alerts.
    private func place(of index: Int) -> Int {
        switch part {
        case .all: index
        case .firing: Int(data.firing[index])
        case .resolved: Int(data.resolved[index])
        }
    }

    func method(_ name: String) -> TemplateMethod? {
        guard part == .all else { return nil }
        switch name {
        case "Firing": return TemplateMethod([]) { _, _ in .object(TemplateAlerts(data, .firing)) }
        case "Resolved": return TemplateMethod([]) { _, _ in .object(TemplateAlerts(data, .resolved)) }
        default: return nil
        }
    }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginArray()
        for index in 0..<count { WebhookPayload.write(data, at: place(of: index), to: &writer) }
        writer.endArray()
    }
}

/// One alert: Alertmanager's `Alert`, and beyond it `EndReason` and `Duration`.
struct TemplateAlert: TemplateObject {
    private let data: NotificationData.Body
    private let index: Int

    init(_ data: NotificationData.Body, at index: Int) {
        self.data = data
        self.index = index
    }

    private var alert: NotifiedAlert { data.alerts[index] }

    var goType: String { "template.Alert" }
    var kind: TemplateKind { .structure }
    /// Without what is ours alone, so that printing a whole alert gives Alertmanager's text.
    var fields: [String] { ["Status", "Labels", "Annotations", "StartsAt", "EndsAt", "GeneratorURL", "Fingerprint"] }

    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Status": .string(data.status(at: index))
        case "Labels": .object(TemplateLabels(alert.body.labels))
        case "Annotations": .object(TemplateLabels(alert.body.annotations))
        case "StartsAt": .object(GoTime(alert.startsAt))
        case "EndsAt": .object(GoTime(alert.endsAt))
        case "GeneratorURL": .string(alert.body.generatorURL)
        case "Fingerprint": .string(data.fingerprint(at: index))
        case "EndReason": .string(endReason)
        default: nil
        }
    }

    func method(_ name: String) -> TemplateMethod? {
        guard name == "Duration" else { return nil }
        return TemplateMethod([]) { _, environment in
            .object(GoDurationValue((alert.isResolved ? alert.endsAt : environment.now) - alert.startsAt))
        }
    }

    func writeJSON(into writer: inout JSONWriter) { WebhookPayload.write(data, at: index, to: &writer) }

    /// Why it ended (DESIGN 4): the sender said so, or fell silent. Empty while it fires.
    private var endReason: String {
        switch alert.endReason {
        case .resolved: "resolved"
        case .expired: "expired"
        case nil: ""
        }
    }
}
