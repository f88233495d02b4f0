/// Whether the people who read a message can open its links.
public enum ExternalURLCheck {
    /// What speaks against an external URL; nil when nothing does.
    ///
    /// - Parameter resolves: Whether a name has an address; may take seconds. Asked only for names without a dot.
    public static func problem(of url: String, resolves: (String) -> Bool) -> Problem? {
        guard let host = NamedHost(url: url) else { return nil }
        let name = host.name.lowercased()
        let reason: String
        if name == "localhost" || name.hasSuffix(".localhost") || name.hasPrefix("127.") || name == "::1" {
            reason = "\(host.name) is every reader's own machine"
        } else if name == "0.0.0.0" || name == "::" {
            reason = "\(host.name) is no address that can be opened"
        } else if name.count == 12, name.allSatisfy(\.isHexDigit) {
            reason = "\(host.name) looks like the id of a container, which nobody outside knows"
        } else if !name.contains("."), !name.contains(":"), !resolves(host.name) {
            reason = "the name \(host.name) is not known, not even here"
        } else {
            return nil
        }
        return Problem(
            "links in messages point to \(url): \(reason)",
            advice: "set --web.external-url to what people type to reach this instance")
    }
}
