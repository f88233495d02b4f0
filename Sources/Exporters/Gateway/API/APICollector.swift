import Exposition
import Logging
import NIOConcurrencyHelpers
import Transport

/// The Gateway's registry of containers, its links to other hosts and their health, as its API tells. Nothing but GETs is sent: the
/// API's POSTs change things.
final class APICollector: MetricCollector {
    /// What is asked.
    private enum Endpoint: String, CaseIterable, Sendable {
        case containers
        case status
        case states = "escalation_states"

        var path: String {
            switch self {
            case .containers: "/api/containers"
            case .status: "/api/status"
            case .states: "/api/escalation/states"
            }
        }
    }

    private struct State {
        var containers: [String: Int]?
        var status = GatewayAPI.Status()
        var latencies: [IPv4Address: Double] = [:]
        var isUp: [Endpoint: Bool] = [:]
    }

    private static let maximumBytes = 1 << 20

    /// nil where it is switched off.
    private let url: (@Sendable () -> GatewayURL)?
    private let client: GatewayClient
    private let monitor: SourceMonitor
    private let look = SharedLook()
    private let state = NIOLockedValueBox(State())

    init(_ address: GatewayAddress, url given: String?, client: GatewayClient, registry: MetricRegistry, log: Logger)
        throws(GatewayOptionsError)
    {
        switch given {
        case nil: url = { GatewayURL(host: address.current.url.host, explicitPort: 8080) }
        case "": url = nil
        case let given?:
            let fixed = try GatewayURL(given, flag: "gateway.api-url")
            url = { fixed }
        }
        self.client = client
        monitor = SourceMonitor("Gateway's API", place: url?().text ?? "", log: log)
        registerHealth(in: registry)
        registerRegistry(in: registry)
        registerLinks(in: registry)
    }

    func collect() async {
        guard let url = url?() else { return }
        await look { [self] in
            let problems = await withTaskGroup(of: (Endpoint, SourceProblem?).self) { group in
                for endpoint in Endpoint.allCases { group.addTask { (endpoint, await self.read(endpoint, url)) } }
                var problems: [Endpoint: SourceProblem] = [:]
                for await (endpoint, problem) in group { problems[endpoint] = problem }
                return problems
            }
            state.withLockedValue { state in
                for endpoint in Endpoint.allCases { state.isUp[endpoint] = problems[endpoint] == nil }
            }
            // One line says it all where all fail alike.
            monitor.report(Endpoint.allCases.lazy.compactMap { problems[$0] }.first, place: url.text)
        }
    }

    var sources: [SourceState] { url == nil ? [] : [monitor.source] }

    // MARK: Reading

    private func read(_ endpoint: Endpoint, _ url: GatewayURL) async -> SourceProblem? {
        let place = url.below(endpoint.path)
        switch await client.get(place, maximumBytes: Self.maximumBytes, policy: .whole) {
        case .success(let answer) where answer.status == 200:
            do throws(GatewayAPI.Unreadable) {
                try take(endpoint, answer.body)
                return nil
            } catch {
                return SourceProblem(
                    kind: "form", message: "the answer to GET \(place) does not read: \(error)",
                    advice: "See whether --gateway.api-url is the Gateway's API")
            }
        case .success(let answer):
            return SourceProblem(
                kind: "\(endpoint.rawValue) \(answer.status)", message: "GET \(place) was answered with \(answer.status)",
                advice: Self.advice(answer.status))
        case .failure(let error):
            return SourceProblem(
                kind: "error", message: "GET \(place): \(error)",
                advice: "See whether the Gateway runs and listens there; where it has no API, switch this off with --gateway.api-url=")
        }
    }

    private static func advice(_ status: Int) -> String {
        switch status {
        case 403:
            "The API admits some addresses only: add one \"allow\" line for this machine's address (of WSL2: 172.16.0.0/12) to its server block and "
                + "reload nginx"
        case 404:
            #"nginx does not find the handler: copy config\lualib\flatnet to openresty\lualib\flatnet, or see whether --gateway.api-url is right"#
        case 500...599: "nginx's error log says why; often Lua's module resty.http is missing"
        default: "See whether --gateway.api-url is the Gateway's API"
        }
    }

