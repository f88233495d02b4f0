import AlertStorage
import Dispatch
import Glibc
import Journal
import Time

extension Router {
    /// One at a time, on a thread that may block.
    private static let backups = DispatchQueue(label: "flatalert.backup", qos: .utility)
    /// What must stay free on the disk beyond the copy: a backup must not be what stops the journal.
    private static let spareBytes: UInt64 = 32 << 20

    /// A checked copy of everything that was handed to the journal before the call, and maybe of what came since.
    func backup() async throws(OperatorError) -> BackupFile {
        let takenAt = Clock.wall()
        do throws(JournalError) {
            try await journal.flush(within: options.durabilityTimeout)
        } catch {
            throw OperatorError(
                status: 503, message: "what is acknowledged and what was told is not all on the disk: \(error)",
                advice: "make room on the disk of the storage directory; nothing is lost meanwhile, try again then")
        }
        let result: Result<BackupFile, OperatorError> = await withCheckedContinuation { continuation in
            Self.backups.async { [self] in continuation.resume(returning: copy(at: takenAt)) }
        }
        return try result.get()
    }

    /// Where a copy is until it is opened for sending.
    private static func backupPath(in storagePath: String) -> String { "\(storagePath)/flatalert.backup" }

    /// Removes what a run that was killed meanwhile left behind.
    static func removeUnfinishedBackup(in storagePath: String) {
        for suffix in ["", ".part", ".part-journal", "-journal", "-wal", "-shm"] { unlink(backupPath(in: storagePath) + suffix) }
    }

    private func copy(at takenAt: Timestamp) -> Result<BackupFile, OperatorError> {
        let path = Self.backupPath(in: options.storagePath)
        if let refusal = refusalForLackOfRoom() { return .failure(refusal) }
        do throws(BackupError) {
            let summary = try AlertBackup.take(of: journal, to: path, at: takenAt)
            if let file = BackupFile(taking: path, summary: summary) { return .success(file) }
            return .failure(OperatorError(status: 500, message: "the copy cannot be read: \(String(cString: strerror(errno)))"))
        } catch {
            Self.removeUnfinishedBackup(in: options.storagePath)
            return .failure(
                OperatorError(status: 500, message: "\(error)", advice: "see that the storage directory can be written and has room"))
        }
    }

    private func refusalForLackOfRoom() -> OperatorError? {
        var status = stat()
        guard stat("\(options.storagePath)/flatalert.db", &status) == 0, let available = options.availableBytes(options.storagePath)
        else { return nil }
        let needed = UInt64(max(0, status.st_size)) + Self.spareBytes
        guard available < needed else { return nil }
        return OperatorError(
            status: 507,
            message: "a copy needs \(needed >> 20) MB of room beside the database for a moment, \(available >> 20) MB are free",
            advice: "make room on the disk of \(options.storagePath)")
    }
}
