import Exposition
public import Logging

/// The machine that this program runs on, under the names that Debian's node-exporter 1.5 has for the same.
///
/// Its collectors are those of node-exporter that dashboards and rules of a host ask for: cpu, diskstats, filesystem, loadavg, meminfo, netclass
/// (three families of it), netdev, stat, time and uname.
public enum HostExporter {
    /// The exporter of a machine. Before it is collected it reads nothing but what it remembers of Windows drives, and where they belong.
    public static func make(options: HostOptions, log: Logger) -> Exporter {
        let registry = MetricRegistry()
        registry.gauge(
            "host_exporter_build_info", help: "Version of this exporter; the value is 1.", labels: ["version"]
        ).labels(options.version).set(1)
        registry.addProcessMetrics()
        let outcomes = ScrapeOutcomes(registry)
        let places = options.places
        let kernel = KernelCollector(
            registry: registry, outcomes: outcomes,
            sources: [
                StatSource(proc: places.proc), MemorySource(proc: places.proc, registry: registry), LoadSource(proc: places.proc),
                TimeSource(), NameSource(),
                DiskSource(proc: places.proc, limit: DeviceLimit("disks", maximum: options.maximumDevices, log: log)),
                TrafficSource(
                    tables: places.networkTables, limit: DeviceLimit("network devices", maximum: options.maximumDevices, log: log)),
                NetworkClassSource(
                    directories: places.networkClasses, tables: places.networkTables,
                    limit: DeviceLimit("network devices in /sys", maximum: options.maximumDevices, log: log)),
            ])
        let filesystems = FilesystemCollector(
            options: options, registry: registry, outcomes: outcomes,
            required: RequiredMounts(options: options, drives: WindowsDrives(places: places), log: log))
        return Exporter(name: "host", registry: registry, collectors: [kernel, filesystems])
    }
}
