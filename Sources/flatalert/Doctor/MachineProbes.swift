import AlertRouter
import CPlatform
import Glibc
import Journal
import Time
import WebServer

/// What is asked of this machine; tests give other answers.
struct MachineProbes: Sendable {
    /// A directory for data, or the nearest one above it that is there.
    struct Site: Sendable, Hashable {
        /// The directory that was looked at.
        var path: String
        /// Whether that is the asked one, and not one above it.
        var exists: Bool
        var isDirectory = true
        var isWritable = true
        /// `statfs` magic of the file system; nil when it cannot be told.
        var magic: UInt64?
        var freeBytes: UInt64?
        /// The process that works in it.
        var holder: Int32?
    }

    /// Why nothing can listen at an address; nil when it can.
    var listenProblem: @Sendable (String) -> WebServerError?
    /// Who listens on a port.
    var portHolder: @Sendable (Int) -> PortHolder?
    var site: @Sendable (String) -> Site
    /// Whether a name has an address.
    var resolves: @Sendable (String) -> Bool
    /// Why outgoing HTTP would not work; nil when it would.
    var transportProblem: @Sendable () -> String?
    /// Whether the zone database knows its zones.
    var hasZones: @Sendable () -> Bool
    /// Whether a time service keeps the clock in step; nil when that cannot be told.
    var isClockInStep: @Sendable () -> Bool? = { nil }

    /// This machine.
    static let system = MachineProbes(
        listenProblem: { ListenProbe.problem(of: $0) }, portHolder: { PortHolder.find(port: $0) }, site: { Site.look(at: $0) },
        resolves: HostLookup.resolves, transportProblem: { TransportProbe.runInChild() },
        hasZones: { (try? Zone.named("Asia/Tokyo")) != nil },
        isClockInStep: {
            let answer = cplatform_clock_is_in_step()
            return answer < 0 ? nil : answer == 1
        })
}

extension MachineProbes.Site {
    /// Looks at a directory without changing anything.
    static func look(at path: String) -> MachineProbes.Site {
        var status = stat()
        var place = path
        while stat(place, &status) != 0 {
            let parent = directory(of: place.hasSuffix("/") && place.count > 1 ? String(place.dropLast()) : place)
            if parent == place { break }
            place = parent
        }
        var site = MachineProbes.Site(path: place, exists: place == path)
        site.isDirectory = status.st_mode & S_IFMT == S_IFDIR
        site.isWritable = access(place, W_OK | X_OK) == 0
        site.magic = Filesystem.magic(of: place)
        var free: UInt64 = 0
        if cplatform_available_bytes(place, &free) == 0 { site.freeBytes = free }
        if site.exists { site.holder = holder(ofLock: "\(path)/\(JournalOptions().name).lock") }
        return site
    }

    /// The process that locks a file, from the kernel's list: trying to lock it would disturb an instance that starts at this moment.
    static func holder(ofLock file: String) -> Int32? {
        var status = stat()
        guard stat(file, &status) == 0, let locks = fopen("/proc/locks", "re") else { return nil }
        defer { fclose(locks) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), locks) != nil {
            let columns = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
            guard columns.count > 5, columns[1] == "FLOCK", columns[5].hasSuffix(":\(status.st_ino)") else { continue }
            return Int32(columns[4])
        }
        return nil
    }
}
