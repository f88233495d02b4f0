import AlertCore
import GoTemplate
import Labels
import Mail
import Testing
import Time
import Transport

@testable import AlertRouter

@Suite("Notifications as mails")
struct EmailMessageTests {
    static let now = Timestamp(seconds: 1_767_225_660)  // 2026-01-01T00:01:00Z
    static let circumstances = EmailMessage.Circumstances(
        now: now, zone: Zone(utcOffset: 9 * 3600), messageID: "<1.2@host>", boundary: "b0undary")

    static func email(_ change: (inout EmailConfiguration) throws -> Void = { _ in }) throws -> EmailConfiguration {
        var email = EmailConfiguration(to: "a@b, 当番 <c@d>", from: "Flatalert <f@g>", smarthost: try HostPort("mail.test:587"))
        try change(&email)
        return email
    }

    static func delivery(firing: Bool = true, deadline: Int64 = .max) -> Delivery {
        let alert = NotifiedAlert(
            body: AlertBody(labels: ["alertname": "Load", "host": "ホスト1"], annotations: ["summary": "高負荷 <1>"], generatorURL: ""),
            startsAt: now, endsAt: firing ? .goZero : now, endReason: firing ? nil : .resolved)
        return Delivery(
            id: DeliveryID(number: 1), epoch: 1,
            key: LogKey(groupKey: #"{}:{alertname="Load"}"#, receiver: "team", kind: "email", index: 0), receiver: 0, integration: 0,
            attempt: 1, groupLabels: ["alertname": "Load"], routeLabels: [], alerts: [alert], reason: .firstNotification, flushTime: now,
            deadline: deadline, receiverData: [:])
    }

    static func message(_ delivery: Delivery = delivery()) -> Message {
        Message(delivery: delivery, templates: .defaults, externalURL: "http://am:9093", now: now)
    }

    private func build(_ email: EmailConfiguration) throws -> EmailMessage {
        try EmailMessage.build(email, data: Self.message().data, templates: .defaults, in: Self.circumstances)
    }

    private func fields(_ email: EmailConfiguration) throws -> [String] { try build(email).mail.headers.map { "\($0.name): \($0.value)" } }

    @Test("sender and recipients come from the templates, the fields in a reader's order")
    func standard() throws {
        let email = try Self.email {
            $0.from = "{{ .CommonLabels.alertname }} <f@g>"
            $0.headers = [.init(name: "X-Host", value: "{{ .CommonLabels.host }}")]
        }
        let message = try build(email)
        #expect(message.sender.mailbox == "f@g" && message.recipients.map(\.mailbox) == ["a@b", "c@d"])
        #expect(
            try fields(email) == [
                "From: Load <f@g>", "To: a@b, 当番 <c@d>", "Subject: [FIRING:1] Load (ホスト1)", "X-Host: ホスト1", "Message-Id: <1.2@host>",
                "Date: Thu, 01 Jan 2026 09:01:00 +0900",
            ])
        #expect(message.mail.text == nil && message.mail.html?.contains("高負荷 &lt;1&gt;") == true)
    }

