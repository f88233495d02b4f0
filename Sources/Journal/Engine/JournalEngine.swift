import CPlatform
import CSQLite
import NIOConcurrencyHelpers
import Time

/// The database side of a journal: one connection, what waits to be written, and the room that is held ready.
///
/// `@unchecked Sendable`: everything mutable is read and written inside `lock` only, and the closures that get the connection cannot keep it beyond the call
/// without breaking its documented rule.
final class JournalEngine<Tables: JournalTables>: @unchecked Sendable {
    /// The database file.
    let path: String
    private let options: JournalOptions
    private let lock = NIOLock()
    private var directory: StorageDirectory?
    private var connection: Connection?
    private var tables: Tables?
    private var waiting = Batch<Tables>()
    private var reserve: ReserveFile
    private let pageSize: Int
    private var isOnReserve = false

    /// Takes over an opened database.
    init(_ opened: OpenedDatabase, options: JournalOptions) throws(JournalError) {
        path = opened.path
        self.options = options
        directory = opened.directory
        connection = opened.connection
        reserve = ReserveFile(path: opened.directory.file("\(options.name).reserve"), bytes: options.reserveBytes)
        do throws(SQLiteError) {
            pageSize = Int(try opened.connection.integer("PRAGMA page_size") ?? 4096)
            tables = try Tables(opened.connection)
            try opened.connection.execute("PRAGMA max_page_count=\(options.maxBytes / pageSize)")
        } catch {
            throw JournalError(error, path: opened.path)
        }
        reserve.hold()
    }

    /// Commits these entries and everything that still waits from before, in one transaction. On failure all of it goes on waiting.
    ///
    /// - Returns: The highest sequence that the attempt covered, and why it failed if it did.
    func commit(_ entries: [Journal<Tables>.Entry]) -> (through: UInt64, failure: JournalError?) {
        lock.withLock {
            for entry in entries { waiting.append(entry.record, sequence: entry.sequence) }
            let failure = attempt()
            if failure == nil { waiting.removeAll() } else { waiting.split() }
            return (waiting.through, failure)
        }
    }

    /// Whether anything waits from a commit that failed.
    var hasWaiting: Bool { lock.withLock { !waiting.isEmpty } }

    private func attempt() -> JournalError? {
        guard let connection else { return .closed }
        if waiting.isEmpty { return nil }
        do throws(SQLiteError) {
            try write(to: connection)
            return nil
        } catch  where error.isFull && giveReserve(on: connection) {
            do throws(SQLiteError) {
                try write(to: connection)
                return nil
            } catch {
                return JournalError(error, path: path)
            }
        } catch {
            return JournalError(error, path: path)
        }
    }

    private func write(to connection: Connection) throws(SQLiteError) {
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            try waiting.forEach { (record) throws(SQLiteError) in try tables?.write(record) }
            try connection.execute("COMMIT")
        } catch {
            // Some errors end the transaction by themselves; a failing rollback leaves nothing that the next BEGIN would not report.
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Gives the reserve back to the disk and lifts the page limit by as much.
    private func giveReserve(on connection: Connection) -> Bool {
        guard !isOnReserve, reserve.release() else { return false }
        isOnReserve = true
        try? connection.execute("PRAGMA max_page_count=\((options.maxBytes + options.reserveBytes) / pageSize)")
        return true
    }

    /// What is done while nothing else is to do: moves the log into the database, gives free pages back, takes the reserve again.
    ///
    /// - Returns: After which time to come again; nil when nothing is left to do.
    func tidy() -> TimeSpan? {
        lock.withLock { () -> TimeSpan? in
            guard let connection else { return nil }
            var again: TimeSpan?
            if let free = try? connection.integer("PRAGMA freelist_count"), free > 256 {
                // In portions, so that a commit never waits long.
                try? connection.execute("PRAGMA incremental_vacuum(256)")
                if free > 512 { again = options.idleAfter }
            }
            sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
            if !reserve.isHeld, !takeReserve(on: connection) { again = again ?? options.idleAfter * 10 }
            sqlite3_db_release_memory(connection.handle)
            return again
        }
    }

    /// Holds the reserve again once the disk and the page limit have room beyond it.
    private func takeReserve(on connection: Connection) -> Bool {
        guard options.reserveBytes > 0, let directory else { return true }
        var available: UInt64 = 0
        let pages = (try? connection.integer("PRAGMA page_count")) ?? nil
        guard cplatform_available_bytes(directory.path, &available) == 0, available > 2 * UInt64(options.reserveBytes),
            let pages, Int(pages) < options.maxBytes / pageSize
        else { return false }
        reserve.hold()
        guard reserve.isHeld else { return false }
        isOnReserve = false
        try? connection.execute("PRAGMA max_page_count=\(options.maxBytes / pageSize)")
        return true
    }

    /// Runs with the connection while no commit runs.
    func withConnection<R>(_ body: (Connection) throws -> R) throws -> R {
        try lock.withLock {
            guard let connection else { throw JournalError.closed }
            return try body(connection)
        }
    }

    /// Copies the database in portions, between which commits go on.
    func backup(to target: String) throws(JournalError) {
        let unfinished = "\(target).part"
        let copy = try locked { (connection) throws(JournalError) in try DatabaseCopy.begin(of: connection, to: unfinished) }
        var isDone = false
        while !isDone {
            isDone = try locked { (_) throws(JournalError) in
                try JournalError.naming(unfinished) { () throws(SQLiteError) in try !copy.step(pages: 256) }
            }
        }
        try copy.finish(as: target)
    }

    private func locked<R>(_ body: (Connection) throws(JournalError) -> R) throws(JournalError) -> R {
        lock.lock()
        defer { lock.unlock() }
        guard let connection else { throw .closed }
        return try body(connection)
    }

    /// Commits what still waits, moves the log into the database and lets go of the directory. SQLite removes its log file, which marks a clean end.
    func close(_ entries: [Journal<Tables>.Entry]) -> (through: UInt64, failure: JournalError?) {
        let result = commit(entries)
        lock.withLock {
            if let connection { sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) }
            // The last of the statements closes the connection; only then may another process have the directory.
            tables = nil
            connection = nil
            directory = nil
        }
        return result
    }
}
