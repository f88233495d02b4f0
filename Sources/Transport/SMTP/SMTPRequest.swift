public import Time

/// One mail to hand to a mail server.
public struct SMTPRequest: Sendable {
    /// The server; an IPv6 address without brackets. Empty means this machine.
    public var host: String
    /// Its port.
    public var port: Int
    /// What to call ourselves in EHLO; empty means `localhost`.
    public var hello: String
    /// When TLS begins.
    public var mode: SMTPMode
    /// Certificates and versions. Files are read at every mail.
    public var tls: TLSOptions
    /// How to authenticate if the server offers AUTH; nil does not.
    public var authentication: SMTPAuthentication?
    /// The mailbox of MAIL FROM, in RFC 5321's form and without angle brackets.
    public var sender: String
    /// The mailboxes of RCPT TO. One that is refused fails the mail for all.
    public var recipients: [String]
    /// The mail: lines that end in CRLF.
    public var message: [UInt8]
    /// The longest that all of it may take; nil means no limit but the ones for connecting and for each reply.
    public var timeout: TimeSpan?

    /// A mail.
    public init(
        host: String, port: Int, hello: String = "localhost", mode: SMTPMode, tls: TLSOptions = TLSOptions(),
        authentication: SMTPAuthentication? = nil, sender: String, recipients: [String], message: [UInt8], timeout: TimeSpan? = nil
    ) {
        self.host = host
        self.port = port
        self.hello = hello
        self.mode = mode
        self.tls = tls
        self.authentication = authentication
        self.sender = sender
        self.recipients = recipients
        self.message = message
        self.timeout = timeout
    }
}

/// When TLS begins on a connection to a mail server.
public enum SMTPMode: Sendable, Hashable, CaseIterable {
    /// Never, even if the server offers it.
    case plain
    /// Before anything but greetings is said; a server without STARTTLS is refused.
    case startTLSRequired
    /// With the first byte.
    case implicitTLS
}

/// Credentials for a mail server. Which are used depends on the mechanisms that the server offers, in its order (reference 9.17).
public struct SMTPAuthentication: Sendable, Hashable {
    /// The user, not empty.
    public var username: String
    /// For PLAIN and LOGIN.
    public var password: TextSource?
    /// For CRAM-MD5.
    public var secret: TextSource?
    /// For PLAIN: on whose behalf; empty is the user's own.
    public var identity: String

    /// Credentials.
    public init(username: String, password: TextSource? = nil, secret: TextSource? = nil, identity: String = "") {
        self.username = username
        self.password = password
        self.secret = secret
        self.identity = identity
    }
}

/// What a mail server said when it took a mail.
public struct SMTPResponse: Sendable, Hashable {
    /// The reply code, such as 250.
    public let code: Int
    /// The text behind it, free of the request's secrets: often the server's queue id.
    public let text: String
    /// How we authenticated; nil if we did not.
    public let mechanism: SMTPMechanism?
}

/// A way to authenticate, under its name on the wire.
public enum SMTPMechanism: String, Sendable, Hashable, CaseIterable {
    /// A challenge that only who knows the secret can answer.
    case cramMD5 = "CRAM-MD5"
    /// User and password in one.
    case plain = "PLAIN"
    /// User and password one after the other.
    case login = "LOGIN"
}
