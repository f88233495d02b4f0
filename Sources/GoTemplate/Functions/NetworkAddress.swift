import Glibc

/// A host and a port as `host:port` or `[address]:port`, read by the rules of Go's `net.SplitHostPort`.
struct NetworkAddress {
    let host: String
    let port: String

    /// Splits a text; nil when it has no port or more colons than one outside of brackets.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let host = text[..<colon]
        port = String(text[text.index(after: colon)...])
        if text.hasPrefix("[") {
            guard host.hasSuffix("]"), host.firstIndex(of: "]") == host.index(before: host.endIndex) else { return nil }
            self.host = String(host.dropFirst().dropLast())
        } else {
            guard !host.contains(":") else { return nil }
            self.host = String(host)
        }
        guard !self.host.contains("["), !self.host.contains("]"), !port.contains("["), !port.contains("]") else { return nil }
    }

    /// The first label of a host name with the port, if there is one. Addresses stay as they are.
    static func withoutDomain(_ text: String) -> String {
        let address = NetworkAddress(text)
        let host = address?.host ?? text
        if isAddress(host) { return text }
        let name = String(host.prefix { $0 != "." })
        guard let port = address?.port, !port.isEmpty else { return name }
        return name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    }

    private static func isAddress(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }
}
