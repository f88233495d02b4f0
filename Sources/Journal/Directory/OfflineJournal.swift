import CSQLite
import Glibc

/// A journal's directory while no instance works on it. It stays taken for as long as the value lives.
public struct OfflineJournal: Sendable {
    private let directory: StorageDirectory
    private let name: String

    /// Takes the directory, which is made if it is missing; refuses while another process has it.
    ///
    /// - Parameter name: The database's file name without `.db`.
    public init(at path: String, name: String = JournalOptions().name) throws(JournalError) {
        directory = try StorageDirectory(path, name: name, magic: Filesystem.magic(of:))
        self.name = name
    }

    /// The database file.
    public var path: String { directory.file("\(name).db") }

    /// Puts a copy of a database in the place of this one, which is kept beside it: at every moment there is either the old one or the new one, whole.
    ///
    /// - Parameters:
    ///   - file: A whole database without a log of its own.
    ///   - suffix: What the kept one gets behind its name; a number is added where that name is taken.
    /// - Returns: Where the old database is now; nil when there was none.
    public func replace(with file: String, keepingOldAs suffix: String) throws(JournalError) -> String? {
        let incoming = "\(path).restoring"
        do throws(JournalError) {
            try Self.copy(file, to: incoming)
            let kept = try setOldAside(suffix: suffix)
            guard rename(incoming, path) == 0 else { throw .io(path: path, message: "putting the new file in place: \(systemReason())") }
            directory.sync()
            giveToOwner(of: directory.path, [path, directory.file("\(name).lock")])
            return kept
        } catch {
            unlink(incoming)
            throw error
        }
    }

    /// Gives the old database a second name, under which it stays when the new one takes the first. One that cannot even be opened loses the first name at once.
    private func setOldAside(suffix: String) throws(JournalError) -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        var kept = "\(path).\(suffix)"
        var number = 2
        while access(kept, F_OK) == 0 {
            kept = "\(path).\(suffix)-\(number)"
            number += 1
        }
        // A log that stayed behind would be taken for one of the new database.
        if foldLog(), link(path, kept) == 0 {
            directory.sync()
            return kept
        }
        guard rename(path, kept) == 0 else { throw .io(path: kept, message: "keeping the old database: \(systemReason())") }
        for log in ["-wal", "-journal"] { rename(path + log, kept + log) }
        directory.sync()
        return kept
    }

    /// Moves what an unclean end left in the log into the database; false when that is impossible.
    private func foldLog() -> Bool {
        checkpoint() && access("\(path)-wal", F_OK) != 0 && access("\(path)-journal", F_OK) != 0
    }

    /// Opens and closes the database: SQLite removes its log when the last connection ends.
    private func checkpoint() -> Bool {
        guard let connection = try? Connection(path: path) else { return false }
        do throws(SQLiteError) {
            try connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return true
        } catch {
            // A damaged file must stay as it is, also its log.
            var now: Int32 = 0
            _ = csqlite_db_config(connection.handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &now)
            return false
        }
    }

    private static func copy(_ file: String, to target: String) throws(JournalError) {
        let source = open(file, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw .io(path: file, message: "opening: \(systemReason())") }
        defer { close(source) }
        let destination = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard destination >= 0 else { throw .notWritable(path: target, reason: systemReason()) }
        defer { close(destination) }
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = read(source, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .io(path: file, message: "reading: \(systemReason())") }
            if count == 0 { break }
            try write(chunk[..<count], to: destination, path: target)
        }
        guard fsync(destination) == 0 else { throw failure(writing: target) }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, path: String) throws(JournalError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(writing: path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(writing path: String) -> JournalError {
        errno == ENOSPC || errno == EDQUOT ? .full(path: path) : .io(path: path, message: systemReason())
    }

    /// What root puts into the directory of another user must be that user's, or the instance cannot write it.
    private func giveToOwner(of directory: String, _ files: [String]) {
        var status = stat()
        guard geteuid() == 0, stat(directory, &status) == 0 else { return }
        for file in files { _ = chown(file, status.st_uid, status.st_gid) }
    }
}

/// What the system says about the call that failed last.
private func systemReason() -> String { String(cString: strerror(errno)) }
