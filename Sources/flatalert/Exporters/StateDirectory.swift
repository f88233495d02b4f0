import CPlatform
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

    /// Sees to it that no other process counts into the same files: an exporter has them for as long as its process lives.
    static func lock(_ directory: String, for kind: ExporterKind) throws(StartError) {
        let path = "\(directory)/\(kind.rawValue).lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        // Where there can be no such file there is no state either; the first one that is written says so.
        guard descriptor >= 0 else { return }
        guard cplatform_flock_exclusive(descriptor) == EWOULDBLOCK else { return }
        let holder = MachineProbes.Site.holder(ofLock: path).map { "process \($0)" } ?? "another process"
        close(descriptor)
        throw StartError(
            "\(directory) is in use by the \(kind.rawValue) exporter of \(holder): both would count the same logs; stop that one, or give this one "
                + "another --state.directory")
    }
}
