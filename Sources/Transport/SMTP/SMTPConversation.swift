/// Follows what a server says, line by line: where the conversation stands, and which mechanism reference 9.17 asks for.
///
/// libcurl holds the conversation; its order of mechanisms is its own, so the one to use is fixed before, and whether it is the right one
/// is decided here, when the server has said what it offers and nothing secret is on the wire yet.
struct SMTPConversation {
    /// What the last line means for the transfer.
    enum Verdict: Equatable {
        case goOn
        /// The server took the mail.
        case accepted
        /// The server refused; libcurl says QUIT by itself.
        case refused(SMTPError)
        /// End it before credentials are sent.
        case stop
    }

    private let mail: PreparedMail
    /// The mechanism that libcurl was told to use.
    private let mechanism: SMTPMechanism?

    private(set) var stage = SMTPError.Stage.connection
    /// The last complete reply.
    private(set) var reply: (code: Int, text: String) = (0, "")
    /// Why it was stopped.
    private(set) var stopped: StopReason?

    /// Why a conversation is ended before credentials are sent.
    enum StopReason: Equatable {
        /// The server's order asks for another mechanism than the one that was prepared.
        case use(SMTPMechanism)
        /// No mechanism can be used.
        case failure(SMTPError)
    }

    private var lines: [String] = []
    private var isEncrypted: Bool
    private var acceptedRecipients = 0
    private var triesHELO = false
    private(set) var isAuthenticated = false

    init(_ mail: PreparedMail, mechanism: SMTPMechanism?) {
        self.mail = mail
        self.mechanism = mechanism
        isEncrypted = mail.mode == .implicitTLS
    }

    /// A line from the server, without its line end.
    mutating func receive(line: some StringProtocol) -> Verdict {
        if stage == .connection { stage = .greeting }
        let code = Int(line.prefix(3)) ?? 0
        let separator = line.dropFirst(3).first
        // A reply may be as long as the server likes; what is kept is bounded.
        if lines.count < 100 { lines.append(String(line.dropFirst(4).prefix(1000))) }
        guard code >= 100, separator != "-" else { return .goOn }
        defer { lines = [] }
        reply = (code, lines.joined(separator: " "))
        return end(code)
    }

    private mutating func end(_ code: Int) -> Verdict {
        guard isExpected(code) else {
            if stage == .hello, !triesHELO, isEncrypted || mail.mode != .startTLSRequired {
                triesHELO = true
                return .goOn
            }
            return .refused(SMTPError(.refused, at: stage, code: code, text: mail.clean(reply.text)))
        }
        switch stage {
        case .greeting: stage = .hello
        case .hello: return hello()
        case .startTLS:
            isEncrypted = true
            stage = .hello
        case .authentication where code == 235:
            isAuthenticated = true
            stage = .sender
        case .sender: stage = .recipient
        case .recipient:
            acceptedRecipients += 1
            if acceptedRecipients == mail.recipients.count { stage = .data }
        case .data: stage = .message
        case .message: return .accepted
        case .authentication, .connection, .preparation: break
        }
        return .goOn
    }

    private func isExpected(_ code: Int) -> Bool {
        switch stage {
        case .authentication: code == 334 || code == 235
        case .data: code == 354
        default: code / 100 == 2
        }
    }

    /// The server has said what it can do.
    private mutating func hello() -> Verdict {
        if mail.mode == .startTLSRequired && !isEncrypted {
            // Without the extension libcurl ends it.
            stage = .startTLS
            return .goOn
        }
        stage = .sender
        let offered = lines.filter { $0.hasPrefix("AUTH ") }.flatMap { $0.dropFirst(5).split(separator: " ") }.map(String.init)
        guard let authentication = mail.authentication, !offered.isEmpty else { return .goOn }
        switch authentication.mechanism(among: offered, onHost: mail.host, isEncrypted: isEncrypted) {
        case .success(let wanted) where wanted == mechanism:
            stage = .authentication
            return .goOn
        case .success(let wanted): stopped = .use(wanted)
        case .failure(let error): stopped = .failure(error)
        }
        return .stop
    }
}

/// Credentials with their files read.
struct SMTPCredentials: Sendable {
    let username: String
    let password: String
    let secret: String
    let identity: String

    /// The first mechanism in the server's order for which there are credentials.
    func mechanism(among offered: [String], onHost host: String, isEncrypted: Bool) -> Result<SMTPMechanism, SMTPError> {
        let usable = offered.lazy.compactMap { SMTPMechanism(rawValue: $0) }.first { $0 == .cramMD5 ? !secret.isEmpty : !password.isEmpty }
        guard let usable else {
            let names = offered.prefix(20).joined(separator: " ")
            let reason =
                password.isEmpty && secret.isEmpty
                ? "neither a password nor a secret is configured"
                : password.isEmpty
                    ? "only a secret (CRAM-MD5) is configured" : "there is no secret for CRAM-MD5, PLAIN and LOGIN are not offered"
            return .failure(SMTPError(.noMechanism, at: .authentication, text: "the server offers \(names); \(reason)"))
        }
        if usable == .plain && !isEncrypted && !["localhost", "127.0.0.1", "::1"].contains(host) {
            return .failure(
                SMTPError(
                    .noMechanism, at: .authentication,
                    text: "PLAIN would show the password: the connection is not encrypted; use require_tls or another mechanism"))
        }
        return .success(usable)
    }

    /// What to prepare for before the server has said what it offers.
    func likelyMechanism(isEncrypted: Bool) -> SMTPMechanism? {
        if !password.isEmpty { return .plain }
        return secret.isEmpty ? nil : .cramMD5
    }
}
