/// One integration of a receiver, of whatever kind.
public enum IntegrationConfiguration: Sendable, Hashable {
    /// An element of `webhook_configs`.
    case webhook(WebhookConfiguration)
    /// An element of `email_configs`.
    case email(EmailConfiguration)
    /// An element of `slack_configs`.
    case slack(SlackConfiguration)

    /// The kind's name in metrics and in the notification log.
    public var kind: String {
        switch self {
        case .webhook: "webhook"
        case .email: "email"
        case .slack: "slack"
        }
    }

    /// Position within the receiver's list of that kind.
    public var index: Int {
        switch self {
        case .webhook(let webhook): webhook.index
        case .email(let email): email.index
        case .slack(let slack): slack.index
        }
    }

    /// Whether ends of alerts are told.
    public var sendResolved: Bool {
        switch self {
        case .webhook(let webhook): webhook.sendResolved
        case .email(let email): email.sendResolved
        case .slack(let slack): slack.sendResolved
        }
    }
}
