import ClientConfiguration
import StrictYAML
import Time
import Transport

extension ConfigurationReader {
    /// One element of `slack_configs` (reference 1.5).
    func slack(_ fields: YAMLMapping, global: GlobalConfiguration, sendResolved: Bool) -> SlackConfiguration {
        let ownHTTP = httpConfiguration(in: fields)
        let http = ownHTTP ?? global.http
        var slack = SlackConfiguration(
            target: slackTarget(fields, global: global.slack, hasAuthorization: ownHTTP?.options.authorization != nil))
        slack.http = http
        slack.sendResolved = sendResolved
        slack.channel = template(fields, "channel", default: slack.channel)
        slack.username = template(fields, "username", default: slack.username)
        slack.color = template(fields, "color", default: slack.color)
        slack.title = template(fields, "title", default: slack.title)
        slack.titleLink = template(fields, "title_link", default: slack.titleLink)
        slack.pretext = template(fields, "pretext", default: slack.pretext)
        slack.text = template(fields, "text", default: slack.text)
        slack.messageText = template(fields, "message_text", default: slack.messageText)
        slack.footer = template(fields, "footer", default: slack.footer)
        slack.fallback = template(fields, "fallback", default: slack.fallback)
        slack.callbackID = template(fields, "callback_id", default: slack.callbackID)
        slack.iconEmoji = template(fields, "icon_emoji", default: slack.iconEmoji)
        slack.iconURL = template(fields, "icon_url", default: slack.iconURL)
        slack.imageURL = template(fields, "image_url", default: slack.imageURL)
        slack.thumbURL = template(fields, "thumb_url", default: slack.thumbURL)
        slack.linkNames = fields.bool("link_names") ?? false
        slack.shortFields = fields.bool("short_fields") ?? false
        slack.configuredMrkdwnIn = fields.strings("mrkdwn_in") ?? []
        slack.fields = fields.list("fields", slackField) ?? []
        slack.actions = fields.list("actions", slackAction) ?? []
        slack.timeout = fields.goDuration("timeout") ?? .zero
        slack.updateMessage = fields.bool("update_message") ?? false
        checkAuthorization(of: slack, fields)
        if slack.updateMessage, !canUpdate(slack.target) {
            fields.fail("update_message", "update_message needs api_url to be \(SlackConfiguration.postMessageURL)")
        }
        return slack
    }

    // MARK: - Whom to ask

    /// The receiver's own URL or token, or else what `global` gives: its token first, unless the receiver brings an authorization.
    private func slackTarget(
        _ fields: YAMLMapping, global: GlobalConfiguration.Slack, hasAuthorization: Bool
    ) -> SlackConfiguration.Target {
        let apiURL = fields.source("api_url", file: "api_url_file", text: { $0.secretURL() })
        let token = fields.source("app_token", file: "app_token_file")
        let appURL = fields.webURL("app_url") ?? global.appURL
        let saysURL = apiURL != nil || fields.isSet("api_url")
        if saysURL, token != nil {
            fields.fail(
                fields.isSet("app_token") ? "app_token" : "app_token_file",
                "at most one of api_url/api_url_file & app_token/app_token_file must be configured")
        }
        if let apiURL { return .webhook(apiURL) }
        if let token { return .app(token: token, url: appURL) }
        // The URL is there but wrong, which has been told.
        if saysURL { return .webhook(.inline("")) }
        if let token = global.appToken, !hasAuthorization { return .app(token: token, url: appURL) }
        if let apiURL = global.apiURL { return .webhook(apiURL) }
        fields.fail("no global Slack API URL set either inline or in a file, nor a Slack app token")
        return .webhook(.inline(""))
    }

    /// A token becomes an authorization, so there can be no other.
    private func checkAuthorization(of slack: SlackConfiguration, _ fields: YAMLMapping) {
        guard case .app = slack.target else { return }
        let options = slack.http.options
        let key = fields.isSet("http_config") ? "http_config" : fields.isSet("app_token") ? "app_token" : "app_token_file"
        if options.authorization != nil {
            fields.fail(key, "http_config.authorization must not be configured together with a Slack app token")
        } else if options.basicAuth != nil || options.oauth2 != nil {
            fields.fail(key, "http_config.basic_auth and http_config.oauth2 must not be configured together with a Slack app token")
        }
    }

    /// Only Slack's API can change a message. What a masked configuration shows for a URL may be it.
    private func canUpdate(_ target: SlackConfiguration.Target) -> Bool {
        switch target {
        case .webhook(.inline(let url)): url == SlackConfiguration.postMessageURL || url == TextSource.mask || url.isEmpty
        case .webhook(.file): false
        case .app(_, let url): url == SlackConfiguration.postMessageURL
        }
    }

    // MARK: - Fields and actions

    /// Whether there is nothing to send. Alertmanager loads such a list and falls over it when it sends.
    private func isLeftOut(_ element: YAMLElement, of list: String) -> Bool {
        if element.isNull { warn(element.node.position, "an empty element in \(list) is left out of the message") }
        return element.isNull
    }

    private func slackField(_ element: YAMLElement) -> SlackConfiguration.Field? {
        guard !isLeftOut(element, of: "fields") else { return nil }
        return element.mapping(as: "slack_field") { fields in
            SlackConfiguration.Field(
                title: requiredTemplate(
                    fields, "title", what: "title of a field", missing: "missing title in Slack field configuration"),
                value: requiredTemplate(
                    fields, "value", what: "value of a field", missing: "missing value in Slack field configuration"),
                short: fields.bool("short"))
        }
    }

    private func slackAction(_ element: YAMLElement) -> SlackConfiguration.Action? {
        guard !isLeftOut(element, of: "actions") else { return nil }
        return element.mapping(as: "slack_action") { fields in
            var action = SlackConfiguration.Action(
                type: requiredTemplate(
                    fields, "type", what: "type of an action", missing: "missing type in Slack action configuration"),
                text: requiredTemplate(
                    fields, "text", what: "text of an action", missing: "missing text in Slack action configuration"))
            action.url = template(fields, "url", what: "url of an action")
            action.style = template(fields, "style", what: "style of an action")
            let name = template(fields, "name", what: "name of an action")
            let value = template(fields, "value", what: "value of an action")
            let confirm = fields.mapping("confirm", as: "slack_confirmation", slackConfirm)
            if action.url.isEmpty {
                (action.name, action.value, action.confirm) = (name, value, confirm)
                if name.isEmpty { fields.fail("missing name or url in Slack action configuration") }
            }
            return action
        }
    }

    private func slackConfirm(_ fields: YAMLMapping) -> SlackConfiguration.Confirm {
        SlackConfiguration.Confirm(
            text: requiredTemplate(
                fields, "text", what: "text of a confirmation", missing: "missing text in Slack confirmation configuration"),
            title: template(fields, "title", what: "title of a confirmation"),
            okText: template(fields, "ok_text", what: "ok_text of a confirmation"),
            dismissText: template(fields, "dismiss_text", what: "dismiss_text of a confirmation"))
    }
}
