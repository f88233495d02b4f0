import ClientConfiguration
import Transport

/// A host with its port, as far as a URL or an address names them.
struct NamedHost: Hashable, CustomStringConvertible {
    /// Without the brackets of an IPv6 address.
    var name: String
    /// Empty when the scheme decides.
    var port = ""

    /// The host of a URL; nil when it has none, or when a template makes it.
    init?(url: String) {
        guard let parsed = try? WebURL(url), !parsed.host.isEmpty, !parsed.host.contains("{{") else { return nil }
        let authority = parsed.host
        let nameEnd = authority.hasPrefix("[") ? authority.firstIndex(of: "]") ?? authority.endIndex : authority.startIndex
        let colon = authority[nameEnd...].lastIndex(of: ":") ?? authority.endIndex
        name = authority[..<colon].filter { $0 != "[" && $0 != "]" }
        port = String(authority[colon...].dropFirst())
    }

    /// The host of an address; nil when it names none, which means this machine.
    init?(_ address: HostPort) {
        guard !address.host.isEmpty else { return nil }
        (name, port) = (address.host, address.port)
    }

    var description: String {
        let host = name.contains(":") ? "[\(name)]" : name
        return port.isEmpty ? host : "\(host):\(port)"
    }
}

extension IntegrationConfiguration {
    /// How people and metrics call it, such as `slack[0]`.
    var label: String { "\(kind)[\(index)]" }

    /// The host that messages go to; nil when it is not known before there is a message, or cannot be read.
    var host: NamedHost? {
        switch self {
        case .webhook(let webhook): (try? webhook.url.current().get()).flatMap { NamedHost(url: $0) }
        case .email(let email): NamedHost(email.smarthost)
        case .slack(let slack):
            switch slack.target {
            case .webhook(let source): (try? source.current().get()).flatMap { NamedHost(url: $0) }
            case .app(_, let url): NamedHost(url: url)
            }
        }
    }

    /// Where messages go, free of secrets: a channel, a mail server, a host.
    ///
    /// - Parameter channel: What the template of a Slack channel became; nil before there is a message.
    func place(channel: String? = nil) -> String {
        switch self {
        case .email(let email): return email.smarthost.description
        case .webhook: return host?.description ?? "a host that is not known yet"
        case .slack(let slack):
            let name = channel ?? (slack.channel.contains("{{") ? "" : slack.channel)
            return name.isEmpty ? host?.description ?? "Slack" : name
        }
    }

    /// The hosts whose addresses this machine must find. Behind a proxy that is the proxy's; a proxy of the environment is left to it.
    var hostsToFind: [NamedHost] {
        let proxy: ProxyOptions
        switch self {
        case .email: return host.map { [$0] } ?? []
        case .webhook(let webhook): proxy = webhook.http.options.proxy
        case .slack(let slack): proxy = slack.http.options.proxy
        }
        if proxy.fromEnvironment { return [] }
        if let url = proxy.url, !url.isEmpty { return NamedHost(url: url).map { [$0] } ?? [] }
        return host.map { [$0] } ?? []
    }
}
