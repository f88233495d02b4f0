import AlertCore
import GoTemplate
import Time

/// One attempt's message before it has the form of its integration: what is told, and what its texts are rendered with.
struct Message: Sendable {
    /// What the machine wants told.
    let delivery: Delivery
    /// The texts of the configuration that the delivery was made under.
    let templates: NotificationTemplates
    /// Without a trailing slash.
    let externalURL: String
    /// The time that templates see: one for all texts of a message.
    let now: Timestamp
    /// The data of all alerts, route labels expanded. Made once; an integration with many texts renders each from it.
    let data: NotificationData

    /// A message; sums up the alerts.
    init(delivery: Delivery, templates: NotificationTemplates, externalURL: String, now: Timestamp) {
        self.delivery = delivery
        self.templates = templates
        self.externalURL = externalURL
        self.now = now
        data = templates.data(delivery, externalURL: externalURL, maxAlerts: 0, now: now)
    }

    /// The data of the first `maxAlerts` alerts; 0 is all.
    func data(maxAlerts: Int) -> NotificationData {
        guard maxAlerts > 0, maxAlerts < delivery.alerts.count else { return data }
        return templates.data(delivery, externalURL: externalURL, maxAlerts: maxAlerts, now: now)
    }

    /// Renders a template of the configuration with all alerts.
    func text(_ source: String) throws(TemplateError) -> String { try templates.text(source, data, now: now) }

    /// Renders a template as HTML with all alerts.
    func html(_ source: String) throws(TemplateError) -> String { try templates.html(source, data, now: now) }

    /// What is sent in place of a text whose template failed.
    func fallback(after error: TemplateError) -> FallbackMessage { FallbackMessage(data, error: error) }

    /// The time that an attempt has: until the flush deadline, and at most `limit` if that is not zero. Nil when there is none left.
    func timeLeft(limit: TimeSpan = .zero) -> TimeSpan? {
        let left = TimeSpan(nanoseconds: delivery.deadline - Clock.monotonic())
        guard left > .zero else { return nil }
        return limit > .zero ? min(limit, left) : left
    }
}
