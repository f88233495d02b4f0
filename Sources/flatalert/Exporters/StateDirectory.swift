import Glibc
import Logging

/// Where exporters keep their counters over restarts.
enum StateDirectory {
    /// That of `flatalert exporter`.
    static let standard = "/var/lib/flatalert/exporters"

    /// Makes the directory and those above it where they are missing. Without it everything works but counters begin anew: nil then, with a
    /// warning.
    static func prepared(_ path: String, log: Logger) -> String? {
        var place = path.hasPrefix("/") ? "" : "."
        var problem: Int32 = 0
        for part in path.split(separator: "/") {
            place += "/\(part)"
            problem = mkdir(place, 0o755) == 0 || errno == EEXIST ? 0 : errno
        }
        if problem == 0, access(path, W_OK | X_OK) != 0 { problem = errno }
        guard problem != 0 else { return path }
        log.warning(
            "Counters begin anew at each start",
            metadata: [
                "directory": "\(path)", "err": "\(String(cString: strerror(problem)))",
                "advice": "make the directory writable for this user, or name another with --state.directory",
            ])
        return nil
    }
}
