import ClientConfiguration
import StrictYAML
import Time
import Transport

extension GlobalConfiguration {
    var effective: YAMLValue {
        var members = MemberList()
        members.add("resolve_timeout", resolveTimeout)
        members.add("http_config", http.effective)
        smtp.add(to: &members)
        members.add("slack_api_url", file: "slack_api_url_file", slack.apiURL)
        members.add("slack_app_token", file: "slack_app_token_file", slack.appToken)
        members.add("slack_app_url", .string(WebURL.redacted(slack.appURL)))
        members.add("pagerduty_url", .string(WebURL.redacted(pagerdutyURL)))
        members.add("opsgenie_api_url", .string(WebURL.redacted(opsgenieAPIURL)))
        members.add("opsgenie_api_key", file: "opsgenie_api_key_file", opsgenieAPIKey)
        members.add("wechat_api_url", .string(WebURL.redacted(wechatAPIURL)))
        members.add("wechat_api_secret", file: "wechat_api_secret_file", wechatAPISecret)
        members.addUnlessEmpty("wechat_api_corp_id", wechatAPICorpID)
        members.add("victorops_api_url", .string(WebURL.redacted(victoropsAPIURL)))
        members.add("victorops_api_key", file: "victorops_api_key_file", victoropsAPIKey)
        members.add("telegram_api_url", .string(WebURL.redacted(telegramAPIURL)))
        members.add("telegram_bot_token", file: "telegram_bot_token_file", telegramBotToken)
        members.add("webex_api_url", .string(WebURL.redacted(webexAPIURL)))
        members.add("rocketchat_api_url", .string(WebURL.redacted(rocketchatAPIURL)))
        members.add("rocketchat_token", file: "rocketchat_token_file", rocketchatToken)
        members.add("rocketchat_token_id", file: "rocketchat_token_id_file", rocketchatTokenID)
        members.add("mattermost_webhook_url", file: "mattermost_webhook_url_file", mattermostWebhookURL)
        if let jiraAPIURL { members.add("jira_api_url", .string(WebURL.redacted(jiraAPIURL))) }
        return members.value
    }
}

extension GlobalConfiguration.SMTP {
    fileprivate func add(to members: inout MemberList) {
        members.addUnlessEmpty("smtp_from", from)
        members.addUnlessEmpty("smtp_hello", hello)
        members.addUnlessEmpty("smtp_smarthost", smarthost?.description ?? "")
        members.addUnlessEmpty("smtp_auth_username", authUsername)
        members.add("smtp_auth_password", file: "smtp_auth_password_file", authPassword)
        members.add("smtp_auth_secret", file: "smtp_auth_secret_file", authSecret)
        members.addUnlessEmpty("smtp_auth_identity", authIdentity)
        members.add("smtp_require_tls", .bool(requireTLS))
        members.addUnlessEmpty("smtp_tls_config", tls.effective)
        if let forceImplicitTLS { members.add("smtp_force_implicit_tls", .bool(forceImplicitTLS)) }
    }
}

extension HTTPConfiguration {
    var effective: YAMLValue {
        var members = MemberList()
        if let basicAuth = options.basicAuth {
            var auth = MemberList()
            auth.add("username", file: "username_file", basicAuth.username ?? .inline(""), isSecret: false)
            auth.add("password", file: "password_file", basicAuth.password)
            members.add("basic_auth", auth.value)
        }
        if let authorization = options.authorization {
            var auth = MemberList()
            auth.add("type", .string(authorization.type))
            auth.add("credentials", file: "credentials_file", authorization.credentials)
            members.add("authorization", auth.value)
        }
        if let oauth2 = options.oauth2 { members.add("oauth2", oauth2.effective) }
        members.addUnlessEmpty("tls_config", options.tls.effective)
        members.add("follow_redirects", .bool(options.followRedirects))
        members.add("enable_http2", .bool(options.http2))
        options.proxy.add(to: &members)
        if !headers.isEmpty { members.add("http_headers", .mapping(headers.map { YAMLValue.Member($0.name, $0.effective) })) }
        return members.value
    }
}

extension HTTPConfiguration.Header {
    fileprivate var effective: YAMLValue {
        var members = MemberList()
        members.addUnlessEmpty("values", values.map { .string($0) })
        members.addUnlessEmpty("secrets", secrets.map { _ in .string(TextSource.mask) })
        members.addUnlessEmpty("files", files.map { .string($0) })
        return members.value
    }
}

extension OAuth2Options {
    fileprivate var effective: YAMLValue {
        var members = MemberList()
        members.add("client_id", .string(clientID))
        members.add("client_secret", file: "client_secret_file", clientSecret)
        members.addUnlessEmpty("scopes", scopes.map { .string($0) })
        members.add("token_url", .string(WebURL.redacted(tokenURL)))
        members.addUnlessEmpty("endpoint_params", endpointParameters.map { MatchPair(name: $0.name, value: $0.value) })
        members.addUnlessEmpty("tls_config", tls.effective)
        proxy.add(to: &members)
        return members.value
    }
}

extension ProxyOptions {
    fileprivate func add(to members: inout MemberList) {
        members.addUnlessEmpty("proxy_url", url.map(WebURL.redacted) ?? "")
        members.addUnlessEmpty("no_proxy", noProxy)
        if fromEnvironment { members.add("proxy_from_environment", true) }
        guard !connectHeaders.isEmpty else { return }
        members.add(
            "proxy_connect_header",
            .mapping(connectHeaders.map { YAMLValue.Member($0.name, .strings($0.values.map { _ in TextSource.mask })) }))
    }
}

extension TLSOptions {
    /// Empty when nothing differs from the defaults.
    var effective: MemberList {
        var members = MemberList()
        guard self != TLSOptions() else { return members }
        members.add("ca", file: "ca_file", ca, isSecret: false)
        members.add("cert", file: "cert_file", cert, isSecret: false)
        members.add("key", file: "key_file", key)
        members.addUnlessEmpty("server_name", serverName ?? "")
        members.add("insecure_skip_verify", .bool(insecureSkipVerify))
        if minVersion != TLSOptions().minVersion { members.add("min_version", .string(minVersion.rawValue)) }
        if let maxVersion { members.add("max_version", .string(maxVersion.rawValue)) }
        return members
    }
}

extension WebURL {
    /// A URL's text with its password, if it has one, as `xxxxx`; what is no URL is shown as it is.
    static func redacted(_ text: String) -> String { (try? WebURL(text).redacted) ?? text }
}
