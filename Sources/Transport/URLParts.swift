/// The pieces of an absolute URL that decide where a request goes, without decoding them.
struct URLParts {
    let scheme: String
    let userInfo: String?
    /// The host; an IPv6 address without its brackets.
    let host: String
    let explicitPort: Int?
    /// Path, query and fragment.
    let rest: String

    var port: Int { explicitPort ?? (scheme == "https" ? 443 : 80) }

    /// The host in the form that URLs and CONNECT lines use.
    var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

    /// `host[:port]` as the Host field has it.
    var authority: String { explicitPort.map { "\(bracketedHost):\($0)" } ?? bracketedHost }

    /// nil when the text is not `scheme://host…`.
    init?(_ text: String) {
        guard let separator = text.firstRange(of: "://") else { return nil }
        scheme = text[..<separator.lowerBound].lowercased()
        let afterScheme = text[separator.upperBound...]
        let end = afterScheme.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? afterScheme.endIndex
        var authority = afterScheme[..<end]
        rest = String(afterScheme[end...])
        if let at = authority.lastIndex(of: "@") {
            userInfo = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        } else {
            userInfo = nil
        }
        let portText: Substring
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<close])
            portText = authority[authority.index(after: close)...]
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = String(authority[..<colon])
            portText = authority[colon...]
        }
        if portText.isEmpty || portText == ":" {
            explicitPort = nil
        } else {
            guard portText.first == ":", let number = Int(portText.dropFirst()), (1...65535).contains(number) else { return nil }
            explicitPort = number
        }
        guard !host.isEmpty else { return nil }
    }
}
