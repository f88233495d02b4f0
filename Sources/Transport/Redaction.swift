/// Takes secrets out of texts that libraries and servers wrote.
struct Redaction: Sendable {
    private var secrets: [String] = []

    /// Remembers a secret. Very short ones are left out: replacing every "a" would ruin the message and hide nothing.
    mutating func add(_ secret: String) {
        guard secret.utf8.count >= 4 else { return }
        secrets.append(secret)
    }

    /// Remembers what is secret about a URL: all of it but scheme, host and port.
    mutating func add(url: String, parts: URLParts) {
        add(url)
        add(parts.rest)
        add(String(parts.rest.prefix { $0 != "?" && $0 != "#" }))
        guard let userInfo = parts.userInfo else { return }
        add(userInfo)
        if let colon = userInfo.firstIndex(of: ":") { add(String(userInfo[userInfo.index(after: colon)...])) }
    }

    /// The text with every secret replaced; longer secrets first, since one may be part of another.
    func clean(_ text: String) -> String {
        secrets.sorted { $0.utf8.count > $1.utf8.count }.reduce(text) { $0.replacing($1, with: "<redacted>") }
    }
}
