public import Labels

/// One element of `receivers` (reference 1.5). Without an integration it swallows what is routed to it.
public struct ReceiverConfiguration: Sendable {
    /// Unique among the receivers.
    public var name: String
    /// Its own labels as configured.
    public var labels: [Label] = []
    /// `webhook_configs`, in order.
    public var webhooks: [WebhookConfiguration] = []
    /// `email_configs`, in order.
    public var emails: [EmailConfiguration] = []
    /// `slack_configs`, in order.
    public var slacks: [SlackConfiguration] = []

    /// All of them in building order (reference 9): what `Delivery.integration` counts.
    public var integrations: [IntegrationConfiguration] {
        webhooks.map { .webhook($0) } + emails.map { .email($0) } + slacks.map { .slack($0) }
    }

    /// `integrations[index]`, if there is one, found without building the list.
    func integration(at index: Int) -> IntegrationConfiguration? {
        guard index >= 0 else { return nil }
        if index < webhooks.count { return .webhook(webhooks[index]) }
        let afterWebhooks = index - webhooks.count
        if afterWebhooks < emails.count { return .email(emails[afterWebhooks]) }
        let afterEmails = afterWebhooks - emails.count
        return afterEmails < slacks.count ? .slack(slacks[afterEmails]) : nil
    }

    /// One of the receiver's labels; any text may be a name.
    public struct Label: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The value.
        public var value: String
    }

    /// The labels, and `name` with them.
    public var labelSet: LabelSet { LabelSet(labels.map { ($0.name, $0.value) } + [("name", name)]) }

    /// The integration lists of Alertmanager that this version does not have. Using one is an error that says so.
    static let missingIntegrations = [
        "discord_configs", "incidentio_configs", "jira_configs", "mattermost_configs", "msteams_configs",
        "msteamsv2_configs", "opsgenie_configs", "pagerduty_configs", "pushover_configs", "rocketchat_configs", "sns_configs",
        "telegram_configs", "victorops_configs", "webex_configs", "wechat_configs",
    ]
}
