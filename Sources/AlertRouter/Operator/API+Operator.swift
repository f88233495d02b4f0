import WebServer

extension API {
    /// Answers one of our own endpoints.
    func answerOperator(_ endpoint: OperatorEndpoint, _ request: WebRequest) async -> WebResponse {
        var response: WebResponse
        do throws(OperatorError) {
            if request.method != "GET" { try refuseForeignOrigin(request) }
            switch endpoint {
            case .backup: response = try await getBackup()
            case .explain: response = try await getExplanations(QueryParameters(request.query))
            case .heartbeat: response = getHeartbeat()
            case .history: response = try await getHistory(QueryParameters(request.query))
            case .receivers: response = try await getReceiverList()
            case .testFire: response = try await postTestFire(request)
            }
        } catch {
            response = error.response
        }
        response.headers.append(("Cache-Control", "no-store"))
        return response
    }

    /// Refuses a write that a page of another site makes a browser send (DESIGN 5). Programs send no `Origin`.
    private func refuseForeignOrigin(_ request: WebRequest) throws(OperatorError) {
        guard let origin = request.headers["Origin"] else { return }
        let host = origin.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first.map(String.init)
        if let host, host.lowercased() == request.headers["Host"]?.lowercased() { return }
        throw OperatorError(
            status: 403, message: "a page of \(origin) may not do this",
            advice: "open this instance's own page, or use the command line")
    }
}
