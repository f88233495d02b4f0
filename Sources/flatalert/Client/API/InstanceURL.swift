/// Where an instance is: its URL with the prefix of its routes.
struct InstanceURL {
    /// With a scheme, without a trailing slash.
    let text: String

    /// A URL as people write it: the scheme may be missing.
    init(_ given: String) {
        var text = given.contains("://") ? given : "http://\(given)"
        while text.hasSuffix("/") { text.removeLast() }
        self.text = text
    }

    /// Without user and password.
    var shown: String {
        guard let scheme = text.firstRange(of: "://"), let at = text[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
        else {
            return text
        }
        return String(text[..<scheme.upperBound] + text[text.index(after: at)...])
    }

    /// The port it names, or that of its scheme.
    var port: Int {
        let authority = text.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
        let afterHost = authority.lastIndex(of: "]").map { authority[$0...] } ?? authority
        return afterHost.lastIndex(of: ":").flatMap { Int(afterHost[afterHost.index(after: $0)...]) }
            ?? (text.hasPrefix("https:") ? 443 : 80)
    }

    /// Whether it is on this machine by its name.
    var isLocal: Bool {
        let authority = text.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
        let host = authority.split(separator: "@").last ?? ""
        return ["localhost", "127.0.0.1", "[::1]"].contains { host == $0 || host.hasPrefix("\($0):") }
    }
}
