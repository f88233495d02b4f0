import CPlatform
import Exposition
import Glibc
import NIOConcurrencyHelpers
import Time

/// Filesystems under node-exporter's names: `node_filesystem_size_bytes` and its kin, for the disk rules.
///
/// A required mount has `flatalert_host_required_mount_up`; one that is not there, or does not answer as it should, has
/// `node_filesystem_device_error` 1 and no sizes.
///
/// Beside node-exporter 1.5 there are these differences: the root is told even where it is a container's overlay, so that a host is never without
/// it; escaped characters of devices are decoded as those of mount points are (`C:\` rather than `C:\134`); sizes are counted in fragments, as
/// df does; of several mounts on one place only the last is told, the one that can be seen; and what is below /mnt, /media and /run is told, as
/// node-exporter of its own makers does and Debian's does not.
final class FilesystemCollector: MetricCollector {
    private let mountTables: [String]
    private let limit: TimeSpan
    private let probe: FilesystemProbe
    private let root: String
    private let required: RequiredMounts
    private let outcomes: ScrapeOutcomes
    private let board: SampleBoard
    private let problem = NIOLockedValueBox<KernelTextError?>(nil)

    init(
        options: HostOptions, registry: MetricRegistry, outcomes: ScrapeOutcomes, required: RequiredMounts, probe: FilesystemProbe? = nil
    ) {
        mountTables = options.places.mountTables
        limit = options.filesystemLimit
        self.probe = probe ?? FilesystemProbe(limit: limit)
        root = options.root
        self.required = required
        self.outcomes = outcomes
        board = SampleBoard(registry, Self.families)
    }

    /// Asks all file systems. Takes no longer than the limit, whatever a file system does.
    func collect() async {
        let start = Clock.monotonic()
        let mounts: [Mount]
        do throws(KernelTextError) {
            mounts = try told()
            problem.withLockedValue { $0 = nil }
        } catch {
            problem.withLockedValue { $0 = error }
            board.clear()
            outcomes.note("filesystem", since: start, succeeded: false)
            return
        }
        let answers = await probe.outcomes(of: mounts.map { HostOptions.place($0.mountpoint, below: root) })
        let filesystems = zip(mounts, answers).map { Filesystem(mount: $0, outcome: $1, limit: limit) }
        let states = required.update(filesystems.map { RequiredMounts.Answer(mount: $0.mount, problem: $0.problem) })
        board.show(Self.samples(filesystems, required: states))
        outcomes.note("filesystem", since: start, succeeded: true)
    }

    /// The mount table and the required mounts.
    var sources: [SourceState] {
        let problem = problem.withLockedValue { $0 }
        let table = SourceState(
            name: "mount table", place: problem?.path ?? mountTables.first ?? "", problem: problem?.found,
            advice: problem == nil ? "" : "filesystems are not told; give the exporter the host's /proc")
        return [table]
            + required.states.map {
                SourceState(name: "required mount", place: $0.mountpoint, problem: $0.problem, advice: $0.problem == nil ? "" : advice($0))
            }
    }

    private func advice(_ state: RequiredMounts.State) -> String {
        let anyway = "if it may come and go: --host.optional-mount=\(state.mountpoint)"
        guard WindowsDrives.types.contains(state.type) else { return "mount it again; \(anyway)" }
        return "look whether Windows has the drive, then: sudo mount -t drvfs \(state.device.prefix(2)) \(state.mountpoint); \(anyway)"
    }

    /// The mounts that are told, in the order of the table.
    private func told() throws(KernelTextError) -> [Mount] {
        let places = Set(required.places)
        return try MountTable(files: mountTables).mounts.filter { FilesystemFilter.tells($0) || places.contains($0.mountpoint) }
    }

    // MARK: Samples

    private struct Filesystem {
        var mount: Mount
        /// Nil where there is none that could be true.
        var space: cplatform_space?
        /// What is wrong with it as a required mount.
        var problem: String?

        init(mount: Mount, outcome: FilesystemProbe.Outcome, limit: TimeSpan) {
            self.mount = mount
            switch outcome {
            case .measured(let space):
                self.space = space
                // What remains of a drive that Windows has lost.
                if space.size == 0, WindowsDrives.types.contains(mount.type) { problem = "it tells that it has no room at all" }
            case .failed(let code): problem = "it answers with an error: \(String(cString: strerror(code)))"
            case .hanging: problem = "it does not answer within \(limit)"
            }
        }
    }

    private static let labels = ["device", "fstype", "mountpoint"]

    private static let families: [SampleBoard.Family] =
        [
            ("avail_bytes", "Filesystem space available to non-root users in bytes."), ("free_bytes", "Filesystem free space in bytes."),
            ("size_bytes", "Filesystem size in bytes."), ("files", "Filesystem total file nodes."),
            ("files_free", "Filesystem total free file nodes."), ("readonly", "Filesystem read-only status."),
            ("device_error", "Whether the device did not answer in time or with an error, or a required mount is missing."),
        ].map { SampleBoard.Family("node_filesystem_" + $0, $1, labels: labels) } + [
            SampleBoard.Family(
                "flatalert_host_required_mount_up", "Whether a mount that must be there is there and answers.", labels: ["mountpoint"])
        ]

    private static func samples(_ filesystems: [Filesystem], required: [RequiredMounts.State]) -> [[MetricSample]] {
        var values = [[MetricSample]](repeating: [], count: families.count - 2)
        var errors: [MetricSample] = []
        var missing = Dictionary(required.map { ($0.mountpoint, $0) }) { $1 }
        for filesystem in filesystems {
            let mount = filesystem.mount
            let labels = [mount.device, mount.type, mount.mountpoint]
            // Of one that need not be there, sizes of zero are told as they are.
            let isRequired = missing.removeValue(forKey: mount.mountpoint) != nil
            guard let space = filesystem.space, !isRequired || filesystem.problem == nil else {
                errors.append(MetricSample(labels: labels, value: 1))
                continue
            }
            let numbers = [
                space.available, space.free, space.size, Double(space.files), Double(space.files_free), mount.isReadOnly ? 1 : 0,
            ]
            for (index, number) in numbers.enumerated() { values[index].append(MetricSample(labels: labels, value: number)) }
            errors.append(MetricSample(labels: labels, value: 0))
        }
        for state in required where missing[state.mountpoint] != nil {
            errors.append(MetricSample(labels: [state.device, state.type, state.mountpoint], value: 1))
        }
        return values + [errors, required.map { MetricSample(labels: [$0.mountpoint], value: $0.problem == nil ? 1 : 0) }]
    }
}
