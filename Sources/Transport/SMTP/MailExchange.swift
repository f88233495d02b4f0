import CCurl
import Glibc
import NIOConcurrencyHelpers
import Threads
import Time

/// One mail on its way, on a thread of its own, and who waits for it.
///
/// Not on the loop of the HTTP transfers: libcurl waits for the answer to the final dot, and for the one to QUIT, without giving the thread
/// back (through 8.12 at least), and a mail server that thinks for a minute must not delay a webhook, nor another server's mail.
final class MailExchange: Sendable {
    typealias Waiter = CheckedContinuation<Result<SMTPResponse, SMTPError>, Never>

    private struct State {
        var waiter: Waiter?
        var stage = SMTPError.Stage.connection
    }

    /// How long the server may take for QUIT, in nanoseconds.
    private static let patienceForQuit: Int64 = 5_000_000_000

    private let mail: PreparedMail
    private let servers: MailServers
    private let deadline: Int64?
    private let state: NIOLockedValueBox<State>

    /// `deadline` is monotonic.
    init(_ mail: PreparedMail, servers: MailServers, deadline: Int64?, waiter: Waiter) {
        self.mail = mail
        self.servers = servers
        self.deadline = deadline
        state = NIOLockedValueBox(State(waiter: waiter))
    }

    /// Whether nobody waits any more.
    var isOver: Bool { state.withLockedValue { $0.waiter == nil } }

    /// Answers whoever waits, once; further calls do nothing. The thread ends soon after.
    func finish(_ result: Result<SMTPResponse, SMTPError>) {
        let waiter = state.withLockedValue { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: result)
    }

    /// Ends it before the server did.
    func abort(_ kind: SMTPError.Kind) {
        let text = kind == .cancelled ? "cancelled" : "the transport was shut down"
        finish(.failure(SMTPError(kind, at: state.withLockedValue { $0.stage }, text: text)))
    }

    fileprivate func note(_ stage: SMTPError.Stage) { state.withLockedValue { $0.stage = stage } }

    /// Starts the thread. `ended` is called when it is over and its connection closed.
    func start(name: String, ended: @escaping @Sendable () -> Void) {
        let isStarted = WorkerThread.detach(name: name, stackBytes: 8 << 20) { [self] in
            run()
            ended()
        }
        guard !isStarted else { return }
        finish(.failure(SMTPError(.unavailable, at: .preparation, text: "no thread could be started: the system refused it")))
        ended()
    }

    /// Talks to the server; again if it asks for another mechanism than expected.
    private func run() {
        var mechanism = mail.authentication.flatMap {
            servers.mechanism(of: mail.server) ?? $0.likelyMechanism(isEncrypted: mail.mode != .plain)
        }
        for _ in 0..<3 {
            if isOver { return }
            var left: TimeSpan?
            if let deadline {
                let remaining = TimeSpan(nanoseconds: deadline - Clock.monotonic())
                guard remaining > .zero else { return finish(.failure(.timeout(mail.timeout, at: .connection))) }
                left = remaining
            }
            let attempt = MailAttempt(mail, mechanism: mechanism, exchange: self)
            guard let wanted = attempt.perform(within: left) else { return }
            servers.remember(wanted, for: mail.server)
            mechanism = wanted
        }
        finish(.failure(SMTPError(.noMechanism, at: .authentication, text: "the server changes the mechanisms that it offers")))
    }

    /// Whether libcurl is to give up: nobody waits, the time is over, or the server has decided and does not say goodbye.
    fileprivate func shouldStop(decidedAt: Int64?) -> Bool {
        let now = Clock.monotonic()
        if let decidedAt { return now - decidedAt > Self.patienceForQuit }
        if let deadline, now > deadline { finish(.failure(.timeout(mail.timeout, at: state.withLockedValue { $0.stage }))) }
        return isOver
    }
}

