import AlertCore
import Testing
import Time
import Transport

@testable import AlertRouter

@Suite("Sending mails")
struct EmailSenderTests {
    /// An outcome as the tests compare it.
    private func name(_ outcome: DeliveryOutcome) -> String {
        switch outcome {
        case .delivered: "delivered"
        case .retryable(let reason, _, let after): "retryable \(reason)" + (after.map { " after \($0)" } ?? "")
        case .deferred(let reason, _, let after): "deferred \(reason) \(after == EmailSender.deferral)"
        case .failed(let reason, _): "failed \(reason)"
        case .cancelled: "cancelled"
        }
    }

    private func outcome(_ error: SMTPError, alertmanagers: Bool = false) throws -> String {
        name(EmailSender.outcome(of: error, from: try HostPort("mail.test:25"), DeliveryManners(alertmanagers: alertmanagers)))
    }

    @Test(
        "a refusal is final, deferred or worth another try by its code; Alertmanager tries on",
        arguments: [
            (535, "failed authError"), (550, "failed clientError"), (554, "failed clientError"), (421, "deferred serverError true"),
            (451, "deferred serverError true"), (454, "deferred serverError true"), (500, "retryable other"), (530, "retryable other"),
        ])
    func refusals(_ code: Int, _ expected: String) throws {
        let error = SMTPError(.refused, at: .recipient, code: code, text: "no")
        #expect(try outcome(error) == expected)
        #expect(try outcome(error, alertmanagers: true) == "retryable other")
    }

    @Test(
        "other failures are classed alike in both manners",
        arguments: [
            (SMTPError.Kind.connection, "retryable other"), (.tls, "retryable other"), (.noMechanism, "retryable other"),
            (.unreadableFile, "retryable other"), (.unavailable, "retryable other"), (.shutDown, "retryable other"),
            (.timeout, "retryable contextDeadlineExceeded"), (.cancelled, "cancelled"), (.invalidRequest, "failed other"),
            (.tlsConfiguration, "failed other"),
        ])
    func failures(_ kind: SMTPError.Kind, _ expected: String) throws {
        for alertmanagers in [false, true] {
            #expect(try outcome(SMTPError(kind, at: .connection, text: "x"), alertmanagers: alertmanagers) == expected)
        }
    }

    @Test("the message names the server, the step and the answer")
    func text() throws {
        let error = SMTPError(.refused, at: .recipient, code: 550, text: "5.1.1 unknown")
        guard case .failed(_, let message) = EmailSender.outcome(of: error, from: try HostPort("mail.test:25"), DeliveryManners()) else {
            Issue.record("not final")
            return
        }
        #expect(message == "mail server mail.test:25: RCPT TO: 550 5.1.1 unknown")
    }

    @Test("a server that is not there is worth another try, no time left too, and no address is final")
    func sending() async throws {
        let sender = EmailSender(transport: Transport(name: "test"))
        // Port 1 of this machine: nobody listens there.
        let email = try EmailMessageTests.email { $0.smarthost = try HostPort("127.0.0.1:1") }
        let delivery = EmailMessageTests.delivery(deadline: Clock.monotonic() + 3_600_000_000_000)
        #expect(name(await sender.send(EmailMessageTests.message(delivery), to: email)) == "retryable other")
        let late = EmailMessageTests.delivery(deadline: Clock.monotonic() - 1)
        #expect(name(await sender.send(EmailMessageTests.message(late), to: email)) == "retryable contextDeadlineExceeded")
        var nobody = email
        nobody.to = "nobody:;"
        #expect(name(await sender.send(EmailMessageTests.message(delivery), to: nobody)) == "failed other")
        var noPort = email
        noPort.smarthost = try HostPort("127.0.0.1:99999")
        #expect(name(await sender.send(EmailMessageTests.message(delivery), to: noPort)) == "failed other")
    }

    @Test("TLS begins as configured, or as port 465 says")
    func mode() throws {
        let email = try EmailMessageTests.email()
        #expect(EmailSender.mode(of: email, port: 587) == .startTLSRequired && EmailSender.mode(of: email, port: 465) == .implicitTLS)
        var other = email
        other.forceImplicitTLS = false
        #expect(EmailSender.mode(of: other, port: 465) == .startTLSRequired)
        other.requireTLS = false
        #expect(EmailSender.mode(of: other, port: 465) == .plain)
        other.forceImplicitTLS = true
        #expect(EmailSender.mode(of: other, port: 25) == .implicitTLS)
        #expect(EmailSender.port("submission") == 587 && EmailSender.port("0") == nil && EmailSender.port("25") == 25)
    }
}
