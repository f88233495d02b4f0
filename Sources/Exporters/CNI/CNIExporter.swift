import Exposition
public import Logging

/// What Flatnet's CNI plugin does: operations, addresses, the bridge (reference 5, "CNI exporter").
public enum CNIExporter {
    /// The exporter of a host's plugin. It reads nothing before it is started or collected.
    ///
    /// - Throws: `CNIOptionsError` for an option that leads nowhere.
    public static func make(options: CNIOptions, log: Logger) throws -> Exporter {
        try options.check()
        let registry = MetricRegistry()
        registry.gauge(
            "cni_exporter_build_info", help: "Version of this exporter; the value is 1.", labels: ["version"]
        ).labels(options.version).set(1)
        registry.addProcessMetrics()
        let addresses = AddressCollector(registry: registry, options: options, log: log)
        return Exporter(
            name: "cni", registry: registry,
            collectors: [
                EventLogCollector(registry: registry, options: options, log: log), addresses,
                PluginCollector(registry: registry, options: options, addresses: addresses, log: log),
            ])
    }
}
