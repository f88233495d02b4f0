import WebServer

extension API {
    /// What a browser may do with the page: run our script and our style, talk to this instance, and nothing else.
    private static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'"

    /// A file of the status page. It is never cached: a page that is older than its server shows what is not there.
    func answerPage(_ file: PageFile) -> WebResponse {
        WebResponse(
            status: 200,
            headers: [
                ("Content-Type", file.contentType), ("Cache-Control", "no-cache, no-store, must-revalidate"), ("Pragma", "no-cache"),
                ("Expires", "0"), ("Content-Security-Policy", Self.contentSecurityPolicy), ("X-Content-Type-Options", "nosniff"),
                ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ],
            body: .bytes(Array(file.text.utf8)))
    }
}
