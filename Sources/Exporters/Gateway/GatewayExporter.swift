import Exposition
public import Logging
import Time
public import Transport

/// What Flatnet's Gateway does: requests, connections, upstreams, its registry of containers (reference 5, "Gateway exporter").
public enum GatewayExporter {
    /// The exporter of a Gateway. It reads nothing before it is started or collected; a syslog receiver takes its port at once.
    public static func make(options: GatewayOptions, transport: Transport, log: Logger) throws -> Exporter {
        let registry = MetricRegistry()
        registry.gauge(
            "gateway_exporter_build_info", help: "Version of this exporter; the value is 1.", labels: ["version"]
        ).labels(options.version).set(1)
        registry.addProcessMetrics()

        let address = try GatewayAddress(options)
        let client = GatewayClient(options, over: transport)
        let names = UpstreamNames(options.upstreams)
        let configuration = ConfigurationCollector(
            path: options.nginxConfig.given, names: names, limit: options.requestLimit, registry: registry, log: log)
        let logs = try GatewayLogs(options, names: names, configuration: configuration, registry: registry, log: log)
        var collectors: [any MetricCollector] = [
            HealthCollector(address, client: client, registry: registry, log: log),
            try StubStatusCollector(address, url: options.stubStatusURL, client: client, registry: registry, log: log),
            try APICollector(address, url: options.apiURL, client: client, registry: registry, log: log),
            configuration,
            UpstreamCollector(options, address: address, client: client, configuration: configuration, registry: registry, log: log),
        ]
        collectors += logs.collectors
        return Exporter(name: "gateway", registry: registry, collectors: collectors)
    }
}

/// The Gateway's logs: what counts them, and what receives them.
struct GatewayLogs {
    /// In the order in which they are to be stopped.
    private(set) var collectors: [any MetricCollector] = []

    init(
        _ options: GatewayOptions, names: UpstreamNames, configuration: ConfigurationCollector, registry: MetricRegistry, log: Logger
    ) throws(GatewayOptionsError) {
        let tail = TailOptions(startsAtEnd: !options.fromBeginning)
        let store = options.stateDirectory.given.map(PositionStore.init(directory:))
        let zone = try Self.zone(options.errorLogTimeZone)
        let error = LogCounter(
            log: "error", path: options.errorLog.given, totals: ErrorLogTotals(names: names, zone: zone), options: tail, store: store,
            log: log)
        let syslog = try SyslogCollector(listen: options.syslogListen.given, registry: registry) { message in
            switch message.log {
            case .access: break
            case .error: error.receive(message.line)
            }
        }
        collectors = [syslog]
        collectors.append(ErrorLogCollector(error, configuration: configuration, registry: registry))
    }

    private static func zone(_ name: String) throws(GatewayOptionsError) -> Zone {
        if name.isEmpty || name.lowercased() == "local" { return .local }
        do throws(ZoneError) {
            return try Zone.named(name)
        } catch {
            throw .invalid(
                flag: "gateway.error-log.time-zone", value: name, advice: "\(error); give local, UTC or a name such as Asia/Tokyo")
        }
    }
}

extension String? {
    /// nil also where nothing is given between the quotes.
    var given: String? { flatMap { $0.isEmpty ? nil : $0 } }
}
