import Glibc
import JSON

/// The file that stand-ins append to, each in a copy of its process that nobody depends on.
struct EventLogFile {
    /// Nil when nothing is to be written down.
    let path: String?

    /// The log that the environment names, or the settings beside the plugin, or the usual one. An empty name is none.
    init(place: StandInPlace) {
        let named =
            getenv(CNIShim.logVariable).map { String(cString: $0) } ?? Self.configured(in: place.configuration) ?? CNIShim.defaultLog
        path = named.isEmpty ? nil : named
    }

    init(path: String) { self.path = path }

    /// What settings say of the log; nil where they are missing or no settings.
    static func configured(in file: String) -> String? {
        guard let text = try? SmallFile.read(file, limit: 64 << 10), let value = try? JSONValue.parse(text) else { return nil }
        return value["log"]?.stringValue
    }

    /// Appends a line in one write. Whatever hinders it is nobody's problem here; the exporter tells when a log is missing.
    func append(_ line: [UInt8]) {
        guard let path else { return }
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        umask(0o022)
        var file = Self.open(path)
        if file < 0, errno == ENOENT {
            Self.makeDirectories(above: path)
            file = Self.open(path)
        }
        guard file >= 0 else { return }
        let text = endsInsideLine(file) ? [UInt8(ascii: "\n")] + line : line
        _ = text.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
    }

    /// A full disk may have cut the last line: the next one must not be lost with it.
    private func endsInsideLine(_ file: Int32) -> Bool {
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return false }
        var last: UInt8 = 0
        return pread(file, &last, 1, status.st_size - 1) == 1 && last != UInt8(ascii: "\n")
    }

    /// Without waiting for somebody to read where it is a FIFO.
    private static func open(_ path: String) -> Int32 {
        // To read the last byte too; a FIFO must not count ourselves as its reader.
        var status = stat()
        let isFIFO = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
        let access = isFIFO ? O_WRONLY : O_RDWR
        return Glibc.open(path, access | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o644)
    }

    /// Makes the directories that lack, for all to read.
    static func makeDirectories(above path: String) {
        var end = path.startIndex
        while let slash = path[end...].dropFirst().firstIndex(of: "/") {
            mkdir(String(path[..<slash]), 0o755)
            end = slash
        }
    }
}
