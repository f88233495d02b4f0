public import RE2
import WebServer

/// Whose pages may make a browser change something here through API v2: send alerts, set and end silences (DESIGN 5).
///
/// Programs send no `Origin` and are not meant. Reading is open to every page, as with Alertmanager.
public enum TrustedOrigins: Sendable {
    /// Only this instance's own pages.
    case own
    /// Those too whose origin this matches as a whole, such as `https://karma\\.example\\.com`.
    case matching(RE2Regex)
    /// Every page: what Alertmanager does.
    case all

    func contains(_ origin: String) -> Bool {
        switch self {
        case .own: false
        case .matching(let pattern): pattern.matches(origin)
        case .all: true
        }
    }
}

extension RouterIdentity {
    /// The origin of the page that made a browser send this request; nil when a program did, or a page of this instance, or one that is trusted.
    func foreignPage(_ request: WebRequest) -> String? {
        guard let origin = strangePage(request), !trustedOrigins.contains(origin) else { return nil }
        return origin
    }

    /// The same where only this instance's own pages are trusted.
    func strangePage(_ request: WebRequest) -> String? {
        // Many requests a second come here: those of programs leave first.
        guard let origin = request.headers["Origin"] else { return nil }
        // Browsers set this field themselves, no page can; it holds behind proxies that change the host.
        if request.headers["Sec-Fetch-Site"] == "same-origin" { return nil }
        let lowercased = origin.lowercased()
        if let host = request.headers["Host"]?.lowercased(), lowercased == "http://\(host)" || lowercased == "https://\(host)" {
            return nil
        }
        let external = externalURL.lowercased().split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        return external.joined(separator: "/") == lowercased ? nil : origin
    }
}
