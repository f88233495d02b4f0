import WebServer

extension API {
    /// Answers one of our own endpoints.
    func answerOperator(_ endpoint: OperatorEndpoint, _ request: WebRequest) async -> WebResponse {
        var response: WebResponse
        do throws(OperatorError) {
            // Only our own pages: nobody else has a page that uses these.
            if !["GET", "HEAD"].contains(request.method), let page = identity.strangePage(request) { throw OperatorError.foreign(page) }
            switch endpoint {
            case .backup: response = try await getBackup()
            case .drill: response = try await postDrill(request)
            case .explain: response = try await getExplanations(QueryParameters(request.query))
            case .heartbeat: response = getHeartbeat()
            case .history: response = try await getHistory(QueryParameters(request.query))
            case .inbox: response = try answerInbox(request)
            case .receivers: response = try await getReceiverList()
            case .testFire: response = try await postTestFire(request)
            }
        } catch {
            response = error.response
        }
        response.headers.append(("Cache-Control", "no-store"))
        return response
    }
}

extension OperatorError {
    /// A page of another site makes a browser write here.
    static func foreign(_ origin: String) -> OperatorError {
        OperatorError(
            status: 403, message: "a page of \(origin) may not do this",
            advice: "open this instance's own page, or use the command line")
    }
}
