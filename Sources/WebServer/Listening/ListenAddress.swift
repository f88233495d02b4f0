/// One `--web.listen-address`, split.
struct ListenAddress: Hashable {
    /// Empty for every address of the machine; an IPv6 address has no brackets here.
    let host: String
    let port: Int

    /// Splits `HOST:PORT`, `:PORT` and `[IPV6]:PORT`.
    init(_ text: String) throws(WebServerError) {
        guard let colon = text.lastIndex(of: ":") else {
            throw .invalidAddress(text, reason: "the port is missing")
        }
        guard let port = UInt16(text[text.index(after: colon)...]) else {
            throw .invalidAddress(text, reason: "the port must be a number from 0 to 65535")
        }
        var host = text[..<colon]
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .invalidAddress(text, reason: "an IPv6 address needs brackets, as in [::1]:9093")
        }
        self.host = String(host)
        self.port = Int(port)
    }

    /// `HOST:PORT`, an IPv6 host in brackets.
    static func text(host: String, port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
