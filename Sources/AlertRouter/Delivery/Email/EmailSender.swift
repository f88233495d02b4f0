import AlertCore
import Glibc
import GoTemplate
import Labels
import Mail
import Time
import Transport

/// Sends mails: one conversation with the mail server an attempt (reference 9.17), its end classified as reference 5.4 says.
final class EmailSender: Sendable {
    /// How long a server that says "later" (4xx) is left alone. Greylisting servers want at least a minute.
    static let deferral = TimeSpan.seconds(60)

    private let transport: Transport
    private let manners: DeliveryManners
    private let hostname: String

    /// A sender.
    init(transport: Transport, manners: DeliveryManners = DeliveryManners()) {
        self.transport = transport
        self.manners = manners
        hostname = Self.ownHostname()
    }

    /// Makes one attempt.
    func send(_ message: Message, to email: EmailConfiguration) async -> DeliveryOutcome {
        let mail: EmailMessage
        do throws(EmailError) { mail = try build(message, for: email) } catch {
            return .failed(.other, message: "email: \(error)")
        }
        guard let timeout = message.timeLeft() else {
            return .retryable(.contextDeadlineExceeded, message: "no time left before the deadline")
        }
        guard let port = Self.port(email.smarthost.port) else {
            return .failed(.other, message: "email: smarthost \(email.smarthost): \"\(email.smarthost.port)\" is not a port")
        }
        let request = SMTPRequest(
            host: email.smarthost.host, port: port, hello: email.hello, mode: Self.mode(of: email, port: port), tls: email.tls,
            authentication: email.authUsername.isEmpty
                ? nil
                : SMTPAuthentication(
                    username: email.authUsername, password: email.authPassword, secret: email.authSecret, identity: email.authIdentity),
            sender: mail.sender.mailbox, recipients: mail.recipients.map(\.mailbox), message: mail.mail.bytes(), timeout: timeout)
        do throws(SMTPError) {
            let reply = try await transport.send(request)
            DeliveryTrace.note(.mailed(code: reply.code))
            return .delivered(receiverData: nil)
        } catch {
            DeliveryTrace.note(.notMailed(error))
            return Self.outcome(of: error, from: email.smarthost, manners)
        }
    }

    /// The mail; where a template fails, the built-in one, unless Alertmanager's manners are asked for.
    func build(_ message: Message, for email: EmailConfiguration) throws(EmailError) -> EmailMessage {
        let circumstances = EmailMessage.Circumstances(
            now: message.now, zone: .local, messageID: messageID(of: message.delivery), boundary: MailMessage.randomBoundary())
        do throws(EmailError) {
            return try EmailMessage.build(email, data: message.data, templates: message.templates, in: circumstances)
        } catch {
            guard case .template(_, let fault) = error, !manners.alertmanagers else { throw error }
            return try EmailMessage.fallback(
                message.fallback(after: fault), for: email, data: message.data, templates: message.templates, in: circumstances)
        }
    }

    /// `<unixnano.number@hostname>`, the same for every attempt of a delivery: if an answer got lost and the mail comes twice, mail
    /// programs and servers can tell.
    private func messageID(of delivery: Delivery) -> String {
        let key = delivery.key
        let digest = SHA256.digest("\(key.groupKey)\0\(key.receiver)\0\(key.kind)\0\(key.index)\0\(delivery.flushTime.unixNanoseconds)")
        let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return "<\(delivery.flushTime.unixNanoseconds).\(number)@\(hostname)>"
    }

    /// What a failure means for the delivery.
    static func outcome(of error: SMTPError, from server: HostPort, _ manners: DeliveryManners) -> DeliveryOutcome {
        let message = "mail server \(server): \(error)"
        switch error.kind {
        case .cancelled: return .cancelled
        case .timeout: return .retryable(.contextDeadlineExceeded, message: message)
        case .invalidRequest, .tlsConfiguration: return .failed(.other, message: message)
        case .refused: return refusal(error.code ?? 0, message, manners)
        case .unavailable, .unreadableFile, .tls, .noMechanism, .connection, .shutDown: return .retryable(.other, message: message)
        }
    }

    /// What a reply code means. To Alertmanager every refusal is worth another try at once: that locks accounts and is what greylisting
    /// servers punish.
    private static func refusal(_ code: Int, _ message: String, _ manners: DeliveryManners) -> DeliveryOutcome {
        guard !manners.alertmanagers else { return .retryable(.other, message: message) }
        switch code {
        case 535: return .failed(.authError, message: message)
        case 550...559: return .failed(.clientError, message: message)
        case 400..<500: return .deferred(.serverError, message: message, after: deferral)
        default: return .retryable(.other, message: message)
        }
    }

    /// When TLS begins (reference 9.17).
    static func mode(of email: EmailConfiguration, port: Int) -> SMTPMode {
        if email.forceImplicitTLS ?? (port == 465) { return .implicitTLS }
        return email.requireTLS ? .startTLSRequired : .plain
    }

    /// A port's number, also of the names that mail uses.
    static func port(_ text: String) -> Int? {
        switch text {
        case "smtp": 25
        case "smtps", "submissions": 465
        case "submission": 587
        default: Int(text).flatMap { (1...65535).contains($0) ? $0 : nil }
        }
    }

    private static func ownHostname() -> String {
        let text = HostName.own ?? ""
        let isName = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        return isName ? text : "localhost.localdomain"
    }
}
