import CPlatform
import Exposition
import NIOConcurrencyHelpers
import Time

/// Filesystems under node-exporter's names: `node_filesystem_size_bytes` and its kin, for the disk rules.
///
/// Beside node-exporter 1.5 there are these differences: the root is told even where it is a container's overlay, so that a host is never without
/// it; escaped characters of devices are decoded as those of mount points are (`C:\` rather than `C:\134`); sizes are counted in fragments, as
/// df does; and of several mounts on one place only the last is told, the one that can be seen.
public final class FilesystemCollector: MetricCollector {
    private let mountTables: [String]
    private let probe: FilesystemProbe
    private let outcomes: ScrapeOutcomes
    private let board: SampleBoard
    private let registry: MetricRegistry
    private let isReadable = NIOLockedValueBox(true)

    /// A collector over this machine's mounts with a page of its own.
    public convenience init() {
        let registry = MetricRegistry()
        self.init(
            registry: registry, outcomes: ScrapeOutcomes(registry), mountTables: HostOptions.Places().mountTables,
            probe: FilesystemProbe(limit: .seconds(5)))
    }

    init(registry: MetricRegistry, outcomes: ScrapeOutcomes, mountTables: [String], probe: FilesystemProbe) {
        self.mountTables = mountTables
        self.probe = probe
        self.outcomes = outcomes
        self.registry = registry
        board = SampleBoard(registry, Self.families)
    }

    /// The mount points that are told now, in the order of the mount table; empty when there is none to be read.
    func mountpoints() -> [String] { mounts()?.map(\.mountpoint) ?? [] }

    /// The text of one scrape.
    public func exposition() async -> [UInt8] {
        await collect()
        return registry.render()
    }

    /// Asks all file systems. Takes no longer than the limit, whatever a file system does: one that does not answer has
    /// `node_filesystem_device_error` 1 and nothing else.
    public func collect() async {
        let start = Clock.monotonic()
        let found = mounts()
        let mounts = found ?? []
        let answers = await probe.outcomes(of: mounts.map(\.mountpoint))
        board.show(Self.samples(Array(zip(mounts, answers))))
        isReadable.withLockedValue { $0 = found != nil }
        outcomes.note("filesystem", since: start, succeeded: found != nil)
    }

    /// The mount table.
    public var sources: [SourceState] {
        let problem = isReadable.withLockedValue { $0 } ? nil : "none of these mount tables can be read"
        return [SourceState(name: "mount table", place: mountTables.joined(separator: ", "), problem: problem)]
    }

    private func mounts() -> [Mount]? { MountTable(files: mountTables)?.mounts.filter(FilesystemFilter.tells) }

    // MARK: Samples

    private typealias Filesystem = (mount: Mount, outcome: FilesystemProbe.Outcome)

    private static let labels = ["device", "fstype", "mountpoint"]

    private static let families: [SampleBoard.Family] = [
        ("avail_bytes", "Filesystem space available to non-root users in bytes."), ("free_bytes", "Filesystem free space in bytes."),
        ("size_bytes", "Filesystem size in bytes."), ("files", "Filesystem total file nodes."),
        ("files_free", "Filesystem total free file nodes."), ("readonly", "Filesystem read-only status."),
        ("device_error", "Whether the device did not answer in time, or with an error."),
    ].map { SampleBoard.Family("node_filesystem_" + $0, $1, labels: labels) }

    private static func samples(_ filesystems: [Filesystem]) -> [[MetricSample]] {
        var samples = families.map { _ in [MetricSample]() }
        for (mount, outcome) in filesystems {
            let labels = [mount.device, mount.type, mount.mountpoint]
            let isMeasured: Bool
            if case .measured(let space) = outcome {
                isMeasured = true
                let values = [
                    space.available, space.free, space.size, Double(space.files), Double(space.files_free), mount.isReadOnly ? 1 : 0,
                ]
                for (index, value) in values.enumerated() { samples[index].append(MetricSample(labels: labels, value: value)) }
            } else {
                isMeasured = false
            }
            samples[families.count - 1].append(MetricSample(labels: labels, value: isMeasured ? 0 : 1))
        }
        return samples
    }
}
