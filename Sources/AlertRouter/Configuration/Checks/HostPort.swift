import Labels

/// `host:port` of a mail server (reference 1.3, `smtp_smarthost`), with Go's complaints.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
    /// May be empty. Without the brackets of an IPv6 address.
    public let host: String
    /// Never empty.
    public let port: String

    /// What is wrong with an address.
    struct Fault: Error, CustomStringConvertible {
        let message: String
        var description: String { message }
    }

    /// Parses `host:port`, `[address]:port` or `:port`.
    init(_ text: String) throws(Fault) {
        guard let colon = text.lastIndex(of: ":") else { throw Fault(message: "address \(text): missing port in address") }
        port = String(text[text.index(after: colon)...])
        let before = text[..<colon]
        if before.hasPrefix("[") {
            guard let close = before.firstIndex(of: "]") else { throw Fault(message: "address \(text): missing ']' in address") }
            let rest = before[before.index(after: close)...]
            guard rest.isEmpty else {
                throw Fault(message: "address \(text): \(rest.hasPrefix(":") ? "too many colons" : "missing port") in address")
            }
            host = String(before.dropFirst().dropLast())
        } else {
            guard !before.contains(":") else { throw Fault(message: "address \(text): too many colons in address") }
            host = String(before)
        }
        if let stray = (host + port).first(where: { $0 == "[" || $0 == "]" }) {
            throw Fault(message: "address \(text): unexpected '\(stray)' in address")
        }
        guard !port.isEmpty else { throw Fault(message: "address \(GoQuote.quote(text)): port cannot be empty") }
    }

    /// `host:port`, an IPv6 address in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
