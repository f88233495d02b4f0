import Exposition
import Logging
import NIOConcurrencyHelpers

/// Whether the Gateway answers, where it is, and why it does not.
final class HealthCollector: MetricCollector {
    private struct State {
        var isKnown = false
        var failure: HealthFailure?
    }

    private let address: GatewayAddress
    private let client: GatewayClient
    private let log: Logger
    private let look = SharedLook()
    private let connection = BoundedLook<TCPProbe.Outcome>(name: "gateway health")
    private let state = NIOLockedValueBox(State())

    init(_ address: GatewayAddress, client: GatewayClient, registry: MetricRegistry, log: Logger) {
        self.address = address
        self.client = client
        self.log = log
        registry.collect("nginx_up", help: "Whether GET /health of the Gateway is answered with 200.") { [state] in
            state.withLockedValue { $0.isKnown && $0.failure == nil ? 1 : 0 }
        }
        registry.collect(
            "flatnet_gateway_health_failure",
            help: "Why nginx_up is 0: refused, blocked (nothing comes back, as with a firewall), unreachable, status (an answer other than "
                + "200) or other. At most one is 1.", labels: ["reason"]
        ) { [state] in
            let reason = state.withLockedValue { $0.failure?.reason }
            return HealthFailure.Reason.allCases.map { MetricSample(labels: [$0.rawValue], value: $0 == reason ? 1 : 0) }
        }
        registry.collect(
            "flatnet_gateway_address_info",
            help:
                "Where the Gateway is looked for; the value is 1. The source is flag, default_route (WSL2 in NAT mode), mirrored, local or "
                + "unknown.", labels: ["address", "source"]
        ) {
            let found = address.current
            return [MetricSample(labels: [found.url.origin, found.source.rawValue], value: 1)]
        }
    }

    func collect() async {
        await look { [self] in
            var found = address.current
            var failure = await probe(found)
            if failure != nil, address.lookAgain() {
                let before = found
                found = address.current
                log.notice(
                    "The Gateway did not answer at \(before.url.origin) and is looked for at \(found.url.origin) from now on",
                    metadata: ["source": .string(found.source.rawValue)])
                failure = await probe(found)
            }
            let earlier = state.withLockedValue { state in
                defer { state = State(isKnown: true, failure: failure) }
                return state
            }
            say(failure, earlier, found)
        }
    }

    private func probe(_ found: GatewayAddress.Found) async -> HealthFailure? {
        let answer = await client.get(found.url.below("/health"), followsRedirects: true)
        return await HealthFailure.of(answer, url: found.url, source: found.source, limit: client.limit, connecting: connection)
    }

    private func say(_ failure: HealthFailure?, _ earlier: State, _ found: GatewayAddress.Found) {
        let metadata: Logger.Metadata = ["address": .string(found.url.origin), "source": .string(found.source.rawValue)]
        if let failure {
            guard failure.reason != earlier.failure?.reason else { return }
            log.warning(
                "The Gateway is not well: \(failure.message). \(failure.advice)",
                metadata: metadata.merging(["reason": .string(failure.reason.rawValue)]) { $1 })
        } else if earlier.failure != nil {
            log.notice("The Gateway answers again", metadata: metadata)
        }
    }

    var sources: [SourceState] {
        let failure = state.withLockedValue { $0.failure }
        return [
            SourceState(
                name: "Gateway", place: address.current.url.below("/health"), problem: failure?.message, advice: failure?.advice ?? "")
        ]
    }
}
