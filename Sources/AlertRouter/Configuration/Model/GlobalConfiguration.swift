public import ClientConfiguration
public import Time
public import Transport

/// `global`: what receivers inherit (reference 1.3). Values of integrations that this version does not have are kept and shown, not used.
public struct GlobalConfiguration: Sendable {
    /// When an alert without an end counts as resolved.
    public var resolveTimeout: TimeSpan = .minutes(5)
    /// For every receiver that has no `http_config` of its own.
    public var http = HTTPConfiguration()
    /// The mail server.
    public var smtp = SMTP()
    /// Slack.
    public var slack = Slack()
    /// `pagerduty_url`.
    public var pagerdutyURL = "https://events.pagerduty.com/v2/enqueue"
    /// `opsgenie_api_url`.
    public var opsgenieAPIURL = "https://api.opsgenie.com/"
    /// `opsgenie_api_key` or its file.
    public var opsgenieAPIKey: TextSource?
    /// `wechat_api_url`.
    public var wechatAPIURL = "https://qyapi.weixin.qq.com/cgi-bin/"
    /// `wechat_api_secret` or its file.
    public var wechatAPISecret: TextSource?
    /// `wechat_api_corp_id`.
    public var wechatAPICorpID = ""
    /// `victorops_api_url`.
    public var victoropsAPIURL = "https://alert.victorops.com/integrations/generic/20131114/alert/"
    /// `victorops_api_key` or its file.
    public var victoropsAPIKey: TextSource?
    /// `telegram_api_url`.
    public var telegramAPIURL = "https://api.telegram.org"
    /// `telegram_bot_token` or its file.
    public var telegramBotToken: TextSource?
    /// `webex_api_url`.
    public var webexAPIURL = "https://webexapis.com/v1/messages"
    /// `rocketchat_api_url`.
    public var rocketchatAPIURL = "https://open.rocket.chat/"
    /// `rocketchat_token` or its file.
    public var rocketchatToken: TextSource?
    /// `rocketchat_token_id` or its file.
    public var rocketchatTokenID: TextSource?
    /// `mattermost_webhook_url` or its file.
    public var mattermostWebhookURL: TextSource?
    /// `jira_api_url`.
    public var jiraAPIURL: String?

    /// The `smtp_…` keys.
    public struct SMTP: Sendable {
        /// `smtp_from`.
        public var from = ""
        /// `smtp_hello`.
        public var hello = "localhost"
        /// `smtp_smarthost`.
        public var smarthost: HostPort?
        /// `smtp_auth_username`.
        public var authUsername = ""
        /// `smtp_auth_password` or its file.
        public var authPassword: TextSource?
        /// `smtp_auth_secret` or its file.
        public var authSecret: TextSource?
        /// `smtp_auth_identity`.
        public var authIdentity = ""
        /// `smtp_require_tls`.
        public var requireTLS = true
        /// `smtp_tls_config`. Its files are relative to the working directory.
        public var tls = TLSOptions()
        /// `smtp_force_implicit_tls`; nil decides by the port.
        public var forceImplicitTLS: Bool?
    }

    /// The `slack_…` keys.
    public struct Slack: Sendable {
        /// `slack_api_url` or its file.
        public var apiURL: TextSource?
        /// `slack_app_token` or its file.
        public var appToken: TextSource?
        /// `slack_app_url`.
        public var appURL = SlackConfiguration.postMessageURL
    }
}
