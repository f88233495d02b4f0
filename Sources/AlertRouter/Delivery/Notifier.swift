import AlertCore
import Time
import Transport

/// Makes attempts: gives each delivery to the sender of its integration's kind.
final class Notifier: Sendable {
    private let externalURL: String
    private let webhooks: WebhookSender

    /// A notifier; `externalURL`, without a trailing slash, is where messages point to.
    init(transport: Transport, externalURL: String, manners: DeliveryManners = DeliveryManners()) {
        self.externalURL = externalURL
        webhooks = WebhookSender(transport: transport)
    }

    /// Makes one attempt. `configuration` is that of the delivery's epoch.
    func send(_ delivery: Delivery, with configuration: AlertmanagerConfiguration) async -> DeliveryOutcome {
        guard let integration = configuration.integration(receiver: delivery.receiver, at: delivery.integration) else {
            return .failed(.other, message: "the receiver is not in the configuration any more")
        }
        let message = Message(
            delivery: delivery, templates: .defaults, externalURL: externalURL, now: Clock.wall())
        switch integration {
        case .webhook(let webhook): return await webhooks.send(message, to: webhook)
        case .email, .slack: return .failed(.other, message: "\(delivery.key.kind) is not in this version")
        }
    }
}
