import AlertCore
import Time
import Transport

/// Makes attempts: gives each delivery to the sender of its integration's kind.
final class Notifier: Sendable {
    private let externalURL: String
    private let webhooks: WebhookSender
    private let emails: EmailSender
    private let slack: SlackSender

    /// A notifier; `externalURL`, without a trailing slash, is where messages point to, and `pacerClock` what messages wait by.
    init(
        transport: Transport, externalURL: String, manners: DeliveryManners = DeliveryManners(),
        pacerClock: any PacerClock = MonotonicPacerClock()
    ) {
        self.externalURL = externalURL
        webhooks = WebhookSender(transport: transport)
        emails = EmailSender(transport: transport, manners: manners)
        slack = SlackSender(transport: transport, manners: manners, pacer: SlackPacer(clock: pacerClock))
    }

    /// Makes one attempt. `configuration` is that of the delivery's epoch.
    func send(_ delivery: Delivery, with configuration: AlertmanagerConfiguration) async -> DeliveryOutcome {
        guard let integration = configuration.integration(receiver: delivery.receiver, at: delivery.integration) else {
            return .failed(.other, message: "the receiver is not in the configuration any more")
        }
        let message = Message(
            delivery: delivery, templates: configuration.messageTemplates, externalURL: externalURL, now: Clock.wall())
        switch integration {
        case .webhook(let webhook): return await webhooks.send(message, to: webhook)
        case .email(let email): return await emails.send(message, to: email)
        case .slack(let configuration): return await slack.send(message, to: configuration)
        }
    }
}
