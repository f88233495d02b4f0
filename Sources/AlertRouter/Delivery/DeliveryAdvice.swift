import Transport

/// What to do when a receiver cannot be told: the remedies for what goes wrong most, in one place for everything that shows them.
public enum DeliveryAdvice {
    /// A name without an address.
    public static func unknownHost(_ name: String) -> Problem {
        Problem(
            "the host \(name) is not known",
            advice: "check its spelling and this machine's DNS: getent hosts \(name); behind a proxy, set proxy_url")
    }

    /// What to do after a failed attempt; nil when nothing better than the error itself is known.
    ///
    /// - Parameters:
    ///   - finding: What the attempt met on the wire; nil when it did not get there.
    ///   - message: The error, which Slack's answers and TLS failures are told apart by.
    ///   - integration: Whom it was meant for.
    static func text(after finding: DeliveryTrace.Finding?, _ message: String, to integration: IntegrationConfiguration) -> String? {
        switch finding {
        case .answered(let status, _):
            (integration.kind == "slack" ? slack(message, integration) : nil) ?? http(status, integration)
        case .unanswered(let error): unanswered(error, integration)
        case .notMailed(let error): mail(error, integration)
        case .mailed: nil
        case nil: ReceiverCheck.secretProblem(of: integration)?.advice
        }
    }

    // MARK: HTTP

    private static func http(_ status: Int, _ integration: IntegrationConfiguration) -> String? {
        switch status {
        case 200..<300: nil
        case 300..<400: "it sends elsewhere: put the address that it names into \(place(of: .address, integration))"
        case 400: "the receiver does not like the message: --dry-run shows it; compare with what the receiver wants"
        case 401, 403: "check the token or password in \(place(of: .credential, integration)); was it revoked, may it post there?"
        case 404, 410: "check the URL in \(place(of: .address, integration)): nothing is there"
        case 405: "check the URL in \(place(of: .address, integration)): what is there takes no POST"
        case 407: "the proxy wants a user and password: put them into proxy_url"
        case 413: "the message is too large for it: set max_alerts, or shorten the templates"
        case 429: "the receiver asks for fewer messages: wait, then group more (group_by, group_interval)"
        case 502, 503, 504: "what stands before the receiver does not reach it: look there, then try again"
        case 500...: "the receiver itself failed: look at its log, then try again"
        default: nil
        }
    }

    /// Slack's words for what is wrong, from the body of its answer.
    private static func slack(_ message: String, _ integration: IntegrationConfiguration) -> String? {
        let token = place(of: .credential, integration)
        let remedies = [
            ("channel_not_found", "check the channel's name; a private one must invite the app: /invite @app"),
            ("not_in_channel", "invite the app into the channel: /invite @app"), ("is_archived", "the channel is archived: choose another"),
            ("channel_is_archived", "the channel is archived: choose another"),
            ("invalid_auth", "check the token in \(token)"), ("not_authed", "check the token in \(token)"),
            ("token_revoked", "the token was revoked: make a new one and put it into \(token)"),
            ("token_expired", "the token has expired: make a new one and put it into \(token)"),
            ("account_inactive", "the token's account was removed: make a new token and put it into \(token)"),
            ("missing_scope", "give the app the scope chat:write and install it again"),
            ("invalid_token", "make a new incoming webhook in Slack and put its URL into \(place(of: .address, integration))"),
            ("no_service", "make a new incoming webhook in Slack and put its URL into \(place(of: .address, integration))"),
            ("no_active_hooks", "the webhook was disabled: make a new one and put its URL into \(place(of: .address, integration))"),
            ("no_team", "check the URL in \(place(of: .address, integration)): there is no such workspace"),
            ("action_prohibited", "an administrator of the workspace forbids it: ask there"),
            ("posting_to_general_channel_denied", "the webhook may not post to the general channel: choose another"),
            ("too_many_attachments", "Slack takes at most 100 attachments: shorten the templates"),
            ("invalid_payload", "a template makes something that Slack does not take: --dry-run shows it"),
            ("invalid_blocks", "a template makes something that Slack does not take: --dry-run shows it"),
            ("no_text", "the message is empty: --dry-run shows it; check the templates"),
        ]
        return remedies.first { message.contains($0.0) }?.1
    }