    /// Takes what an answer tells in place of what was known; what it does not tell stays.
    private func take(_ endpoint: Endpoint, _ body: [UInt8]) throws(GatewayAPI.Unreadable) {
        switch endpoint {
        case .containers:
            let counts = try GatewayAPI.containers(body)
            state.withLockedValue { state in
                // A host that was seen goes to zero instead of away.
                let before = (state.containers ?? [:]).mapValues { _ in 0 }
                state.containers = counts.merging(before.prefix(GatewayAPI.maximumLabels).map { ($0.key, $0.value) }) { now, _ in now }
            }
        case .status:
            let new = try GatewayAPI.status(body)
            state.withLockedValue { state in
                let old = state.status
                state.status = GatewayAPI.Status(
                    indexEntries: new.indexEntries ?? old.indexEntries, freeBytes: new.freeBytes ?? old.freeBytes,
                    capacityBytes: new.capacityBytes ?? old.capacityBytes, peers: new.peers ?? old.peers, hostID: new.hostID ?? old.hostID,
                    isHealthcheckEnabled: new.isHealthcheckEnabled ?? old.isHealthcheckEnabled,
                    connections: new.connections ?? old.connections, failures: new.failures ?? old.failures)
            }
        case .states:
            let latencies = try GatewayAPI.latencies(body)
            state.withLockedValue { $0.latencies = latencies }
        }
    }

    // MARK: Metrics

    private func registerHealth(in registry: MetricRegistry) {
        let isOn = url != nil
        registry.collect(
            "flatnet_gateway_api_up",
            help: "Whether all that is asked of the Gateway's API is answered; the rest shows the last good answers."
        ) { [state] in
            guard isOn else { return [] }
            let isUp = state.withLockedValue { state in Endpoint.allCases.allSatisfy { state.isUp[$0] == true } }
            return [MetricSample(value: isUp ? 1 : 0)]
        }
        registry.collect(
            "flatnet_gateway_api_endpoint_up", help: "Whether a part of the Gateway's API answers.", labels: ["endpoint"]
        ) { [state] in
            guard isOn else { return [] }
            return state.withLockedValue { state in
                Endpoint.allCases.map { MetricSample(labels: [$0.rawValue], value: state.isUp[$0] == true ? 1 : 0) }
            }
        }
    }

    private func registerRegistry(in registry: MetricRegistry) {
        registry.collect(
            "flatnet_gateway_registry_containers",
            help:
                "Containers in the registry's list by the host that registered them. An entry vanishes after its life, the container need not.",
            labels: ["host_id"]
        ) { [state] in
            state.withLockedValue { state in
                guard var counts = state.containers else { return [] }
                if let own = state.status.hostID, counts[own] == nil { counts[own] = 0 }
                return counts.sorted { $0.key < $1.key }.map { MetricSample(labels: [$0.key], value: Double($0.value)) }
            }
        }
        show(
            registry, "flatnet_gateway_registry_index_entries",
            "Entries of the registry's index, which are not removed when their container's entry ends."
        ) { $0.indexEntries }
        show(registry, "flatnet_gateway_registry_free_bytes", "Free bytes of the registry's memory.") { $0.freeBytes }
        show(registry, "flatnet_gateway_registry_capacity_bytes", "Bytes of the registry's memory.") { $0.capacityBytes }
    }

    private func registerLinks(in registry: MetricRegistry) {
        registry.collect(
            "flatnet_gateway_escalation_connections", help: "Connections to other hosts' containers by the state of their escalation.",
            labels: ["state"]
        ) { [state] in
            let connections = state.withLockedValue { $0.status.connections } ?? [:]
            return GatewayAPI.EscalationState.allCases.map { MetricSample(labels: [$0.rawValue], value: connections[$0] ?? 0) }
        }
        let bounded = " At most \(GatewayAPI.maximumLabels) addresses."
        registry.collect(
            "flatnet_gateway_p2p_latency_seconds", help: "Latency of the direct way to a container of another host." + bounded,
            labels: ["ip"]
        ) { [state] in Self.samples(state.withLockedValue { $0.latencies }) }
        registry.collect(
            "flatnet_gateway_p2p_consecutive_failures",
            help: "Health checks of the direct way to a container of another host that failed in a row." + bounded, labels: ["ip"]
        ) { [state] in Self.samples(state.withLockedValue { $0.status.failures } ?? [:]) }
        show(registry, "flatnet_gateway_sync_peers", "Other Gateways that the registry is shared with.") { $0.peers }
        show(registry, "flatnet_gateway_healthcheck_enabled", "Whether the Gateway checks the direct ways' health.") {
            $0.isHealthcheckEnabled.map { $0 ? 1 : 0 }
        }
    }

    private static func samples(_ numbers: [IPv4Address: Double]) -> [MetricSample] {
        numbers.sorted { $0.key.bits < $1.key.bits }.map { MetricSample(labels: [$0.key.description], value: $0.value) }
    }

    /// A number of the status, from the first time that it is told.
    private func show(
        _ registry: MetricRegistry, _ name: String, _ help: String, _ value: @escaping @Sendable (GatewayAPI.Status) -> Double?
    ) {
        registry.collect(name, help: help) { [state] in
            value(state.withLockedValue { $0.status }).map { [MetricSample(value: $0)] } ?? []
        }
    }
}
