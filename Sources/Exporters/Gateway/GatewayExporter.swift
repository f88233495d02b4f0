import Exposition
public import Logging
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

extension String? {
    /// nil also where nothing is given between the quotes.
    var given: String? { flatMap { $0.isEmpty ? nil : $0 } }
}
