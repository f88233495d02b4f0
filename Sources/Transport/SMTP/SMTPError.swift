import Time

/// Why a mail was not handed over. The text holds no secret, even if the server repeated one.
public struct SMTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// How far the conversation was.
    public let stage: Stage
    /// What went wrong.
    public let kind: Kind
    /// The code of the reply that ended it.
    public let code: Int?
    /// The server's text, or what happened.
    public let text: String

    /// The steps of a conversation.
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        /// Nothing was sent yet.
        case preparation
        /// Name look-up, connecting, and TLS from the first byte.
        case connection
        /// The server's first line.
        case greeting
        /// EHLO and HELO.
        case hello = "EHLO"
        /// STARTTLS and what follows it.
        case startTLS = "STARTTLS"
        /// AUTH.
        case authentication = "AUTH"
        /// MAIL FROM.
        case sender = "MAIL FROM"
        /// RCPT TO.
        case recipient = "RCPT TO"
        /// DATA, before the first line of the mail.
        case data = "DATA"
        /// The mail itself, up to the answer to its final dot.
        case message
    }

    /// The classes of failure.
    public enum Kind: Sendable, Hashable {
        /// libcurl cannot be used on this machine.
        case unavailable
        /// The request cannot be sent as it is.
        case invalidRequest
        /// A file with a password or secret could not be read.
        case unreadableFile
        /// A certificate or key of the options is unreadable or none.
        case tlsConfiguration
        /// No TLS with this server: no STARTTLS, an unknown authority, a wrong name, no common version.
        case tls
        /// The server answered with a code that refuses.
        case refused
        /// The server offers no mechanism for which there are credentials, or only one that would show the password.
        case noMechanism
        /// No connection, or it broke.
        case connection
        /// The time was over.
        case timeout
        /// The calling task was cancelled.
        case cancelled
        /// The transport was shut down.
        case shutDown
    }

    /// A failure.
    public init(_ kind: Kind, at stage: Stage, code: Int? = nil, text: String) {
        self.kind = kind
        self.stage = stage
        self.code = code
        self.text = text
    }

    /// The server may have taken the mail all the same: it was on the wire and the answer is missing.
    public var mayHaveBeenTaken: Bool { stage == .message && code == nil }

    /// One line for a log or an operator, such as `RCPT TO: 550 5.1.1 unknown user`.
    public var description: String {
        let shown = code.map { text.isEmpty ? "\($0)" : "\($0) \(text)" } ?? text
        return stage == .preparation ? shown : "\(stage.rawValue): \(shown)"
    }

    static func timeout(_ limit: TimeSpan?, at stage: Stage) -> SMTPError {
        SMTPError(.timeout, at: stage, text: limit.map { "no answer within \(GoDuration.format($0))" } ?? "no answer in time")
    }
}
