import Exposition
import JSON
import WebServer

/// What is not part of API v2 (reference 3.1).
extension API {
    func answerPlain(_ endpoint: Endpoint, _ request: WebRequest) async -> WebResponse {
        switch endpoint {
        case .page(let file): return answerPage(file)
        case .healthy, .ready: return request.method == "HEAD" ? WebResponse(status: 200) : WebResponse(status: 200, text: "OK")
        case .reload:
            if let page = identity.foreignPage(request) {
                return WebResponse(status: 403, text: OperatorError.foreign(page).message + "\n")
            }
            guard let problem = await access.reload() else { return WebResponse(status: 200) }
            return WebResponse(status: 500, text: "failed to reload config: \(problem)\n")
        case .metrics:
            let page = access.metrics.registry.page(accept: request.headers["Accept"], acceptEncoding: request.headers["Accept-Encoding"])
            return WebResponse(status: page.status, headers: page.headers, body: .bytes(page.body))
        case .runbooks: return listRunbooks(request)
        case .runbook(let name): return getRunbook(name, request)
        case .v1: return .gone
        case .operate(let endpoint): return await answerOperator(endpoint, request)
        case .status, .receivers, .alerts, .alertGroups, .silences, .silence: return .notFound
        }
    }
}

extension WebResponse {
    static var notFound: WebResponse { WebResponse(status: 404, text: "404 page not found\n") }

    /// The answer to a method that a plain path does not know: OPTIONS asks which it does, others are refused.
    static func refusal(of method: String, allowed: [String]) -> WebResponse {
        var response = method == "OPTIONS" ? WebResponse(status: 200) : WebResponse(status: 405, text: "Method Not Allowed\n")
        response.headers.append(("Allow", (allowed + ["OPTIONS"]).sorted().joined(separator: ", ")))
        return response
    }

    static func redirect(to location: String, status: Int = 302) -> WebResponse {
        let word = status == 302 ? "Found" : status == 301 ? "Moved Permanently" : "Permanent Redirect"
        return WebResponse(
            status: status, headers: [("Location", location), ("Content-Type", "text/html; charset=utf-8")],
            body: .bytes(Array("<a href=\"\(location.htmlEscaped)\">\(word)</a>.\n\n".utf8)))
    }

    /// The answer on the paths of the first API.
    static var gone: WebResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("status")
        json.string("deprecated")
        json.key("error")
        json.string("API v1 was removed; use the same path under /api/v2")
        json.endObject()
        return .json(json, status: 410)
    }
}
