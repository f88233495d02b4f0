import AlertCore
public import GoTemplate
import Labels
import Time

/// What is sent when a template fails at send time: built in, so that the alert still arrives and says why it looks different.
public struct FallbackMessage: Sendable {
    /// One line: how many fire, and the group's labels.
    public let subject: String
    /// The alerts, and what went wrong, in plain text.
    public let text: String

    /// Alerts shown one by one; a message with more says how many follow.
    static let shownAlerts = 20
    /// Bytes shown of one value.
    static let shownBytes = 1_000

    /// A message in place of one whose template failed.
    public init(_ data: NotificationData, error: TemplateError) {
        var subject = data.firingCount > 0 ? "[FIRING:\(data.firingCount)]" : "[RESOLVED]"
        for (name, value) in data.groupLabels.pairs { subject += " \(name)=\(Self.short(value))" }
        self.subject = subject
        var text = ""
        for index in data.alerts.indices.prefix(Self.shownAlerts) {
            let alert = data.alerts[index]
            text += alert.isResolved ? "Resolved:" : "Firing:"
            for (name, value) in alert.body.labels.pairs { text += " \(name)=\(Self.short(value))" }
            text += "\n"
            for (name, value) in alert.body.annotations.pairs { text += "  \(name): \(Self.short(value))\n" }
            text += "  since \(RFC3339.string(alert.startsAt, fraction: .none))"
            if alert.isResolved { text += " until \(RFC3339.string(alert.endsAt, fraction: .none))" }
            text += "\n"
        }
        let more = data.alerts.count - Self.shownAlerts
        if more > 0 { text += "and \(more) more\n" }
        text += "\nThis is not the configured message: its template failed. \(Self.short(error.description))\n"
        self.text = text
    }

    private static func short(_ text: String) -> String {
        guard text.utf8.count > shownBytes else { return text }
        return String(decoding: text.utf8.prefix(shownBytes), as: UTF8.self) + "…"
    }
}
