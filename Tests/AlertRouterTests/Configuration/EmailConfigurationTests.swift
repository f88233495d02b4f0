import Testing
import Transport

@testable import AlertRouter

@Suite("E-mail receivers are read with everything that sending needs")
struct EmailConfigurationTests {
    private func email(_ flow: String, global: String = "", directory: String? = nil) throws -> EmailConfiguration {
        let yaml = GoodReceiver.email(flow, global: global).yaml
        return try #require(AlertmanagerConfiguration.parse(yaml, file: "f", baseDirectory: directory).receivers[0].emails.first)
    }

    private let server = "smtp_smarthost: 'mail:587', smtp_from: am@example.org"

    @Test("an address alone takes the defaults and what global gives")
    func defaults() throws {
        let email = try email("to: a@b", global: server)
        #expect(email.to == "a@b")
        #expect(email.from == "am@example.org")
        #expect(email.smarthost.host == "mail" && email.smarthost.port == "587")
        #expect(email.hello == "localhost")
        #expect(!email.sendResolved && email.requireTLS)
        #expect(email.forceImplicitTLS == nil && email.threading == nil)
        #expect(email.authUsername.isEmpty && email.authIdentity.isEmpty && email.authPassword == nil && email.authSecret == nil)
        #expect(email.tls == TLSOptions())
        #expect(email.html == #"{{ template "email.default.html" . }}"#)
        #expect(email.text.isEmpty && email.headers.isEmpty)
    }

    @Test("every key is read")
    func everything() throws {
        let email = try email(
            """
            to: 'a@b, c@d', from: f@b, smarthost: '[::1]:25', hello: he, auth_username: u, auth_password: p, auth_secret_file: s,
              auth_identity: i, require_tls: no, tls_config: {server_name: n}, force_implicit_tls: true, html: '', text: t, send_resolved: yes,
              threading: {enabled: true, thread_by_date: daily}, headers: {x-priority: 1, SUBJECT: s, X-Zero: ~}
            """, global: server)
        #expect(email.to == "a@b, c@d")
        #expect(email.from == "f@b")
        #expect("\(email.smarthost)" == "[::1]:25")
        #expect([email.hello, email.authUsername, email.authIdentity, email.html, email.text] == ["he", "u", "i", "", "t"])
        #expect(email.authPassword == .inline("p"))
        #expect(email.authSecret == .file("s"))
        #expect(email.sendResolved && !email.requireTLS)
        #expect(email.forceImplicitTLS == true)
        #expect(email.tls == TLSOptions(serverName: "n"))
        #expect(email.threading == EmailConfiguration.Threading(threadByDate: .daily))
        #expect(
            email.headers == [
                EmailConfiguration.Header(name: "Subject", value: "s"), EmailConfiguration.Header(name: "X-Priority", value: "1"),
                EmailConfiguration.Header(name: "X-Zero", value: ""),
            ])
    }

    @Test("what a receiver leaves empty it takes from global")
    func inheritance() throws {
        let global = """
            \(server), smtp_hello: gh, smtp_auth_username: gu, smtp_auth_password: gp, smtp_auth_secret_file: gs, smtp_auth_identity: gi, \
            smtp_require_tls: false, smtp_tls_config: {server_name: gn}, smtp_force_implicit_tls: false
            """
        for flow in [
            "to: a", "to: a, from: '', smarthost: '', hello: '', auth_username: ~, auth_password: '', tls_config: ~, require_tls: ~",
        ] {
            let email = try email(flow, global: global)
            #expect([email.hello, email.authUsername, email.authIdentity, email.from] == ["gh", "gu", "gi", "am@example.org"])
            #expect(email.authPassword == .inline("gp"))
            #expect(email.authSecret == .file("gs"))
            #expect(!email.requireTLS)
            #expect(email.tls == TLSOptions(serverName: "gn"))
            #expect(email.forceImplicitTLS == false)
        }
        let own = try email(
            "to: a, auth_password_file: p, auth_secret: s, require_tls: true, tls_config: {}, force_implicit_tls: yes", global: global)
        #expect(own.authPassword == .file("p"))
        #expect(own.authSecret == .inline("s"))
        #expect(own.requireTLS && own.forceImplicitTLS == true)
        #expect(own.tls == TLSOptions())
    }

    @Test(
        "header names are canonical as Go's are",
        arguments: [
            ("x-foo", "X-Foo"), ("SUBJECT", "Subject"), ("mIME-vERSION", "Mime-Version"), ("x_y-z.w", "X_y-Z.w"), ("-a--b", "-A--B"),
            ("(a)b", "(a)b"), ("x-2b", "X-2b"),
        ])
    func canonicalNames(_ written: String, _ canonical: String) throws {
        #expect(try email("to: a, headers: {'\(written)': v}", global: server).headers.map(\.name) == [canonical])
    }

    @Test("a message has a subject, a sender and a recipient, unless the headers say otherwise")
    func messageHeaders() throws {
        let subject = #"{{ template "email.default.subject" . }}"#
        #expect(
            try email("to: a", global: server).messageHeaders.map { "\($0.name): \($0.value)" }
                == ["From: am@example.org", "Subject: \(subject)", "To: a"])
        #expect(
            try email("to: a, headers: {to: everyone, x-a: b, subject: s}", global: server).messageHeaders.map { "\($0.name): \($0.value)" }
                == ["From: am@example.org", "Subject: s", "To: everyone", "X-A: b"])
    }

    @Test(
        "a header name that mail does not allow is warned of and left out", arguments: ["a b", "a:b", "", "é-a", "a\\r\\nBcc: x@y", "a\\0"])
    func headerNames(_ name: String) throws {
        let yaml = GoodReceiver.email("to: a, headers: {\"\(name)\": v, x-c: d}", global: server).yaml
        let configuration = try AlertmanagerConfiguration.parse(yaml, file: "f")
        #expect(configuration.receivers[0].emails[0].headers == [EmailConfiguration.Header(name: "X-C", value: "d")])
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings[0].message.hasSuffix("cannot be the name of a mail header and is left out of the message"))
    }

    @Test("of a password and its file the file is used, with a warning")
    func passwordAndFile() throws {
        let yaml = GoodReceiver.email("to: a, auth_password: p, auth_password_file: f", global: server).yaml
        let configuration = try AlertmanagerConfiguration.parse(yaml, file: "f")
        #expect(configuration.receivers[0].emails[0].authPassword == .file("f"))
        #expect(configuration.warnings.map(\.message) == ["auth_password is not used: auth_password_file is there as well"])
    }

    @Test("threading that is not enabled is none")
    func threading() throws {
        #expect(try email("to: a, threading: {thread_by_date: daily}", global: server).threading == nil)
        #expect(
            try email("to: a, threading: {enabled: true, thread_by_date: none}", global: server).threading
                == EmailConfiguration.Threading(threadByDate: .none))
    }

    @Test("all files stay relative to the working directory")
    func paths() throws {
        let email = try email(
            "to: a, auth_password_file: p, auth_secret_file: s, tls_config: {ca_file: ca}", global: server, directory: "/etc/am")
        #expect(email.authPassword == .file("p"))
        #expect(email.authSecret == .file("s"))
        #expect(email.tls.ca == .file("ca"))
    }

    @Test("printing a receiver shows no secret")
    func printing() throws {
        let email = try email("to: a, auth_password: hunter2, auth_secret: hunter3, tls_config: {cert: c, key: hunter4}", global: server)
        #expect(!"\(email) \(String(reflecting: email))".contains("hunter"))
    }
}
