import Exposition
import Glibc
import Logging
import NIOConcurrencyHelpers
import Time

/// Whether upstreams can be reached, directly and through the Gateway, and whether their addresses are still WSL2's.
final class UpstreamCollector: MetricCollector {
    /// One series.
    struct Series: Hashable, Sendable {
        enum Way: String, Sendable {
            case direct
            case throughGateway = "via_gateway"
        }

        var upstream: String
        var address: String
        var way: Way
    }

    struct Outcome: Sendable {
        var isUp: Bool
        var duration: TimeSpan
        /// Why it is down.
        var words = ""
    }

    private struct State {
        var outcomes: [Series: Outcome] = [:]
        /// By upstream, in the order of the targets.
        var stale: [(upstream: String, address: String?)] = []
    }

    private let options: GatewayOptions
    private let address: GatewayAddress
    private let client: GatewayClient
    private let configuration: ConfigurationCollector
    private let log: Logger
    private let look = SharedLook()
    private let plain = BoundedLook<[TCPProbe.Outcome]>(name: "upstream probes")
    private let named = BoundedLook<[TCPProbe.Outcome]>(name: "upstream names")
    private let state = NIOLockedValueBox(State())

    init(
        _ options: GatewayOptions, address: GatewayAddress, client: GatewayClient, configuration: ConfigurationCollector,
        registry: MetricRegistry, log: Logger
    ) {
        self.options = options
        self.address = address
        self.client = client
        self.configuration = configuration
        self.log = log
        let labels = ["upstream", "address", "path"]
        registry.collect(
            "flatnet_gateway_upstream_up",
            help:
                "Whether an upstream can be reached: a TCP connection to its address (path direct), or a request through the Gateway that is "
                + "answered with something else than 502, 503 and 504 (path via_gateway; such requests are in the access log).",
            labels: labels
        ) { [state] in Self.samples(state) { $0.isUp ? 1 : 0 } }
        registry.collect(
            "flatnet_gateway_upstream_probe_duration_seconds", help: "How long the last look at an upstream took.", labels: labels
        ) { [state] in Self.samples(state) { $0.duration.seconds } }
        registry.collect(
            "flatnet_gateway_upstream_address_stale",
            help: "Whether an upstream's address has been WSL2's and is no longer: nginx's configuration must be rewritten.",
            labels: ["upstream"]
        ) { [state] in
            state.withLockedValue { $0.stale }.map { MetricSample(labels: [$0.upstream], value: $0.address == nil ? 0 : 1) }
        }
    }

    private static func samples(_ state: NIOLockedValueBox<State>, _ value: (Outcome) -> Double) -> [MetricSample] {
        state.withLockedValue { $0.outcomes }.map { series, outcome in
            MetricSample(labels: [series.upstream, series.address, series.way.rawValue], value: value(outcome))
        }.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
    }

    func collect() async {
        await configuration.collect()
        await look { [self] in
            let targets = UpstreamTargets.all(
                options.upstreams, configuration.configuration, probesVisiblePaths: options.probesVisiblePaths)
            async let direct = probeDirectly(targets)
            async let through = probeThroughGateway(targets)
            let stale = staleAddresses(targets)
            let outcomes = await direct.merging(await through) { first, _ in first }
            let before = state.withLockedValue { state in
                defer { state = State(outcomes: outcomes, stale: stale) }
                return state
            }
            say(outcomes, before.outcomes)
            say(stale: stale, before.stale)
        }
    }

    var sources: [SourceState] {
        let down = state.withLockedValue { $0.outcomes }.filter { !$0.value.isUp }
        return down.sorted { ($0.key.upstream, $0.key.way.rawValue) < ($1.key.upstream, $1.key.way.rawValue) }.map { series, outcome in
            SourceState(
                name: "upstream \(series.upstream)", place: "\(series.address), \(Self.words(series.way))", problem: outcome.words,
                advice: "See whether the service runs and whether nginx's configuration has its address")
        }
    }

    // MARK: Probes

