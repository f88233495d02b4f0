import Transport

/// Where people reach this machine and this program: what a target's URL shows in place of an address that only means something here.
public struct OutsideAddress: Sendable, Hashable {
    /// Of the program's own address.
    public var scheme: String
    /// The host, with a port where the program has one of its own outside.
    public var authority: String
    /// The port that the program listens on; a local target with this port is the program itself.
    public var ownPort: Int?

    /// The machine under this name.
    public init(scheme: String = "http", authority: String, ownPort: Int? = nil) {
        self.scheme = scheme
        self.authority = authority
        self.ownPort = ownPort
    }

    /// The machine under the name that it calls itself.
    public static var machine: OutsideAddress { OutsideAddress(authority: HostName.own ?? "localhost") }

    /// A target's URL as it works from another machine (`globalUrl`). A URL without a port stays as it is, like one of another host.
    public func globalURL(of url: String) -> String {
        guard let separator = url.firstRange(of: "://") else { return url }
        let rest = url[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard let (host, port) = Self.split(rest[..<end]), ["127.0.0.1", "localhost", "::1"].contains(host) else { return url }
        if let ownPort, port == "\(ownPort)" { return "\(scheme)://\(authority)\(rest[end...])" }
        let name = Self.split(authority[...])?.host ?? authority
        let bracketed = name.contains(":") && !name.hasPrefix("[") ? "[\(name)]" : name
        return "\(url[..<separator.upperBound])\(bracketed):\(port)\(rest[end...])"
    }

    /// Host and port of `host:port` and `[host]:port`; nil when it is neither.
    private static func split(_ authority: Substring) -> (host: String, port: String)? {
        guard let colon = authority.lastIndex(of: ":") else { return nil }
        let port = String(authority[authority.index(after: colon)...])
        let host = authority[..<colon]
        if host.first == "[" {
            guard host.last == "]" else { return nil }
            return (String(host.dropFirst().dropLast()), port)
        }
        return host.contains(":") ? nil : (String(host), port)
    }
}
