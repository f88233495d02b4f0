/// A URL that the exporter asks, in the parts that matter to it.
struct GatewayURL: Hashable, Sendable {
    var scheme: String
    var host: String
    /// nil is the scheme's own.
    var explicitPort: UInt16?
    /// Begins with a slash or is empty; never ends with one.
    var path: String

    init(scheme: String = "http", host: String, explicitPort: UInt16? = nil, path: String = "") {
        self.scheme = scheme
        self.host = host
        self.explicitPort = explicitPort
        self.path = path
    }

    /// Reads the value of a flag.
    init(_ text: String, flag: String) throws(GatewayOptionsError) {
        func invalid(_ advice: String) -> GatewayOptionsError { .invalid(flag: flag, value: text, advice: advice) }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw invalid("a URL holds no spaces and letters of ASCII only") }
        guard let separator = text.firstRange(of: "://") else { throw invalid("give a URL such as http://192.168.1.5:80") }
        scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw invalid("the URL must begin with http:// or https://") }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        // No port is 0: it stands for none.
        guard let authority = HostAndPort(rest[..<end], defaultPort: 0) else {
            throw invalid("the part behind :// is not of the form HOST or HOST:PORT")
        }
        host = authority.host
        explicitPort = authority.port > 0 ? authority.port : nil
        path = String(rest[end...])
        while path.hasSuffix("/") { path.removeLast() }
    }

    var port: UInt16 { explicitPort ?? (scheme == "https" ? 443 : 80) }

    /// `SCHEME://HOST[:PORT]`
    var origin: String {
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(bracketed)" + (explicitPort.map { ":\($0)" } ?? "")
    }

    /// As a whole.
    var text: String { origin + path }

    /// The URL of a path below this one.
    func below(_ more: String) -> String { text + more }

    /// The URL of a path on the same host, on the path's port where it says one.
    func at(_ path: GatewayPath) -> String {
        guard let port = path.port else { return origin + path.path }
        return GatewayURL(scheme: scheme, host: host, explicitPort: port, path: path.path).text
    }
}
