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
        return Exporter(name: "gateway", registry: registry, collectors: [])
    }
}
