import Exposition
public import Logging

/// The machine that this program runs on, under node-exporter's names.
public enum HostExporter {
    /// The exporter of a machine. It reads nothing before it is collected but the Windows drives that are remembered.
    public static func make(options: HostOptions, log: Logger) -> Exporter {
        let registry = MetricRegistry()
        registry.gauge(
            "host_exporter_build_info", help: "Version of this exporter; the value is 1.", labels: ["version"]
        ).labels(options.version).set(1)
        registry.addProcessMetrics()
        let outcomes = ScrapeOutcomes(registry)
        let probe = FilesystemProbe(limit: options.filesystemLimit)
        let filesystems = FilesystemCollector(registry: registry, outcomes: outcomes, mountTables: options.places.mountTables, probe: probe)
        return Exporter(name: "host", registry: registry, collectors: [filesystems])
    }
}