    private func probeDirectly(_ targets: [UpstreamTargets]) async -> [Series: Outcome] {
        let addresses = Array(Set(targets.flatMap(\.addresses)))
        // A name's server may hang for long; addresses need none and must not wait.
        let numeric = addresses.filter { IPv4Address($0.host) != nil || $0.host.contains(":") }
        let names = addresses.filter { !numeric.contains($0) }
        let limit = options.requestLimit
        async let first = Self.connect(numeric, plain, limit)
        async let second = Self.connect(names, named, limit)
        let found = await first.merging(await second) { first, _ in first }
        var outcomes: [Series: Outcome] = [:]
        for target in targets {
            for address in target.addresses {
                let outcome = found[address] ?? .noAnswer
                var duration = limit
                if case .connected(let time) = outcome { duration = time }
                if case .failed = outcome { duration = .zero }
                outcomes[Series(upstream: target.name, address: address.text, way: .direct)] = Outcome(
                    isUp: outcome.isUp, duration: duration, words: outcome.words)
            }
        }
        return outcomes
    }

    /// What came of connections to these; of those that could not be waited for nothing.
    private static func connect(
        _ addresses: [HostAndPort], _ look: BoundedLook<[TCPProbe.Outcome]>, _ limit: TimeSpan
    ) async -> [HostAndPort: TCPProbe.Outcome] {
        guard !addresses.isEmpty else { return [:] }
        let looked = await look.run(limit: limit + .seconds(1)) { TCPProbe.connect(addresses, limit: limit) }
        guard case .success(let outcomes) = looked else { return [:] }
        return Dictionary(zip(addresses, outcomes)) { first, _ in first }
    }

    private func probeThroughGateway(_ targets: [UpstreamTargets]) async -> [Series: Outcome] {
        let url = address.current.url
        return await withTaskGroup(of: (Series, Outcome).self) { group in
            for target in targets.lazy.filter({ $0.path != nil }).prefix(64) {
                guard let path = target.path else { continue }
                let series = Series(upstream: target.name, address: target.joinedAddress, way: .throughGateway)
                group.addTask { (series, await self.ask(url.at(path))) }
            }
            var outcomes: [Series: Outcome] = [:]
            for await (series, outcome) in group { outcomes[series] = outcome }
            return outcomes
        }
    }

    private func ask(_ url: String) async -> Outcome {
        let start = Clock.monotonic()
        let answer = await client.get(url)
        let duration = TimeSpan(nanoseconds: Clock.monotonic() - start)
        switch answer {
        case .success(let page):
            let isUp = !(502...504).contains(page.status)
            return Outcome(isUp: isUp, duration: duration, words: isUp ? "" : "the Gateway answers \(url) with \(page.status)")
        case .failure(let error): return Outcome(isUp: false, duration: duration, words: "GET \(url): \(error)")
        }
    }

    private func staleAddresses(_ targets: [UpstreamTargets]) -> [(upstream: String, address: String?)] {
        let places = options.places
        let stale = StaleAddresses(
            own: places.ownAddresses(), route: DefaultRoute.current(places), isWSL: GatewayAddress.isWSL(places),
            isMirrored: access("\(places.networkDevices)/loopback0", F_OK) == 0)
        return targets.map { target in (target.name, target.addresses.first { stale.isStale($0.host) }?.text) }
    }

    // MARK: Words

    private static func words(_ way: Series.Way) -> String { way == .direct ? "directly" : "through the Gateway" }

    private func say(_ now: [Series: Outcome], _ before: [Series: Outcome]) {
        for (series, outcome) in now.sorted(by: { $0.key.upstream < $1.key.upstream }) where outcome.isUp != (before[series]?.isUp ?? true)
        {
            let place = "\(series.upstream) at \(series.address)"
            if outcome.isUp {
                log.notice("The upstream \(place) can be reached again \(Self.words(series.way))")
            } else {
                log.warning(
                    """
                    The upstream \(place) cannot be reached \(Self.words(series.way)): \(outcome.words). See whether the service runs and \
                    whether nginx's configuration has its address
                    """)
            }
        }
    }

    private func say(stale now: [(upstream: String, address: String?)], _ before: [(upstream: String, address: String?)]) {
        for entry in now {
            let earlier = before.first { $0.upstream == entry.upstream }?.address
            guard earlier != entry.address else { continue }
            if let address = entry.address {
                log.warning(
                    """
                    nginx's configuration has \(address) for the upstream \(entry.upstream), which is not WSL2's address any more: run \
                    update-upstream.sh here, or update-nginx-upstream.ps1 on Windows, and reload nginx
                    """)
            } else {
                log.notice("The address of the upstream \(entry.upstream) is right again")
            }
        }
    }
}
