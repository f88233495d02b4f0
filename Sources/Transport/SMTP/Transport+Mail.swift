import CCurl
import Time

extension Transport {
    /// Hands a mail to its server and waits until the server has taken it. Cancelling the task ends it at once.
    ///
    /// ```swift
    /// try await transport.send(SMTPRequest(host: "mail", port: 587, mode: .startTLSRequired, sender: "a@b", recipients: ["c@d"], message: bytes))
    /// ```
    /// A connection a mail; at most ten to one server at a time, further mails wait for their turn within their own time-out.
    @discardableResult
    public func send(_ mail: SMTPRequest) async throws(SMTPError) -> SMTPResponse {
        let start = Clock.monotonic()
        let prepared = try PreparedMail(mail)
        if let problem = ccurl_load() { throw SMTPError(.unavailable, at: .preparation, text: String(cString: problem)) }
        let id = mailServers.newID()
        let result = await withTaskCancellationHandler {
            await exchange(prepared, id: id, deadline: mail.timeout.map { start + $0.nanoseconds })
        } onCancel: {
            mailServers.cancel(id, server: prepared.server)
        }
        mailServers.forget(id)
        return try result.get()
    }

    private func exchange(_ mail: PreparedMail, id: UInt64, deadline: Int64?) async -> Result<SMTPResponse, SMTPError> {
        func notStarted() -> SMTPError {
            mailServers.isClosed
                ? SMTPError(.shutDown, at: .preparation, text: "the transport was shut down")
                : SMTPError(.cancelled, at: .preparation, text: "cancelled")
        }
        guard await mailServers.enter(mail.server, id: id) else { return .failure(notStarted()) }
        let servers = mailServers
        return await withCheckedContinuation { waiter in
            let exchange = MailExchange(mail, servers: servers, deadline: deadline, waiter: waiter)
            guard servers.add(exchange, id: id) else {
                servers.leave(mail.server, id: id)
                return exchange.finish(.failure(notStarted()))
            }
            exchange.start(name: "mail") { servers.leave(mail.server, id: id) }
        }
    }
}
