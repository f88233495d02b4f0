import Labels

/// `host:port` of a mail server (reference 1.3, `smtp_smarthost`), with Go's complaints.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
    /// May be empty. Without the brackets of an IPv6 address.
    public let host: String
    /// Never empty.
    public let port: String

    /// Stands for an address that could not be read.
    static let unset = HostPort(host: "", port: "")

    private init(host: String, port: String) {
        self.host = host
        self.port = port
    }

    /// What is wrong with an address.
    struct Fault: Error, CustomStringConvertible {
        let message: String
        var description: String { message }
    }

    /// Parses `host:port`, `[address]:port` or `:port`.
    init(_ text: String) throws(Fault) {
        guard let colon = text.lastIndex(of: ":") else { throw Fault(message: "address \(text): missing port in address") }
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { throw Fault(message: "address \(text): missing ']' in address") }
            let rest = text[text.index(after: close)...]
            guard rest.hasPrefix(":") else { throw Fault(message: "address \(text): missing port in address") }
            guard rest.startIndex == colon else { throw Fault(message: "address \(text): too many colons in address") }
            host = String(text[..<close].dropFirst())
        } else {
            guard !text[..<colon].contains(":") else { throw Fault(message: "address \(text): too many colons in address") }
            host = String(text[..<colon])
        }
        port = String(text[text.index(after: colon)...])
        if let stray = (host + port).first(where: { $0 == "[" || $0 == "]" }) {
            throw Fault(message: "address \(text): unexpected '\(stray)' in address")
        }
        guard !port.isEmpty else { throw Fault(message: "address \(GoQuote.quote(text)): port cannot be empty") }
    }

    /// `host:port`, an IPv6 address in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
