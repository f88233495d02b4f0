import Time

/// OAuth 2 tokens by the options that fetch them: kept until shortly before they end, one fetch at a time for each.
actor TokenCache {
    private struct Token {
        let authorization: String
        /// On the monotonic clock; nil when the server gave no lifetime.
        let end: Int64?
    }

    private typealias Waiter = CheckedContinuation<Result<Token, TransportError>, Never>

    private var tokens: [OAuth2Options: Token] = [:]
    /// Who waits for a fetch that is under way.
    private var waiters: [OAuth2Options: [UInt64: Waiter]] = [:]
    private var nextWaiter: UInt64 = 0
    /// Token servers that want the client's credentials in the form instead of in basic authentication.
    private var wantsForm: Set<OAuth2Options> = []

    /// A token this close to its end is not used any more; the request has to travel yet.
    private static let margin = TimeSpan.milliseconds(10_000)
    private static let defaultTimeout = TimeSpan.milliseconds(30_000)

    /// The value of the Authorization field.
    func authorization(
        for options: OAuth2Options, over transport: Transport, timeout: TimeSpan?
    ) async throws(TransportError) -> String {
        if let token = tokens[options], token.end.map({ Clock.monotonic() < $0 }) ?? true { return token.authorization }
        let id = nextWaiter
        nextWaiter += 1
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                guard !Task.isCancelled else { return waiter.resume(returning: .failure(.cancelled(reachedWire: false))) }
                let isFirst = waiters[options] == nil
                waiters[options, default: [:]][id] = waiter
                guard isFirst else { return }
                // A task of its own: who waits with us must not fail because the first one was cancelled. Its length is bounded.
                Task { finish(options, await fetch(options, over: transport, timeout: timeout ?? Self.defaultTimeout)) }
            }
        } onCancel: {
            Task { await self.abandon(options, id) }
        }
        return try result.get().authorization
    }

    private func finish(_ options: OAuth2Options, _ result: Result<Token, TransportError>) {
        if case .success(let token) = result { tokens[options] = token }
        for waiter in waiters.removeValue(forKey: options)?.values ?? [:].values { waiter.resume(returning: result) }
    }

    private func abandon(_ options: OAuth2Options, _ id: UInt64) {
        waiters[options]?.removeValue(forKey: id)?.resume(returning: .failure(.cancelled(reachedWire: false)))
    }

    private func fetch(_ options: OAuth2Options, over transport: Transport, timeout: TimeSpan) async -> Result<Token, TransportError> {
        do throws(TransportError) {
            let secret = try options.clientSecret?.read(as: "the client secret (oauth2 client_secret)") ?? ""
            // The standard prefers basic authentication; servers that know only the form answer it with an error (RFC 6749 2.3.1).
            if !wantsForm.contains(options) {
                let answer = try await transport.send(
                    Self.request(options, secret: secret, inForm: false, timeout: timeout))
                if (200..<300).contains(answer.status) { return .success(try Self.token(in: answer, secret: secret)) }
            }
            let answer = try await transport.send(Self.request(options, secret: secret, inForm: true, timeout: timeout))
            let token = try Self.token(in: answer, secret: secret)
            wantsForm.insert(options)
            return .success(token)
        } catch {
            switch error {
            case .token, .unreadableFile, .unavailable, .shutDown: return .failure(error)
            default: return .failure(.token("no OAuth 2 token: \(error)"))
            }
        }
    }

    private static func request(_ options: OAuth2Options, secret: String, inForm: Bool, timeout: TimeSpan) -> HTTPRequest {
        var form = [("grant_type", "client_credentials")]
        if !options.scopes.isEmpty { form.append(("scope", options.scopes.joined(separator: " "))) }
        form += options.endpointParameters.map { ($0.name, $0.value) }
        var request = HTTPRequest(
            method: "POST", url: options.tokenURL, headers: [("Content-Type", "application/x-www-form-urlencoded")],
            timeout: timeout, bodyPolicy: .whole)
        if inForm {
            form += [("client_id", options.clientID), ("client_secret", secret)]
        } else {
            request.options.basicAuth = BasicAuth(
                username: .inline(formEncoded(options.clientID)), password: .inline(formEncoded(secret)))
        }
        request.options.tls = options.tls
        request.options.proxy = options.proxy
        request.body = Array(form.map { "\(formEncoded($0.0))=\(formEncoded($0.1))" }.joined(separator: "&").utf8)
        return request
    }

    private static func token(in answer: HTTPResponse, secret: String) throws(TransportError) -> Token {
        guard (200..<300).contains(answer.status) else {
            // The body is not shown: servers echo what they were sent.
            throw .token("no OAuth 2 token: the token server answered with status \(answer.status)")
        }
        guard let parsed = TokenAnswer(answer.body) else {
            throw .token("no OAuth 2 token: the token server's answer is not a JSON object with an access_token")
        }
        let end = parsed.lifetime.map { Clock.monotonic() + ($0 - margin).nanoseconds }
        let type = parsed.type.lowercased() == "bearer" || parsed.type.isEmpty ? "Bearer" : parsed.type
        return Token(authorization: "\(type) \(parsed.accessToken)", end: end)
    }
}
