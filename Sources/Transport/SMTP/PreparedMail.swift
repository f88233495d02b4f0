import Time

/// A mail with every file read and every part checked: what the sending thread needs and nothing that can fail for a reason of ours.
struct PreparedMail: Sendable {
    let host: String
    let port: Int
    let mode: SMTPMode
    let url: String
    /// `host:port:host:port` of CURLOPT_CONNECT_TO, when the name to verify is not the server's.
    let connectTo: String?
    let tls: TLSMaterial
    let authentication: SMTPCredentials?
    let sender: String
    let recipients: [String]
    let message: [UInt8]
    let timeout: TimeSpan?
    private let redaction: SMTPRedaction

    /// Which server it goes to, for those who count connections.
    var server: String { "\(host):\(port)" }

    init(_ request: SMTPRequest) throws(SMTPError) {
        host = request.host.isEmpty ? "localhost" : request.host
        port = request.port
        mode = request.mode
        guard (1...65535).contains(port) else { throw Self.invalid("\(port) is not a port; ports are 1 to 65535") }
        guard Self.isHost(host) else { throw Self.invalid("\(host.debugDescription) is not the name of a mail server") }

        tls = try Self.material(request)
        // libcurl asks for and verifies the URL's host; so the URL gets the name to verify, and the connection goes where the mail is to go.
        let name = mode == .plain ? nil : request.tls.serverName.flatMap { $0.isEmpty ? nil : $0 }
        if let name, name != host {
            guard Self.isHost(name) else { throw Self.invalid("tls_config: server_name \(name.debugDescription) is not a host name") }
            connectTo = "\(Self.bracketed(name)):\(port):\(Self.bracketed(host)):\(port)"
        } else {
            connectTo = nil
        }
        let hello = request.hello.isEmpty ? "localhost" : request.hello
        guard hello.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw Self.invalid("hello \(hello.debugDescription) holds a blank or a control character")
        }
        url = "\(mode == .implicitTLS ? "smtps" : "smtp")://\(Self.bracketed(name ?? host)):\(port)/\(percentEncoded(hello))"

        sender = request.sender
        recipients = request.recipients
        guard !recipients.isEmpty else { throw Self.invalid("the mail has no recipient") }
        for mailbox in [sender] + recipients where !Self.isMailbox(mailbox) {
            throw Self.invalid("\(mailbox.debugDescription) is not a mailbox")
        }
        message = request.message
        timeout = request.timeout

        authentication = try Self.credentials(request.authentication)
        redaction = SMTPRedaction(authentication)
    }

    /// The text without the request's secrets, and not longer than a log line may be.
    func clean(_ text: String) -> String {
        // Cleaned before it is cut, so that no half of a secret stays at the end.
        let cleaned = redaction.clean(text).unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }
        return String(String.UnicodeScalarView(cleaned.prefix(512)))
    }

    private static func invalid(_ text: String) -> SMTPError { SMTPError(.invalidRequest, at: .preparation, text: text) }

    private static func material(_ request: SMTPRequest) throws(SMTPError) -> TLSMaterial {
        guard request.mode != .plain else { return TLSMaterial() }
        do throws(TransportError) { return try TLSMaterial(request.tls) } catch {
            throw SMTPError(.tlsConfiguration, at: .preparation, text: error.description)
        }
    }

    private static func credentials(_ authentication: SMTPAuthentication?) throws(SMTPError) -> SMTPCredentials? {
        guard let authentication, !authentication.username.isEmpty else { return nil }
        do throws(TransportError) {
            let password = try authentication.password?.read(as: "the password of the mail server") ?? ""
            var secret = String(decoding: try authentication.secret?.readBytes(as: "the secret of the mail server") ?? [], as: UTF8.self)
            // Blanks may belong to it, the line end of a file does not.
            if case .file = authentication.secret { while secret.last?.isNewline == true { secret.removeLast() } }
            for text in [authentication.username, password, secret, authentication.identity] where text.utf8.contains(0) {
                throw .invalidRequest("a user name, password, secret or identity for the mail server holds a NUL")
            }
            return SMTPCredentials(username: authentication.username, password: password, secret: secret, identity: authentication.identity)
        } catch {
            if case .unreadableFile = error { throw SMTPError(.unreadableFile, at: .preparation, text: error.description) }
            throw SMTPError(.invalidRequest, at: .preparation, text: error.description)
        }
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    private static func isHost(_ host: String) -> Bool {
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return false }
        guard let parts = URLParts("smtp://\(bracketed(host))") else { return false }
        return parts.host == host && parts.rest.isEmpty && parts.userInfo == nil && !host.contains("%")
    }

    /// Whether a text can stand between the angle brackets of MAIL and RCPT without ending them.
    private static func isMailbox(_ text: String) -> Bool {
        var isQuoted = false
        var isEscaped = false
        for byte in text.utf8 {
            guard byte >= 0x20 && byte != 0x7f else { return false }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") && isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == 0x20 || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") {
                return false
            }
        }
        return !isQuoted && text.contains("@")
    }
}

/// Takes a mail server's credentials out of texts, also in the Base64 in which they cross the wire.
struct SMTPRedaction: Sendable {
    private var redaction = Redaction()
    /// Too short to be replaced without ruining the text, and too telling to be left in.
    private var short: [String] = []

    init(_ credentials: SMTPCredentials?) {
        guard let credentials else { return }
        for secret in [credentials.password, credentials.secret] where !secret.isEmpty {
            if secret.utf8.count < 4 { short.append(secret) } else { redaction.add(secret) }
            redaction.add(base64(Array(secret.utf8)))
        }
        let both = [credentials.identity, credentials.username, credentials.password].joined(separator: "\0")
        if !credentials.password.isEmpty { redaction.add(base64(Array(both.utf8))) }
    }

    func clean(_ text: String) -> String {
        let cleaned = redaction.clean(text)
        return short.contains { cleaned.contains($0) } ? "<redacted>" : cleaned
    }
}
