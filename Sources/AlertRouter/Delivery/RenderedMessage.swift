public import AlertCore
import GoTemplate
public import JSON
public import Time

/// What an attempt would send, for those who read it instead: tests of notifications.
public struct RenderedMessage: Sendable {
    /// The subject of a mail.
    public var subject: String?
    /// The plain part of a mail.
    public var text: String?
    /// The HTML part of a mail.
    public var html: String?
    /// The body that a webhook or Slack gets.
    public var json: JSONValue?

    /// A template that failed. An attempt sends a built-in message in its place.
    public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        /// What failed.
        public var description: String
    }

    /// Renders a delivery with the receivers and templates of a configuration.
    ///
    /// - Parameters:
    ///   - delivery: Made under this configuration.
    ///   - externalURL: Where messages point to, without a trailing slash.
    ///   - now: The time that templates see.
    public init(
        _ delivery: Delivery, with configuration: AlertmanagerConfiguration, externalURL: String, now: Timestamp
    ) throws(Fault) {
        guard let integration = configuration.integration(receiver: delivery.receiver, at: delivery.integration) else {
            throw Fault(description: "the configuration has no such receiver")
        }
        let message = Message(delivery: delivery, templates: configuration.messageTemplates, externalURL: externalURL, now: now)
        if let fault = message.data.routeLabelFaults.first { throw Fault(description: fault) }
        switch integration {
        case .webhook(let webhook): json = try Self.webhook(webhook, message)
        case .slack(let slack):
            do throws(TemplateError) {
                json = try Self.parsed(try SlackMessage.body(slack, message.data, message.templates, now: now))
            } catch {
                throw Fault(description: "\(error)")
            }
        case .email(let email):
            let circumstances = EmailMessage.Circumstances(now: now, zone: .utc, messageID: "<test@localhost>", boundary: "test")
            do throws(EmailError) {
                let mail = try EmailMessage.build(email, data: message.data, templates: message.templates, in: circumstances).mail
                subject = mail.headers.first { $0.name == "Subject" }?.value
                text = mail.text
                html = mail.html
            } catch {
                throw Fault(description: "\(error)")
            }
        }
    }

    private static func webhook(_ webhook: WebhookConfiguration, _ message: Message) throws(Fault) -> JSONValue? {
        let data = message.data(maxAlerts: Int(clamping: webhook.maxAlerts))
        guard let payload = webhook.payload else { return parsed(WebhookPayload.bytes(data)) }
        do throws(TemplateError) {
            return try message.templates.payload(payload, data, now: message.now)
        } catch {
            throw Fault(description: "payload: \(error)")
        }
    }

    private static func parsed(_ bytes: [UInt8]) -> JSONValue? { try? JSONValue.parse(bytes) }
}
