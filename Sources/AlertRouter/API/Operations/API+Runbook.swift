import Exposition
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
        return Self.answer(request, language, page: RunbookPage.html(text, name: name, language), text: text)
    }

    /// What there is, by title.
    func listRunbooks(_ request: WebRequest) -> WebResponse {
        // The page's links lead on from here.
        guard request.path.hasSuffix("/") else { return .redirect(to: "runbook/" + (request.query.isEmpty ? "" : "?\(request.query)")) }
        let language = Self.language(of: request)
        let titles = Runbooks.names.map { (Runbooks.title($0, language) ?? $0) + "\n" }
        return Self.answer(request, language, page: RunbookPage.list(language), text: titles.joined())
    }

    /// The page for whoever names HTML among what it takes, else the text.
    private static func answer(_ request: WebRequest, _ language: Runbooks.Language, page: String, text: String) -> WebResponse {
        let isPage = request.headers[all: "Accept"].flatMap(HeaderElement.list).contains { $0.name == "text/html" && $0.quality > 0 }
        return WebResponse(
            status: 200,
            headers: [
                ("Content-Type", "\(isPage ? "text/html" : "text/plain"); charset=utf-8"), ("Content-Language", language.rawValue),
                ("Vary", "Accept, Accept-Language"), ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"),
                ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
            ],
            body: .bytes(Array((isPage ? page : text).utf8)))
    }

    /// `?lang=`, else the one that the reader likes best, else English.
    private static func language(of request: WebRequest) -> Runbooks.Language {
        for part in request.query.split(separator: "&") where part.hasPrefix("lang=") {
            if let language = Runbooks.Language(tag: part.dropFirst("lang=".count)) { return language }
        }
        var best: (language: Runbooks.Language, weight: Double)?
        for wish in request.headers[all: "Accept-Language"].flatMap(HeaderElement.list) {
            guard let language = Runbooks.Language(tag: wish.name) else { continue }
            if wish.quality > best?.weight ?? 0 { best = (language, wish.quality) }
        }
        return best?.language ?? .en
    }
}
