import Testing
import Time
import Transport

@testable import AlertRouter

@Suite("Advice after failures")
struct DeliveryAdviceTests {
    private func integration(_ receiver: String) throws -> IntegrationConfiguration {
        let configuration = try AlertmanagerConfiguration.parse(
            "route: {receiver: a}\nreceivers: [{name: a, \(receiver)}]\n", file: "t.yml")
        return try #require(configuration.integration(receiver: 0, at: 0))
    }

    private func webhook() throws -> IntegrationConfiguration {
        try integration(
            "webhook_configs: [{url_file: /run/secrets/hook, http_config: {authorization: {credentials_file: /run/secrets/token}}}]")
    }

    private func slack() throws -> IntegrationConfiguration {
        try integration("slack_configs: [{api_url: 'https://hooks.slack.test/x', channel: '#a'}]")
    }

    private func email() throws -> IntegrationConfiguration {
        try integration(
            "email_configs: [{to: a@b.c, from: d@e.f, smarthost: 'mail.test:587', auth_username: u, auth_password_file: /run/secrets/smtp}]"
        )
    }

    @Test(
        "an HTTP status names what to look at",
        arguments: [
            (401, "/run/secrets/token"), (403, "/run/secrets/token"), (404, "/run/secrets/hook"), (405, "POST"), (413, "max_alerts"),
            (429, "fewer"), (500, "its log"), (503, "before the receiver"), (302, "elsewhere"), (407, "proxy"),
        ])
    func status(_ status: Int, _ part: String) throws {
        let advice = DeliveryAdvice.text(after: .answered(status: status, said: ""), "", to: try webhook())
        #expect(advice?.contains(part) == true, "\(advice ?? "nil")")
    }

    @Test(
        "Slack's words are understood",
        arguments: [
            ("channel_not_found", "/invite"), ("invalid_auth", "token"), ("no_service", "api_url"), ("is_archived", "another"),
            ("missing_scope", "chat:write"),
        ])
    func slackWords(_ word: String, _ part: String) throws {
        let message = "error response from Slack: \(word)"
        let advice = DeliveryAdvice.text(after: .answered(status: 200, said: word), message, to: try slack())
        #expect(advice?.contains(part) == true, "\(advice ?? "nil")")
        let other = DeliveryAdvice.text(after: .answered(status: 200, said: word), message, to: try webhook())
        #expect(other == nil, "only Slack speaks so")
    }

    @Test(
        "without an answer the way there is the matter",
        arguments: [
            (TransportError.resolve("x"), "getent hosts hooks.slack.test"), (.connect("Couldn't connect to server"), "is it running"),
            (.timeout(.seconds(1), reachedWire: false), "swallow"),
            (.tls("SSL certificate problem: unable to get local issuer certificate", reachedWire: false), "ca_file"),
            (.tls("SSL certificate problem: self-signed certificate", reachedWire: false), "ca_file"),
            (.tls("SSL certificate problem: certificate has expired", reachedWire: false), "renew"),
            (.tls("SSL: no alternative certificate subject name matches target host name", reachedWire: false), "server_name"),
            (.tls("wrong version number", reachedWire: false), "no TLS"), (.proxy("x"), "proxy_url"),
            (.unreadableFile(purpose: "a", path: "/run/x", reason: "b"), "/run/x"),
        ])
    func unanswered(_ error: TransportError, _ part: String) throws {
        let advice = DeliveryAdvice.text(after: .unanswered(error), error.description, to: try slack())
        #expect(advice?.contains(part) == true, "\(advice ?? "nil")")
    }

    @Test(
        "a mail server's code names what to look at",
        arguments: [
            (535, "/run/secrets/smtp"), (530, "auth_username"), (550, "to: "), (450, "later"), (552, "too large"), (554, "rules"),
        ])
    func mailCodes(_ code: Int, _ part: String) throws {
        let error = SMTPError(.refused, at: .recipient, code: code, text: "no")
        let advice = DeliveryAdvice.text(after: .notMailed(error), "", to: try email())
        #expect(advice?.contains(part) == true, "\(advice ?? "nil")")
    }

    @Test("a mail server that refuses the sender, has no STARTTLS or is not found gets its own advice")
    func mail() throws {
        func advice(_ error: SMTPError) throws -> String { DeliveryAdvice.text(after: .notMailed(error), "", to: try email()) ?? "nil" }
        #expect(try advice(SMTPError(.refused, at: .sender, code: 550, text: "")).contains("check from"))
        #expect(try advice(SMTPError(.tls, at: .startTLS, text: "the server does not offer STARTTLS")).contains("587"))
        #expect(try advice(SMTPError(.connection, at: .connection, text: "Could not resolve host: x")).contains("getent hosts mail.test"))
        #expect(try advice(SMTPError(.connection, at: .connection, text: "Connection refused")).contains("mail.test:587"))
    }

    @Test("an attempt that did not begin blames the secret that cannot be read")
    func secret() throws {
        let advice = DeliveryAdvice.text(after: nil, "could not read url_file: No such file", to: try webhook())
        #expect(advice == "make /run/secrets/hook a file that this process may read")
    }
}
