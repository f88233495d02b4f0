import CPlatform
import Exposition
public import Time

/// Filesystems under node-exporter's names: `node_filesystem_size_bytes` and its kin, for the disk rules.
///
/// Beside node-exporter 1.5 there are these differences: the root is told even where it is a container's overlay, so that a host is never without
/// it; escaped characters of devices are decoded as those of mount points are (`C:\` rather than `C:\134`); sizes are counted in fragments, as
/// df does; and of several mounts on one place only the last is told, the one that can be seen.
public struct FilesystemCollector: Sendable {
    /// What can be set.
    public struct Options: Sendable {
        /// The kernel's mount table; the first file that can be read counts. That of the first process comes first: it is the machine's own, not
        /// what a service manager made of it for this service.
        public var mountTables = ["/proc/1/mountinfo", "/proc/self/mountinfo"]
        /// How long a file system may take to answer.
        public var limit = TimeSpan.seconds(5)

        /// The defaults.
        public init() {}
    }

    private let options: Options
    private let probe: FilesystemProbe

    /// A collector over this machine's mounts.
    public init(options: Options = Options()) {
        self.init(options: options, probe: FilesystemProbe(limit: options.limit))
    }

    init(options: Options, probe: FilesystemProbe) {
        self.options = options
        self.probe = probe
    }

    /// The mount points that are told now, in the order of the mount table; empty when there is none to be read.
    public func mountpoints() -> [String] { mounts()?.map(\.mountpoint) ?? [] }

    /// The text of one scrape. Takes no longer than the limit, whatever a file system does: one that does not answer has
    /// `node_filesystem_device_error` 1 and nothing else.
    public func exposition() async -> [UInt8] {
        let mounts = mounts()
        let outcomes = await probe.outcomes(of: (mounts ?? []).map(\.mountpoint))
        return Self.text(Array(zip(mounts ?? [], outcomes)), isComplete: mounts != nil)
    }

    private func mounts() -> [Mount]? { MountTable(files: options.mountTables)?.mounts.filter(FilesystemFilter.tells) }

    // MARK: Text

    private typealias Filesystem = (mount: Mount, outcome: FilesystemProbe.Outcome)

    private static func text(_ filesystems: [Filesystem], isComplete: Bool) -> [UInt8] {
        let registry = MetricRegistry()
        registry.collect(
            "node_scrape_collector_success", help: "Whether the collector could read the mount table.", labels: ["collector"]
        ) { [MetricSample(labels: ["filesystem"], value: isComplete ? 1 : 0)] }
        func family(_ name: String, _ help: String, _ value: @escaping @Sendable (Mount, cplatform_space) -> Double) {
            let samples = filesystems.compactMap { mount, outcome -> MetricSample? in
                guard case .measured(let space) = outcome else { return nil }
                return sample(of: mount, value(mount, space))
            }
            registry.collect("node_filesystem_" + name, help: help, labels: labels) { samples }
        }
        family("avail_bytes", "Filesystem space available to non-root users in bytes.") { $1.available }
        family("free_bytes", "Filesystem free space in bytes.") { $1.free }
        family("size_bytes", "Filesystem size in bytes.") { $1.size }
        family("files", "Filesystem total file nodes.") { Double($1.files) }
        family("files_free", "Filesystem total free file nodes.") { Double($1.files_free) }
        family("readonly", "Filesystem read-only status.") { mount, _ in mount.isReadOnly ? 1 : 0 }
        let errors = filesystems.map { mount, outcome in
            if case .measured = outcome { return sample(of: mount, 0) }
            return sample(of: mount, 1)
        }
        registry.collect(
            "node_filesystem_device_error", help: "Whether the device did not answer in time, or with an error.", labels: labels
        ) { errors }
        return registry.render()
    }

    private static let labels = ["device", "fstype", "mountpoint"]

    private static func sample(of mount: Mount, _ value: Double) -> MetricSample {
        MetricSample(labels: [mount.device, mount.type, mount.mountpoint], value: value)
    }
}