/// One connection to the server; lives on the exchange's thread.
private final class MailAttempt {
    private let mail: PreparedMail
    private let mechanism: SMTPMechanism?
    private let exchange: MailExchange
    private var conversation: SMTPConversation
    private var sent = 0
    /// When the server took or refused the mail.
    private var decidedAt: Int64?
    private var recipients: UnsafeMutablePointer<curl_slist>?
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutableBufferPointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ mail: PreparedMail, mechanism: SMTPMechanism?, exchange: MailExchange) {
        self.mail = mail
        self.mechanism = mechanism
        self.exchange = exchange
        conversation = SMTPConversation(mail, mechanism: mechanism)
        errorText.initialize(repeating: 0)
    }

    deinit {
        ccurl_list_free(recipients)
        ccurl_list_free(connectTo)
        errorText.deallocate()
    }

    /// Runs the conversation to its end and answers the exchange; gives the mechanism to try again with if it has to be another.
    func perform(within left: TimeSpan?) -> SMTPMechanism? {
        guard let easy = ccurl_easy_init() else {
            exchange.finish(.failure(SMTPError(.unavailable, at: .preparation, text: "libcurl could not make a handle: out of memory")))
            return nil
        }
        setWhere(on: easy, within: left)
        setWhat(on: easy)
        mail.tls.set(on: easy)
        setCallbacks(on: easy)
        let code = ccurl_easy_perform(easy)
        ccurl_easy_cleanup(easy)
        if case .use(let wanted) = conversation.stopped { return wanted }
        if decidedAt == nil { exchange.finish(.failure(failure(code))) }
        return nil
    }

    private func setWhere(on easy: UnsafeMutableRawPointer, within left: TimeSpan?) {
        _ = ccurl_set_string(easy, CURLOPT_URL, mail.url)
        // An empty string, unlike an absent one, keeps libcurl from reading the environment.
        _ = ccurl_set_string(easy, CURLOPT_PROXY, "")
        if let target = mail.connectTo {
            connectTo = ccurl_list_append(nil, target)
            _ = ccurl_set_list(easy, CURLOPT_CONNECT_TO, connectTo)
        }
        _ = ccurl_set_long(easy, CURLOPT_PROTOCOLS, Int(CURLPROTO_SMTP | CURLPROTO_SMTPS))
        _ = ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        _ = ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        _ = ccurl_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        _ = ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, 30_000)
        if let left {
            // libcurl takes 0 for "no limit".
            _ = ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, Int(max(1, min(left.milliseconds, Int64(Int32.max)))))
        }
        let useTLS = mail.mode == .plain ? CURLUSESSL_NONE : CURLUSESSL_ALL
        _ = ccurl_set_long(easy, CURLOPT_USE_SSL, Int(useTLS.rawValue))
    }

    private func setWhat(on easy: UnsafeMutableRawPointer) {
        if let credentials = mail.authentication, let mechanism {
            _ = ccurl_set_string(easy, CURLOPT_USERNAME, credentials.username)
            _ = ccurl_set_string(easy, CURLOPT_PASSWORD, mechanism == .cramMD5 ? credentials.secret : credentials.password)
            _ = ccurl_set_string(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=\(mechanism.rawValue)")
            if mechanism == .plain {
                if !credentials.identity.isEmpty { _ = ccurl_set_string(easy, CURLOPT_SASL_AUTHZID, credentials.identity) }
                _ = ccurl_set_long(easy, CURLOPT_SASL_IR, 1)
            }
        }
        // In brackets, which libcurl takes off again: without, a local part that begins with one would lose it.
        _ = ccurl_set_string(easy, CURLOPT_MAIL_FROM, "<\(mail.sender)>")
        for recipient in mail.recipients { recipients = ccurl_list_append(recipients, "<\(recipient)>") }
        _ = ccurl_set_list(easy, CURLOPT_MAIL_RCPT, recipients)
        _ = ccurl_set_long(easy, CURLOPT_UPLOAD, 1)
        _ = ccurl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(mail.message.count))
    }

    private func setCallbacks(on easy: UnsafeMutableRawPointer) {
        // Unretained: `perform` holds it for as long as the handle lives.
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText.baseAddress)
        _ = ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        _ = ccurl_set_data_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<MailAttempt>.fromOpaque(context).takeUnretainedValue().fill(room)
        }
        _ = ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        // libcurl hands out every line of the server as a header; 0 ends the transfer.
        _ = ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<MailAttempt>.fromOpaque(context).takeUnretainedValue().receive(line) ? size * count : 0
        }
        _ = ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        _ = ccurl_set_long(easy, CURLOPT_NOPROGRESS, 0)
        _ = ccurl_set_pointer(easy, CURLOPT_XFERINFODATA, context)
        // Called about once a second while libcurl waits, also where it blocks.
        _ = ccurl_set_progress_callback(easy) { context, _, _, _, _ in
            guard let context else { return 0 }
            let attempt = Unmanaged<MailAttempt>.fromOpaque(context).takeUnretainedValue()
            return attempt.exchange.shouldStop(decidedAt: attempt.decidedAt) ? 1 : 0
        }
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, mail.message.count - sent)
        mail.message.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count])) }
        sent += count
        return count
    }

    private func receive(_ line: UnsafeRawBufferPointer) -> Bool {
        guard decidedAt == nil else { return true }
        var text = Substring(decoding: line, as: UTF8.self)
        while let last = text.unicodeScalars.last, last == "\r" || last == "\n" { text.unicodeScalars.removeLast() }
        let verdict = conversation.receive(line: text)
        exchange.note(conversation.stage)
        switch verdict {
        case .goOn: return true
        case .stop: return false
        case .refused(let error):
            decidedAt = Clock.monotonic()
            exchange.finish(.failure(error))
            return true
        case .accepted:
            // At once: what comes after, libcurl waits for, and it changes nothing.
            decidedAt = Clock.monotonic()
            exchange.finish(
                .success(
                    SMTPResponse(
                        code: conversation.reply.code, text: mail.clean(conversation.reply.text),
                        mechanism: conversation.isAuthenticated ? mechanism : nil)))
            return true
        }
    }

    /// What libcurl's result means, given how far the conversation was.
    private func failure(_ code: CURLcode) -> SMTPError {
        if case .failure(let error) = conversation.stopped { return error }
        let written = errorText.baseAddress.map { String(cString: $0) } ?? ""
        let text = mail.clean(written.isEmpty ? String(cString: ccurl_easy_error(code)) : written)
        let stage = conversation.stage
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .timeout(mail.timeout, at: stage)
        case CURLE_USE_SSL_FAILED:
            return SMTPError(.tls, at: .startTLS, text: "the server does not offer STARTTLS, and TLS is required")
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED:
            return SMTPError(.tlsConfiguration, at: stage, text: text)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_CLIENTCERT:
            return SMTPError(.tls, at: stage == .hello ? .startTLS : stage, text: text)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return SMTPError(.invalidRequest, at: .preparation, text: text)
        default: return SMTPError(.connection, at: stage, text: text)
        }
    }
}
