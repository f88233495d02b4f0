import ClientConfiguration
import JSON
import StrictYAML
import Time
import Transport

extension ReceiverConfiguration {
    /// - Parameter isUsed: Whether a route names the receiver.
    func effective(isUsed: Bool) -> YAMLValue {
        var members = MemberList()
        members.add("name", .string(name))
        members.addUnlessEmpty("labels", labels.map { MatchPair(name: $0.name, value: $0.value) })
        members.addUnlessEmpty("email_configs", emails.map { $0.effective(isUsed: isUsed) })
        members.addUnlessEmpty("slack_configs", slacks.map(\.effective))
        members.addUnlessEmpty("webhook_configs", webhooks.map(\.effective))
        return members.value
    }
}

extension WebhookConfiguration {
    var effective: YAMLValue {
        var members = MemberList()
        members.add("send_resolved", .bool(sendResolved))
        members.add("http_config", http.effective)
        switch url {
        case .inline:
            members.add("url", .string(TextSource.mask))
            members.add("url_file", .string(""))
        case .file(let path): members.add("url_file", .string(path))
        }
        members.add("max_alerts", .integer(Int64(clamping: maxAlerts)))
        members.add("timeout", .string(GoDuration.format(timeout)))
        if let payload { members.add("payload", payload.effective) }
        return members.value
    }
}

extension EmailConfiguration {
    /// A receiver that is used shows its headers as they are sent: Alertmanager fills them in when it builds the receiver.
    fileprivate func effective(isUsed: Bool) -> YAMLValue {
        var members = MemberList()
        members.add("send_resolved", .bool(sendResolved))
        members.add("to", .string(to))
        members.add("from", .string(from))
        members.addUnlessEmpty("hello", hello)
        members.add("smarthost", .string("\(smarthost)"))
        members.addUnlessEmpty("auth_username", authUsername)
        members.add("auth_password", file: "auth_password_file", authPassword)
        members.add("auth_secret", file: "auth_secret_file", authSecret)
        members.addUnlessEmpty("auth_identity", authIdentity)
        members.addUnlessEmpty("headers", (isUsed ? messageHeaders : headers).map { MatchPair(name: $0.name, value: $0.value) })
        members.addUnlessEmpty("html", html)
        members.addUnlessEmpty("text", text)
        members.add("require_tls", .bool(requireTLS))
        members.addUnlessEmpty("tls_config", tls.effective)
        if let forceImplicitTLS { members.add("force_implicit_tls", .bool(forceImplicitTLS)) }
        if let threading {
            members.add("threading", ["enabled": true, "thread_by_date": .string(threading.threadByDate.rawValue)])
        }
        return members.value
    }
}

extension SlackConfiguration {
    fileprivate var effective: YAMLValue {
        var members = MemberList()
        members.add("send_resolved", .bool(sendResolved))
        members.add("http_config", http.effective)
        switch target {
        case .webhook(let source): members.add("api_url", file: "api_url_file", source)
        case .app(let token, let url):
            members.add("app_token", file: "app_token_file", token)
            members.add("app_url", .string(WebURL.redacted(url)))
        }
        members.addUnlessEmpty("channel", channel)
        members.addUnlessEmpty("username", username)
        members.addUnlessEmpty("color", color)
        members.addUnlessEmpty("title", title)
        members.addUnlessEmpty("title_link", titleLink)
        members.addUnlessEmpty("pretext", pretext)
        members.addUnlessEmpty("text", text)
        members.addUnlessEmpty("message_text", messageText)
        members.addUnlessEmpty("fields", fields.map(\.effective))
        members.add("short_fields", .bool(shortFields))
        members.addUnlessEmpty("footer", footer)
        members.addUnlessEmpty("fallback", fallback)
        members.addUnlessEmpty("callback_id", callbackID)
        members.addUnlessEmpty("icon_emoji", iconEmoji)
        members.addUnlessEmpty("icon_url", iconURL)
        members.addUnlessEmpty("image_url", imageURL)
        members.addUnlessEmpty("thumb_url", thumbURL)
        members.add("link_names", .bool(linkNames))
        members.addUnlessEmpty("mrkdwn_in", configuredMrkdwnIn.map { .string($0) })
        members.addUnlessEmpty("actions", actions.map(\.effective))
        if timeout != .zero { members.add("timeout", .string(GoDuration.format(timeout))) }
        if updateMessage { members.add("update_message", true) }
        return members.value
    }
}

extension SlackConfiguration.Field {
    fileprivate var effective: YAMLValue {
        var members = MemberList()
        members.add("title", .string(title))
        members.add("value", .string(value))
        if let short { members.add("short", .bool(short)) }
        return members.value
    }
}

extension SlackConfiguration.Action {
    fileprivate var effective: YAMLValue {
        var members = MemberList()
        members.add("type", .string(type))
        members.add("text", .string(text))
        members.addUnlessEmpty("url", url)
        members.addUnlessEmpty("style", style)
        members.addUnlessEmpty("name", name)
        members.addUnlessEmpty("value", value)
        if let confirm {
            var question = MemberList()
            question.add("text", .string(confirm.text))
            question.addUnlessEmpty("title", confirm.title)
            question.addUnlessEmpty("ok_text", confirm.okText)
            question.addUnlessEmpty("dismiss_text", confirm.dismissText)
            members.add("confirm", question.value)
        }
        return members.value
    }
}

extension JSONValue {
    fileprivate var effective: YAMLValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let number): number.int64.map { .integer($0) } ?? number.double.map { .double($0) } ?? .string(number.text)
        case .string(let text): .string(text)
        case .array(let elements): .sequence(elements.map(\.effective))
        case .object(let object): .mapping(object.map { YAMLValue.Member($0.key, $0.value.effective) })
        }
    }
}
