import AlertCore
import Time
import Transport

/// Makes attempts: gives each delivery to the sender of its integration's kind.
final class Notifier: Sendable {
    private let externalURL: String
    private let transport: Transport
    private let manners: DeliveryManners
    private let webhooks: WebhookSender
    let emails: EmailSender
    let slack: SlackSender

    /// A notifier; `externalURL`, without a trailing slash, is where messages point to, and `pacerClock` what messages wait by.
    init(
        transport: Transport, externalURL: String, manners: DeliveryManners = DeliveryManners(),
        pacerClock: any PacerClock = MonotonicPacerClock()
    ) {
        self.externalURL = externalURL
        self.transport = transport
        self.manners = manners
        webhooks = WebhookSender(transport: transport)
        emails = EmailSender(transport: transport, manners: manners)
        slack = SlackSender(transport: transport, manners: manners, pacer: SlackPacer(clock: pacerClock))
    }

    /// Makes one attempt. `configuration` is that of the delivery's epoch.
    func send(_ delivery: Delivery, with configuration: AlertmanagerConfiguration) async -> DeliveryOutcome {
        guard let integration = configuration.integration(receiver: delivery.receiver, at: delivery.integration) else {
            return .failed(.other, message: "the receiver is not in the configuration any more")
        }
        return await send(message(of: delivery, with: configuration), to: integration)
    }

    /// A delivery's message, at this moment.
    func message(of delivery: Delivery, with configuration: AlertmanagerConfiguration) -> Message {
        Message(delivery: delivery, templates: configuration.messageTemplates, externalURL: externalURL, now: Clock.wall())
    }

    /// Makes one attempt to send a message through an integration.
    func send(_ message: Message, to integration: IntegrationConfiguration) async -> DeliveryOutcome {
        switch integration {
        case .webhook(let webhook): return await webhooks.send(message, to: webhook)
        case .email(let email): return await emails.send(message, to: email)
        case .slack(let configuration): return await slack.send(message, to: configuration)
        }
    }

    /// One that sends the same way, but neither waits behind this one's messages nor is gathered into a digest with them.
    func apart() -> Notifier { Notifier(transport: transport, externalURL: externalURL, manners: manners) }
}