    private static func unanswered(_ error: TransportError, _ integration: IntegrationConfiguration) -> String? {
        switch error {
        case .unavailable: "install libcurl (Debian package: libcurl4) and ca-certificates"
        case .resolve: integration.hostsToFind.first.map { unknownHost($0.name).advice } ?? "check the host's name and this machine's DNS"
        case .connect: connection(integration)
        case .tls(let message, _): tls(message)
        case .timeout: silence(integration)
        case .proxy: "check proxy_url: the proxy does not let us through"
        case .token: "check oauth2: token_url, client_id and \(place(of: .credential, integration))"
        case .unreadableFile(_, let path, _): "make \(path) a file that this process may read"
        case .io: "something between here and the receiver breaks the connection: check URL, port and http or https"
        case .invalidRequest: "check the URL in \(place(of: .address, integration))"
        case .responseTooLarge: "check the URL in \(place(of: .address, integration)): that is no receiver's answer"
        case .cancelled, .shutDown: nil
        }
    }

    private static func connection(_ integration: IntegrationConfiguration) -> String {
        let host = integration.hostsToFind.first?.description ?? "the receiver"
        return "no connection to \(host): is it running, is the port right, does a firewall or a missing proxy_url stand between?"
    }

    private static func silence(_ integration: IntegrationConfiguration) -> String {
        let host = integration.hostsToFind.first?.description ?? "the receiver"
        return "\(host) does not answer: a firewall may swallow the packets; check network, port and proxy_url"
    }

    private static func tls(_ message: String) -> String {
        let text = message.lowercased()
        if text.contains("expired") { return "the server's certificate has expired: renew it there, and check this machine's clock" }
        if text.contains("not yet valid") { return "the server's certificate is not valid yet: check this machine's clock" }
        if text.contains("no alternative certificate subject name") || text.contains("does not match") || text.contains("mismatch") {
            return "the server's certificate is for another name: check the URL's host, or set tls_config.server_name"
        }
        if text.contains("issuer") || text.contains("self-signed") || text.contains("self signed") || text.contains("unknown ca")
            || text.contains("verif")
        {
            return "the server's authority is not known here: name its certificate in tls_config.ca_file, or install ca-certificates"
        }
        if text.contains("wrong version number") || text.contains("packet length") {
            return "the server speaks no TLS on this port: check the port, and http or https"
        }
        return "check tls_config, and that the server speaks TLS 1.2 or newer on this port"
    }

    // MARK: Mail

    private static func mail(_ error: SMTPError, _ integration: IntegrationConfiguration) -> String? {
        switch error.kind {
        case .unavailable: "install libcurl (Debian package: libcurl4) and ca-certificates"
        case .unreadableFile, .tlsConfiguration: ReceiverCheck.secretProblem(of: integration)?.advice ?? "check the files that it names"
        case .tls:
            error.text.contains("STARTTLS")
                ? "use the server's submission port (587, or 465 with TLS from the start); require_tls: false sends in clear"
                : tls(error.text)
        case .noMechanism: "the server takes our password in no form that TLS protects: check the port, and auth_username or auth_secret"
        case .timeout: silence(integration)
        case .connection:
            error.text.lowercased().contains("resolve")
                ? integration.host.map { unknownHost($0.name).advice } : connection(integration)
        case .refused: refusal(error, integration)
        case .invalidRequest: "check from, to and smarthost"
        case .cancelled, .shutDown: nil
        }
    }

    private static func refusal(_ error: SMTPError, _ integration: IntegrationConfiguration) -> String? {
        switch error.code ?? 0 {
        case 535: "check \(place(of: .credential, integration)) and auth_username"
        case 534, 538: "the server wants another way to sign in: an application password in \(place(of: .credential, integration))"
        case 530: "the server wants a user and password: set auth_username and auth_password_file"
        case 421, 450, 451, 452: "the server asks to come back later: an ordinary notification would; wait a minute and try again"
        case 550, 551, 553:
            error.stage == .sender
                ? "the server does not let us send as this address: check from"
                : "check the address in to: the server knows no such mailbox"
        case 552: "the mail is too large, or the mailbox is full"
        case 554: "the server refuses by its rules: read its words, check from, and that this machine may send there"
        case 400..<500: "the server asks to come back later: an ordinary notification would"
        default: nil
        }
    }

    /// Where a person finds what the integration uses for this.
    private static func place(of use: ConfiguredSecret.Use, _ integration: IntegrationConfiguration) -> String {
        if let secret = integration.secrets.first(where: { $0.use == use }) { return secret.place }
        switch (use, integration.kind) {
        case (.credential, "email"): return "auth_password"
        case (.credential, _): return place(of: .address, integration)
        default: return "the configuration"
        }
    }
}
