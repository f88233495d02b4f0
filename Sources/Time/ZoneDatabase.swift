import Glibc

/// The zones read so far, and where the system keeps its files.
final class ZoneDatabase: @unchecked Sendable {
    // Unchecked: `zones` is only touched while `lock` is held, and both live as long as the process.
    static let shared = ZoneDatabase()
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var zones: [String: Zone] = [:]

    private init() {
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
    }

    func zone(named name: String) throws(ZoneError) -> Zone {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        if let zone = zones[name] { return zone }
        let zone = Zone(name: name, table: try Self.table(named: name))
        zones[name] = zone
        return zone
    }

    /// The host's zone, found the way Go does. Anything unreadable falls back to UTC: local time must always work.
    static func localTable() -> ZoneTable {
        let utc = ZoneTable(transitions: [], indices: [], rules: [Zone.Offset(seconds: 0, abbreviation: "UTC", isDST: false)], footer: nil)
        guard var name = environment("TZ") else { return (try? table(atPath: "/etc/localtime", zone: "Local")) ?? utc }
        if name.hasPrefix(":") { name.removeFirst() }
        if name.hasPrefix("/") { return (try? table(atPath: name, zone: name)) ?? utc }
        return name.isEmpty || name == "UTC" ? utc : (try? table(named: name)) ?? utc
    }

    /// What Go calls the host's zone: the name in `TZ` if that is a zone, `Local` if there is none.
    static func localName() -> String {
        guard var name = environment("TZ") else { return "Local" }
        if name.hasPrefix(":") { name.removeFirst() }
        if name == "/etc/localtime" { return "Local" }
        let known = name.hasPrefix("/") ? (try? table(atPath: name, zone: name)) : try? table(named: name)
        return known == nil || name.isEmpty ? "UTC" : name
    }

    static func table(named name: String) throws(ZoneError) -> ZoneTable {
        let components = name.split(separator: "/", omittingEmptySubsequences: false)
        guard name.utf8.count <= 255, !name.utf8.contains(0), !name.contains("\\"),
            components.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." })
        else {
            throw ZoneError(message: "\(quoted(name)) is not a time zone name: expected an IANA name such as Europe/Berlin, UTC or Local")
        }
        let directories = Self.directories
        for directory in directories where isFile("\(directory)/\(name)") {
            return try table(atPath: "\(directory)/\(name)", zone: name)
        }
        throw ZoneError(
            message:
                "unknown time zone \(name): no such file in \(directories.joined(separator: ", ")); check the spelling or install tzdata")
    }

    static func table(atPath path: String, zone: String) throws(ZoneError) -> ZoneTable {
        guard let bytes = contents(of: path) else { throw ZoneError(message: "time zone \(zone): cannot read \(path)") }
        guard let table = TZif.decode(bytes) else { throw ZoneError(message: "time zone \(zone): \(path) is not a valid TZif file") }
        return table
    }

    private static var directories: [String] {
        let usual = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"]
        guard let own = environment("TZDIR"), !own.isEmpty else { return usual }
        return [own] + usual
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The bytes of a file of at most 1 MiB, far above any real zone; nil when it cannot be read.
    private static func contents(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= 1 << 20 {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                return nil
            }
            bytes += chunk[..<count]
        }
        return nil
    }
}
