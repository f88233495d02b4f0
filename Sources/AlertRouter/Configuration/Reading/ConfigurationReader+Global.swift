import ClientConfiguration
import StrictYAML
import Transport

extension ConfigurationReader {
    /// `global` (reference 1.3).
    func global(_ fields: YAMLMapping) -> GlobalConfiguration {
        var global = GlobalConfiguration()
        global.resolveTimeout = fields.duration("resolve_timeout") ?? global.resolveTimeout
        if let empty = fields["resolve_timeout"], empty.isNull {
            warn(empty.node.position, "resolve_timeout is empty, which means 0s: an alert without an end is over at once")
            global.resolveTimeout = .zero
        }
        global.http = httpConfiguration(in: fields) ?? global.http
        global.smtp = smtp(fields)
        global.slack = slack(fields)
        global.pagerdutyURL = fields.webURL("pagerduty_url") ?? global.pagerdutyURL
        global.opsgenieAPIURL = fields.webURL("opsgenie_api_url") ?? global.opsgenieAPIURL
        global.opsgenieAPIKey = fields.source("opsgenie_api_key", file: "opsgenie_api_key_file")
        global.wechatAPIURL = fields.webURL("wechat_api_url") ?? global.wechatAPIURL
        global.wechatAPISecret = fields.source("wechat_api_secret", file: "wechat_api_secret_file")
        global.wechatAPICorpID = fields.string("wechat_api_corp_id") ?? ""
        global.victoropsAPIURL = fields.webURL("victorops_api_url") ?? global.victoropsAPIURL
        global.victoropsAPIKey = fields.source("victorops_api_key", file: "victorops_api_key_file")
        global.telegramAPIURL = fields.webURL("telegram_api_url") ?? global.telegramAPIURL
        global.telegramBotToken = fields.source("telegram_bot_token", file: "telegram_bot_token_file")
        global.webexAPIURL = fields.webURL("webex_api_url") ?? global.webexAPIURL
        global.rocketchatAPIURL = fields.webURL("rocketchat_api_url") ?? global.rocketchatAPIURL
        global.rocketchatToken = fields.source("rocketchat_token", file: "rocketchat_token_file")
        global.rocketchatTokenID = fields.source("rocketchat_token_id", file: "rocketchat_token_id_file")
        global.mattermostWebhookURL = fields.source("mattermost_webhook_url", file: "mattermost_webhook_url_file", text: { $0.secretURL() })
        global.jiraAPIURL = fields.webURL("jira_api_url")
        return global
    }

    private func smtp(_ fields: YAMLMapping) -> GlobalConfiguration.SMTP {
        var smtp = GlobalConfiguration.SMTP()
        smtp.from = fields.string("smtp_from") ?? ""
        // Empty is the sender's own choice, absent is `localhost`; a key without a value is the empty text.
        if let hello = fields["smtp_hello"] { smtp.hello = hello.string() ?? "" }
        smtp.smarthost = smarthost(fields["smtp_smarthost"])
        smarthostIsWrong = smtp.smarthost == nil && fields.string("smtp_smarthost") ?? "" != ""
        smtp.authUsername = fields.string("smtp_auth_username") ?? ""
        smtp.authPassword = fields.source("smtp_auth_password", file: "smtp_auth_password_file")
        smtp.authSecret = fields.source("smtp_auth_secret", file: "smtp_auth_secret_file")
        smtp.authIdentity = fields.string("smtp_auth_identity") ?? ""
        smtp.requireTLS = fields.bool("smtp_require_tls", default: true)
        smtp.tls = mailTLS(fields["smtp_tls_config"])
        smtp.forceImplicitTLS = fields.bool("smtp_force_implicit_tls")
        return smtp
    }

    private func slack(_ fields: YAMLMapping) -> GlobalConfiguration.Slack {
        var slack = GlobalConfiguration.Slack()
        slack.appURL = fields.webURL("slack_app_url") ?? slack.appURL
        slack.apiURL = fields.source("slack_api_url", file: "slack_api_url_file", text: { $0.secretURL() })
        // A wrong one is told once, not again by every receiver that would need it.
        if slack.apiURL == nil, fields.isSet("slack_api_url") { slack.apiURL = .inline(TextSource.mask) }
        slack.appToken = fields.source("slack_app_token", file: "slack_app_token_file")
        // Two ways to say whom to ask: the token goes to `slack_app_url`, so an API URL beside it must be the same. A masked one may be.
        if slack.appToken != nil, let apiURL = slack.apiURL, apiURL != .inline(slack.appURL), apiURL != .inline(TextSource.mask) {
            fields.fail(
                fields.isSet("slack_app_token") ? "slack_app_token" : "slack_app_token_file",
                "at most one of slack_app_token & slack_api_url must be configured, unless slack_api_url equals slack_app_url")
        }
        return slack
    }
}
