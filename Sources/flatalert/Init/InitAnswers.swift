import AlertRouter

/// What `init` has to know, and the configuration that comes of it.
struct InitAnswers: Sendable {
    /// How mails are sent.
    struct Email: Sendable {
        var smarthost: String
        var from: String
        var to: String
        /// Nil for a server that wants no login.
        var login: Login?
    }

    /// How the mail server knows us.
    struct Login: Sendable {
        var user: String
        var password: String
    }

    /// The Slack webhook, a secret.
    var slackURL: String?
    var email: Email?
    /// Absolute.
    var configFile: String
    /// Absolute.
    var secretsDirectory: String
    /// The matchers of alerts that can't wait; nil if there are none.
    var urgent: String?
    var urgentRepeat: String
    var otherRepeat: String
    /// The messages and inhibitions of a Flatnet host, if it is one.
    var flatnet: InitFlatnet?

    /// Where the webhook is kept.
    var slackURLFile: String { "\(secretsDirectory)/slack_api_url" }
    /// Where the mail server's password is kept.
    var passwordFile: String { "\(secretsDirectory)/email_password" }

    /// The secrets and where each belongs.
    var secrets: [(path: String, text: String)] {
        [slackURL.map { (slackURLFile, $0) }, (email?.login).map { (passwordFile, $0.password) }].compactMap { $0 }
    }

    /// The configuration file, in Alertmanager's words only.
    var configuration: String {
        var lines = ["# Written by flatalert init; Alertmanager can read it as well."]
        if let flatnet { lines += ["templates:", "- \(Self.quoted(flatnet.templates))"] }
        lines += [
            "route:",
            "  receiver: \(receiver)",
            "  group_by: [\(flatnet == nil ? "alertname" : "host, alertname")]",
            "  group_wait: 30s",
            "  group_interval: 5m",
            "  repeat_interval: \(otherRepeat)",
            "  routes:",
            "  # It fires always, so that its absence is noticed (--heartbeat.expect): nobody is told.",
            "  - matchers: ['alertname=\"Watchdog\"']",
            "    receiver: nobody",
        ]
        if let urgent {
            lines += [
                "  # Urgent alerts are told sooner and more often.",
                "  - matchers: [\(Self.quoted(urgent))]",
                "    receiver: \(receiver)",
                "    group_wait: 5s",
                "    group_interval: 1m",
                "    repeat_interval: \(urgentRepeat)",
            ]
        }
        if let flatnet { lines += flatnet.inhibitRules }
        lines += ["receivers:", "- name: \(receiver)"]
        if slackURL != nil {
            lines += ["  slack_configs:", "  - api_url_file: \(Self.quoted(slackURLFile))", "    send_resolved: true"]
            if let flatnet { lines += ["    title: \(flatnet.call("title"))", "    text: \(flatnet.call("text"))"] }
        }
        if let email { lines += emailLines(email) }
        if slackURL == nil, email == nil {
            lines += ["  webhook_configs:", "  # The page of the instance itself.", "  - url: \(Self.inboxURL)", "    max_alerts: 50"]
        }
        lines.append("- name: nobody")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Where messages go when there is nobody else: an instance at the default address.
    static let inboxURL = "http://127.0.0.1:9093/api/flatalert/v1/inbox"

    private var receiver: String { slackURL == nil && email == nil ? "inbox" : "oncall" }

    private func emailLines(_ email: Email) -> [String] {
        var lines = [
            "  email_configs:",
            "  - to: \(Self.quoted(email.to))",
            "    from: \(Self.quoted(email.from))",
            "    smarthost: \(Self.quoted(email.smarthost))",
        ]
        if let login = email.login {
            lines += ["    auth_username: \(Self.quoted(login.user))", "    auth_password_file: \(Self.quoted(passwordFile))"]
        } else if ["localhost", "127.0.0.1", "[::1]"].contains(where: { email.smarthost.hasPrefix("\($0):") }) {
            lines += ["    # A mail server on this machine seldom has a certificate.", "    require_tls: false"]
        }
        if let flatnet {
            lines += ["    headers: {Subject: \(flatnet.call("subject"))}", "    text: \(flatnet.call("text"))", "    html: ''"]
        }
        return lines + ["    send_resolved: true"]
    }

    /// A YAML scalar that means this text whatever is in it. Answers hold no control characters.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
