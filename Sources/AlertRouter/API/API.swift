import AlertCore
import Labels
import Time
public import WebServer

/// Everything that is answered over HTTP: API v2, health, reload, metrics and a page (reference 3).
///
///     let api = API(router: router)
///     let server = WebServer(options: options) { request in await api.respond(to: request) }
///     api.attach(server)
public struct API: Sendable {
    let access: any RouterAccess
    let identity: RouterIdentity
    let matcherParser: MatcherParser
    private let metrics: HTTPMetrics
    /// The route prefix; empty when there is none.
    private let prefix: String
    private let alertsPath: String

    /// The API of this router.
    public init(router: Router) { self.init(access: router) }

    init(access: any RouterAccess) {
        self.access = access
        identity = access.identity
        matcherParser = MatcherParser(mode: identity.matcherMode)
        metrics = HTTPMetrics(registry: access.metrics.registry)
        prefix = identity.routePrefix == "/" ? "" : identity.routePrefix
        alertsPath = prefix + "/api/v2/alerts"
    }

    /// Adds what the server counts to the metrics.
    public func attach(_ server: WebServer) { metrics.attach(server) }

    /// Answers one request.
    public func respond(to request: WebRequest) async -> WebResponse {
        let begun = Clock.monotonic()
        var request = request
        if request.path != alertsPath {
            let cleaned = RequestPath.cleaned(request.path)
            if cleaned != request.path, request.method == "GET" {
                return .redirect(to: request.query.isEmpty ? cleaned : "\(cleaned)?\(request.query)", status: 301)
            }
            request.path = cleaned
        }
        guard let endpoint = endpoint(of: request.path) else { return unknown(request) }
        let response: WebResponse
        if endpoint.isAPI {
            if let preflight = preflight(request) { return preflight }
            var answer: WebResponse
            do {
                answer = try await answerAPI(endpoint, request)
            } catch {
                answer = error.response
            }
            ContentRules.addFields(to: &answer, for: request)
            response = answer
        } else if let methods = endpoint.methods, !methods.contains(request.method) {
            response = .refusal(of: request.method, allowed: methods)
        } else {
            response = await answerPlain(endpoint, request)
        }
        return measured(response, of: endpoint, request.method, since: begun)
    }

    private func endpoint(of path: String) -> Endpoint? {
        // By far the most frequent one.
        if path == alertsPath { return .alerts }
        if let endpoint = withoutPrefix(path).flatMap({ Endpoint(path: $0) }) { return endpoint }
        // Paths of the API are compared as sent, all others decoded.
        guard path.contains("%"), let decoded = PercentDecoding.decode(path[...].utf8, plusIsSpace: false) else { return nil }
        return withoutPrefix(decoded).flatMap { Endpoint(path: $0) }.flatMap { $0.isAPI ? nil : $0 }
    }

    /// The path behind the route prefix; nil when it is not below it.
    private func withoutPrefix(_ path: String) -> Substring? {
        guard path.hasPrefix(prefix) else { return nil }
        let rest = path.dropFirst(prefix.count)
        return rest.hasPrefix("/") ? rest : nil
    }

    private func unknown(_ request: WebRequest) -> WebResponse {
        if let elsewhere = redirect(request) { return elsewhere }
        guard let path = withoutPrefix(request.path), path.hasPrefix("/api/v2/") || path == "/api/v2" else {
            return WebResponse(status: 404, text: "404 page not found\n")
        }
        if let preflight = preflight(request) { return preflight }
        var response = RequestError.framework(code: 404, "path \(path) was not found").response
        ContentRules.addFields(to: &response, for: request)
        return response
    }

    /// The answer that sends a browser from `/` to the prefix, from there to the page, whose links need the slash, and from a plain path with
    /// a slash too many to the one without.
    private func redirect(_ request: WebRequest) -> WebResponse? {
        if !prefix.isEmpty, request.path == "/" {
            return request.method == "GET" ? .redirect(to: prefix) : .refusal(of: request.method, allowed: ["GET"])
        }
        if !prefix.isEmpty, request.path == prefix { return request.method == "GET" ? .redirect(to: prefix + "/", status: 301) : nil }
        guard request.path.hasSuffix("/"), let endpoint = endpoint(of: String(request.path.dropLast())), !endpoint.isAPI,
            endpoint.methods?.contains(request.method) == true
        else { return nil }
        return .redirect(to: String(request.path.dropLast()), status: request.method == "GET" ? 301 : 308)
    }

    /// The answer to a browser that asks for another site's page; one that may only read is not told that it may write.
    private func preflight(_ request: WebRequest) -> WebResponse? {
        ContentRules.preflight(request, mayWrite: identity.foreignPage(request) == nil)
    }

    private func answerAPI(_ endpoint: Endpoint, _ request: WebRequest) async throws(RequestError) -> WebResponse {
        if let methods = endpoint.methods, !methods.contains(request.method) {
            throw .methodNotAllowed(request.method, allowed: methods)
        }
        if request.method != "GET", let page = identity.foreignPage(request) {
            throw .handler(status: 403, OperatorError.foreign(page).message)
        }
        try ContentRules.check(request)
        switch endpoint {
        case .alerts where request.method == "POST": return try await postAlerts(request)
        case .alerts: return try getAlerts(QueryParameters(request.query))
        case .alertGroups: return try getAlertGroups(QueryParameters(request.query))
        case .silences where request.method == "POST": return try await postSilence(request.body)
        case .silences: return try getSilences(QueryParameters(request.query))
        case .silence(let id) where request.method == "DELETE": return try await deleteSilence(id)
        case .silence(let id): return try getSilence(id)
        case .receivers: return try getReceivers(QueryParameters(request.query))
        case .status: return getStatus()
        case .page, .healthy, .ready, .reload, .metrics, .runbooks, .runbook, .v1, .operate: throw .empty(status: 404)
        }
    }

    /// Counts and times the answer: one that is streamed when its stream ends.
    private func measured(_ response: WebResponse, of endpoint: Endpoint, _ method: String, since begun: Int64) -> WebResponse {
        let metrics = metrics
        let status = response.status
        @Sendable func note(_ bytes: Int) {
            let seconds = Double(Clock.monotonic() - begun) / 1e9
            metrics.observe(endpoint, method: method, status: status, seconds: seconds, bytes: bytes)
        }
        switch response.body {
        case .bytes(let bytes):
            note(bytes.count)
            return response
        case .stream(let produce):
            var response = response
            response.body = .stream { writer in
                defer { note(writer.byteCount) }
                try await produce(&writer)
            }
            return response
        }
    }
}
