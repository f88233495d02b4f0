import Glibc
import Time
import Transport

/// Why the Gateway is not well.
struct HealthFailure: Hashable, Sendable {
    /// The kinds that a graph tells apart.
    enum Reason: String, CaseIterable, Sendable {
        /// The machine is there and nothing listens.
        case refused
        /// Nothing comes back: what is sent is dropped on the way, as firewalls do.
        case blocked
        /// There is no way to the machine.
        case unreachable
        /// It answers, but not with 200.
        case status
        /// A connection comes about and no answer.
        case other
    }

    var reason: Reason
    /// What was found.
    var message: String
    /// What to do.
    var advice: String

    /// What the answer or the error of a request to a URL means; nil when all is well.
    static func of(
        _ result: Result<HTTPResponse, TransportError>, url: GatewayURL, source: GatewayAddress.Source, limit: TimeSpan,
        connecting look: BoundedLook<TCPProbe.Outcome>
    ) async -> HealthFailure? {
        switch result {
        case .success(let answer):
            guard answer.status != 200 else { return nil }
            return HealthFailure(
                reason: .status, message: "GET \(url.below("/health")) was answered with \(answer.status) instead of 200",
                advice:
                    "Something answers there: see whether it is the Gateway's nginx, whether its default server has \"location = /health\", "
                    + "and what its error log says")
        case .failure(.connect):
            // libcurl does not tell why. A connection of our own does, and fails at once as a rule.
            let target = HostAndPort(host: url.host, port: url.port)
            let looked = await look.run(limit: limit + .seconds(1)) { TCPProbe.connect([target], limit: limit).first ?? .noAnswer }
            guard case .success(let outcome) = looked else { return of(.noAnswer, url: url, source: source, limit: limit) }
            return of(outcome, url: url, source: source, limit: limit)
        case .failure(.timeout(_, reachedWire: false)): return of(.noAnswer, url: url, source: source, limit: limit)
        case .failure(.resolve(let text)):
            return HealthFailure(reason: .unreachable, message: text, advice: "Give the Gateway's address with --gateway.url")
        case .failure(let error):
            return HealthFailure(
                reason: .other, message: "GET \(url.below("/health")) got no answer: \(error)",
                advice: "A connection came about: see whether nginx's worker hangs, and what its error log says")
        }
    }

    private static func of(_ outcome: TCPProbe.Outcome, url: GatewayURL, source: GatewayAddress.Source, limit: TimeSpan) -> HealthFailure {
        let place = HostAndPort(host: url.host, port: url.port).text
        switch outcome {
        case .failed(ECONNREFUSED):
            return HealthFailure(
                reason: .refused, message: "the connection to \(place) was refused",
                advice: "The machine is there, but nothing listens on port \(url.port): start nginx "
                    + #"(on Windows: nginx.exe -c F:\flatnet\config\nginx.conf, or the service OpenResty), or see its error log for why it ended"#
            )
        case .noAnswer:
            return HealthFailure(
                reason: .blocked, message: "nothing came back from \(place) within \(limit)",
                advice: "A firewall drops the connection, or the machine is off. On Windows, as administrator in PowerShell: "
                    + "New-NetFirewallRule -DisplayName \"Flatnet Gateway from WSL\" -Direction Inbound -Action Allow -Protocol TCP "
                    + "-LocalPort \(url.port) -RemoteAddress 172.16.0.0/12")
        case .failed(let code):
            let advice: String =
                switch source {
                case .flag: "See whether the address of --gateway.url is still that of the Gateway"
                case .defaultRoute, .unknown: "See whether \"ip route show default\" names Windows, or give the address with --gateway.url"
                case .mirrored, .local: "Give the Gateway's address with --gateway.url"
                }
            return HealthFailure(
                reason: .unreachable, message: "there is no way to \(place): \(String(cString: strerror(code)))", advice: advice)
        case .unknownName:
            return HealthFailure(
                reason: .unreachable, message: "the name \(url.host) is not known", advice: "Give the Gateway's address with --gateway.url")
        case .connected:
            return HealthFailure(
                reason: .other, message: "the connection to \(place) failed and came about a moment later",
                advice: "See whether nginx is being restarted, and what its error log says")
        }
    }
}
