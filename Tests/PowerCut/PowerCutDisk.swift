import CPowerCutVFS
import Journal
import Time

/// A disk in memory that can lose its power. Journals on it name it as their file layer.
final class PowerCutDisk: Sendable {
    /// The name under which SQLite knows the disk.
    let name: String
    // The C side has a lock of its own; the pointer never changes and lives as long as this object.
    private nonisolated(unsafe) let disk: OpaquePointer

    init?(name: String, seed: UInt64) {
        guard let disk = powercut_create(name, seed) else { return nil }
        self.disk = disk
        self.name = name
    }

    deinit { powercut_destroy(disk) }

    /// Cuts the power at this write, sync, truncation or deletion from now.
    func planCut(after count: Int) { powercut_plan(disk, UInt64(count)) }

    /// Cuts the power now.
    func cut() { powercut_cut(disk) }

    var isOff: Bool { powercut_is_off(disk) != 0 }

    func powerOn() { powercut_power_on(disk) }

    var counts: DiskCounts { DiskCounts(powercut_count(disk)) }

    /// Options for a journal on this disk that checkpoints far more often than a real one.
    func options(_ synchronous: JournalOptions.Synchronous) -> JournalOptions {
        var options = JournalOptions()
        options.layer = name
        options.synchronous = synchronous
        options.reserveBytes = 0
        options.checkpointPages = 24
        options.idleAfter = .milliseconds(1)
        return options
    }
}

/// What power cuts did to a disk.
struct DiskCounts {
    var cuts = 0
    var sectorsKept = 0
    var sectorsLost = 0
    var filesLost = 0
    var filesRevived = 0

    init() {}

    init(_ counts: powercut_counts) {
        cuts = Int(counts.cuts)
        sectorsKept = Int(counts.sectors_kept)
        sectorsLost = Int(counts.sectors_lost)
        filesLost = Int(counts.files_lost)
        filesRevived = Int(counts.files_revived)
    }

    static func += (left: inout DiskCounts, right: DiskCounts) {
        left.cuts += right.cuts
        left.sectorsKept += right.sectorsKept
        left.sectorsLost += right.sectorsLost
        left.filesLost += right.filesLost
        left.filesRevived += right.filesRevived
    }
}
