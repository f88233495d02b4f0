import AlertCore
import Glibc
public import Journal
public import Time

/// What is in a backup.
public struct BackupSummary: Sendable, Hashable {
    /// The size of the file.
    public var bytes: Int
    /// The version of its layout.
    public var schemaVersion: Int
    /// Alerts, those included that are over but not forgotten.
    public var alerts: Int
    /// Silences, expired ones included.
    public var silences: Int
    /// Entries of the notification log.
    public var logEntries: Int
    /// Everything that was acknowledged before this is in it; nil for a database that was copied by hand.
    public var takenAt: Timestamp?
}

/// Copies of the alerts' database that stand for themselves: one file, whole, without a log beside it.
public enum AlertBackup {
    /// The row of `meta` that tells a backup from a database in use.
    static let takenAtName = "backup"

    /// Makes a checked copy while the journal goes on working. Blocks the calling thread.
    ///
    /// - Parameter now: The time of the call, kept in the copy.
    public static func take(of journal: AlertJournal, to path: String, at now: Timestamp) throws(BackupError) -> BackupSummary {
        do throws(JournalError) {
            try journal.backup(to: path)
        } catch {
            throw .journal(error)
        }
        do throws(SQLiteError) {
            try seal(path, at: now)
        } catch {
            throw .unusable(path: path, detail: error.description)
        }
        return try inspect(path)
    }

    private static func seal(_ path: String, at now: Timestamp) throws(SQLiteError) {
        let connection = try Connection(path: path)
        // A copy of a database with a write-ahead log wants one itself, which a file that is sent away cannot have.
        try connection.execute("PRAGMA journal_mode=DELETE")
        var row = RowWriter()
        row.begin()
        row.time(now)
        let statement = try connection.prepare("INSERT INTO meta VALUES(?1,?2) ON CONFLICT(name) DO UPDATE SET data=excluded.data")
        try statement.bind(1, takenAtName)
        try statement.bind(2, row.bytes)
        try statement.run()
    }

    /// Checks a backup as thoroughly as reading it at a start would, and counts what is in it. Changes nothing.
    public static func inspect(_ path: String) throws(BackupError) -> BackupSummary {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "it is not a file") }
        guard access(path, R_OK) == 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        var log = stat()
        if stat("\(path)-wal", &log) == 0, log.st_size > 0 { throw .logBeside(path: path) }
        do {
            return try summary(of: try Connection(reading: path), path: path, bytes: Int(status.st_size))
        } catch let error as BackupError {
            throw error
        } catch let error as SQLiteError {
            throw .unusable(path: path, detail: error.message)
        } catch {
            throw .unusable(path: path, detail: "\(error)")
        }
    }

    private static func summary(of connection: Connection, path: String, bytes: Int) throws -> BackupSummary {
        let stored = Int(try connection.integer("PRAGMA user_version") ?? 0)
        let (oldestReader, version) = (stored / 1000, stored % 1000)
        let known = AlertTables.schema.version
        guard version > 0, try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name='alerts'") == 1 else {
            throw BackupError.unusable(path: path, detail: "it has no table of alerts")
        }
        if version > known, oldestReader > known { throw BackupError.newer(path: path, found: version, known: known) }
        let verdict = try connection.text("PRAGMA quick_check(1)") ?? "no answer"
        guard verdict == "ok" else { throw BackupError.unusable(path: path, detail: verdict) }
        // Older layouts are brought up to date at the start; ours can be read row by row here.
        if version >= known { _ = try AlertTables.load(connection) }
        func count(_ table: String) throws(SQLiteError) -> Int { Int(try connection.integer("SELECT count(*) FROM \(table)") ?? 0) }
        return BackupSummary(
            bytes: bytes, schemaVersion: version, alerts: try count("alerts"), silences: try count("silences"),
            logEntries: try count("log"), takenAt: try takenAt(connection))
    }

    private static func takenAt(_ connection: Connection) throws -> Timestamp? {
        let statement = try connection.prepare("SELECT data FROM meta WHERE name='\(takenAtName)'")
        guard try statement.step() else { return nil }
        return try statement.withBytes(0) { (bytes) throws(RowDamage) in
            var reader = try RowReader(bytes)
            return try reader.time()
        }
    }
}
