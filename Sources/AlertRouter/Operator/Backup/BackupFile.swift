import AlertStorage
import Glibc

/// A finished copy of the database that has no name any more: it is gone when the last reader lets go of it.
final class BackupFile: Sendable {
    let summary: BackupSummary
    private let descriptor: Int32

    /// Opens the file and takes its name away; nil when it cannot be opened.
    init?(taking path: String, summary: BackupSummary) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        self.summary = summary
        unlink(path)
    }

    deinit { close(descriptor) }

    /// Up to `count` bytes from this place on; empty at the end, nil when the disk refuses.
    func bytes(from offset: Int, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let read = pread(descriptor, &bytes, count, off_t(offset))
            if read < 0 && errno == EINTR { continue }
            return read < 0 ? nil : Array(bytes.prefix(read))
        }
    }
}
