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
    /// Bytes after which no further label is shown.
    static let fullBytes = 16_000

    /// A message in place of one whose template failed.
    public init(_ data: NotificationData, error: TemplateError) {
        let state = data.firingCount > 0 ? "[FIRING:\(data.firingCount)]" : "[RESOLVED]"
        subject = Self.short(Self.append(data.groupLabels, to: state) { " \($0)=\($1)" })
        var text = ""
        var shown = 0
        for alert in data.alerts.prefix(Self.shownAlerts) where text.utf8.count < Self.fullBytes {
            text += alert.isResolved ? "Resolved:" : "Firing:"
            text = Self.append(alert.body.labels, to: text) { " \($0)=\($1)" } + "\n"
            text = Self.append(alert.body.annotations, to: text) { "  \($0): \($1)\n" }
            text += "  since \(RFC3339.string(alert.startsAt, fraction: .none))"
            if alert.isResolved { text += " until \(RFC3339.string(alert.endsAt, fraction: .none))" }
            text += "\n"
            shown += 1
        }
        if shown < data.alerts.count { text += "and \(data.alerts.count - shown) more\n" }
        text += "\nThis is not the configured message: its template failed. \(Self.short(error.description))\n"
        self.text = text
    }

    private static func append(_ labels: LabelSet, to text: String, _ form: (String, String) -> String) -> String {
        var text = text
        labels.forEach { name, value in
            guard text.utf8.count < fullBytes else { return }
            text += form(short(String(decoding: name, as: UTF8.self)), short(String(decoding: value.prefix(shownBytes + 1), as: UTF8.self)))
        }
        return text
    }

    private static func short(_ text: String) -> String {
        guard text.utf8.count > shownBytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: shownBytes)
        // Never in the middle of a character's bytes.
        while text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return String(text[..<end]) + "…"
    }
}