    @Test("configured fields replace the standard ones, the envelope stays")
    func overriding() throws {
        let email = try Self.email {
            $0.headers = [
                .init(name: "From", value: "Other <o@p>"), .init(name: "Message-Id", value: "<own@id>"), .init(name: "Subject", value: "s"),
                .init(name: "To", value: "team:;"),
            ]
        }
        #expect(
            try fields(email) == [
                "From: Other <o@p>", "To: team:;", "Subject: s", "Message-Id: <own@id>", "Date: Thu, 01 Jan 2026 09:01:00 +0900",
            ])
        #expect(try build(email).sender.mailbox == "f@g")
    }

    @Test("both forms where both are configured, HTML escaped and text not")
    func bodies() throws {
        let template = "{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}"
        let mail = try build(
            try Self.email {
                $0.text = template
                $0.html = template
            }
        ).mail
        #expect(mail.text == "高負荷 <1>" && mail.html == "高負荷 &lt;1&gt;")
        #expect(try build(try Self.email { $0.html = "" }).mail.html == nil)
    }

    @Test("a thread is named after the group, and the day if wanted")
    func threading() throws {
        // The first digits of the SHA-256 of {}:{alertname="Load"}.
        let hash = String(SHA256.hexadecimal(#"{}:{alertname="Load"}"#).prefix(16))
        for (mode, day) in [(EmailConfiguration.ThreadByDate.daily, "2026-01-01"), (.none, "")] {
            let written = try fields(try Self.email { $0.threading = .init(threadByDate: mode) })
            #expect(written.contains("References: <alert-\(hash)-\(day)@alertmanager>"))
            #expect(written.contains("In-Reply-To: <alert-\(hash)-\(day)@alertmanager>"))
        }
        #expect(try fields(try Self.email()).allSatisfy { !$0.hasPrefix("References") })
    }

    @Test("what cannot be addressed is an error that says why")
    func addressErrors() throws {
        func problem(_ change: (inout EmailConfiguration) -> Void) throws -> String? {
            let email = try Self.email(change)
            do throws(EmailError) {
                _ = try EmailMessage.build(email, data: Self.message().data, templates: .defaults, in: Self.circumstances)
                return nil
            } catch { return error.description }
        }
        #expect(try problem { $0.from = "a@b, c@d" } == "must be exactly one 'from' address (got: 2)")
        #expect(try problem { $0.to = "nobody:;" } == "'to' holds no address")
        #expect(try problem { $0.to = "{{ .CommonLabels.missing }}" }?.hasPrefix("parse 'to' addresses: ") == true)
        #expect(try problem { $0.html = "{{ index .Alerts 9 }}" }?.hasPrefix("execute 'html' template: ") == true)
        #expect(try problem { $0.headers = [.init(name: "X Y", value: "")] } != nil)
    }

    @Test("where a template fails the built-in message goes to the same people; in Alertmanager's manners none does")
    func fallback() throws {
        let email = try Self.email { $0.headers = [.init(name: "Subject", value: "{{ index .Alerts 9 }}")] }
        let sender = EmailSender(transport: Transport(name: "test"))
        let message = try sender.build(Self.message(), for: email)
        #expect(message.recipients.map(\.mailbox) == ["a@b", "c@d"])
        #expect(message.mail.headers.first { $0.name == "Subject" }?.value == "[FIRING:1] alertname=Load")
        #expect(message.mail.text?.contains("高負荷 <1>") == true && message.mail.text?.contains("template") == true)
        let alertmanagers = EmailSender(transport: Transport(name: "test"), manners: DeliveryManners(alertmanagers: true))
        #expect(throws: EmailError.self) { try alertmanagers.build(Self.message(), for: email) }
        // Nobody to send it to: nothing can be built.
        #expect(throws: EmailError.self) { try sender.build(Self.message(), for: try Self.email { $0.to = "{{ index .Alerts 9 }}" }) }
    }

    @Test("a field that no server would take is cut between characters, addresses are not")
    func longFields() throws {
        let many = (0..<2000).map { "someone\($0)@example.org" }.joined(separator: ", ")
        let mail = try build(
            try Self.email {
                $0.headers = [.init(name: "Subject", value: String(repeating: "長", count: 10_000))]
                $0.to = many
            }
        ).mail
        let subject = try #require(mail.headers.first { $0.name == "Subject" }?.value)
        #expect(subject.hasPrefix("長") && subject.hasSuffix("長…") && !subject.contains("\u{fffd}"))
        #expect(subject.utf8.count <= EmailMessage.longestField + 3)
        #expect(mail.headers.first { $0.name == "To" }?.value == many)
    }

    @Test("every attempt of a delivery has the same Message-Id, another flush another one")
    func messageID() throws {
        let sender = EmailSender(transport: Transport(name: "test"))
        func id(_ change: (inout Delivery) -> Void) throws -> String? {
            var delivery = Self.delivery()
            change(&delivery)
            return try sender.build(Self.message(delivery), for: try Self.email()).mail.headers.first { $0.name == "Message-Id" }?.value
        }
        let first = try id { _ in }
        #expect(first?.wholeMatch(of: /<1767225660000000000\.\d+@[^@<>]+>/) != nil)
        #expect(try id { $0.attempt = 2 } == first)
        #expect(try id { $0.flushTime = Self.now + .seconds(1) } != first)
        #expect(try id { $0.key = LogKey(groupKey: $0.key.groupKey, receiver: "team", kind: "email", index: 1) } != first)
    }
}
