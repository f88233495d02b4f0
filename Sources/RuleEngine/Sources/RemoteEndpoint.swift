/// Where a query API is: the URL in front of `/api/v1`, taken apart so that messages can name it without what is secret.
struct RemoteEndpoint: Sendable, Hashable {
    /// Scheme, authority and path, without a slash at the end.
    private let base: String
    /// With its question mark; empty when there is none. Sent with every request: `?partial_response=false` for Thanos.
    private let query: String
    /// `base` without user and password.
    private let shownBase: String

    /// nil when the text is no `http(s)://HOST…` URL, or has a fragment.
    init?(_ text: String) {
        guard let separator = text.firstRange(of: "://"), ["http", "https"].contains(text[..<separator.lowerBound].lowercased()),
            !text.contains("#"), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else { return nil }
        let queryStart = text.firstIndex(of: "?") ?? text.endIndex
        query = String(text[queryStart...])
        var base = text[..<queryStart]
        guard separator.upperBound <= queryStart else { return nil }
        while base.last == "/", base.endIndex > separator.upperBound { base.removeLast() }
        let rest = base[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard !host.isEmpty, host.first != ":" else { return nil }
        self.base = String(base)
        shownBase =
            String(base[..<separator.upperBound]) + (host.count < authority.count ? "<redacted>@" : "") + host
            + rest.dropFirst(authority.count)
    }

    /// The URL of one call.
    func url(_ call: String) -> String { "\(base)/api/v1/\(call)\(query)" }

    /// The same for messages: without user, password and query string.
    func shown(_ call: String) -> String { "\(shownBase)/api/v1/\(call)" }

    /// The URL as it was configured, for status pages: without user, password and query string.
    var shown: String { shownBase }
}
