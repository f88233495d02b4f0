import Runbooks
import WebServer

extension API {
    /// What to do about an alert, in the reader's language: a page for a browser, plain text for everybody else.
    func getRunbook(_ name: String, _ request: WebRequest) -> WebResponse {
        let language = Self.language(of: request)
        guard let text = Runbooks.text(name, language) else {
            let known = Runbooks.names.map { "  \($0)\n" }.joined()
            return WebResponse(status: 404, text: "there is no runbook of this name; there are\n\(known)")
        }
        let isPage = request.headers["Accept"]?.lowercased().contains("text/html") ?? false
        return WebResponse(
            status: 200,
            headers: [
                ("Content-Type", "\(isPage ? "text/html" : "text/plain"); charset=utf-8"), ("Content-Language", language.rawValue),
                ("Vary", "Accept, Accept-Language"), ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"),
                ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
            ],
            body: .bytes(Array((isPage ? RunbookPage.html(text, name: name, language) : text).utf8)))
    }

    /// `?lang=`, else the one that the reader likes best, else English.
    private static func language(of request: WebRequest) -> Runbooks.Language {
        for part in request.query.split(separator: "&") where part.hasPrefix("lang=") {
            if let language = Runbooks.Language(tag: part.dropFirst("lang=".count)) { return language }
        }
        var best: (language: Runbooks.Language, weight: Double)?
        for wish in (request.headers["Accept-Language"] ?? "").split(separator: ",") {
            let parts = wish.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let tag = parts.first, let language = Runbooks.Language(tag: tag) else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        return best?.language ?? .en
    }
}
