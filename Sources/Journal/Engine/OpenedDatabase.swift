import CSQLite
import Glibc

/// A database that has been checked, brought to the wanted schema and set up for durable writing.
struct OpenedDatabase {
    /// The directory, locked.
    let directory: StorageDirectory
    /// The database file.
    let path: String
    /// The connection, in exclusive mode: no other process can look in, and no shared-memory file has to survive anything.
    let connection: Connection

    /// Opens the database of this name in a directory, which is made and locked first.
    ///
    /// A write-ahead log that is still there means that the last run did not end cleanly: SQLite removes it when the last connection closes. Then the whole
    /// file is checked before anything is read from it.
    init(at directory: String, schema: JournalSchema, options: JournalOptions) throws(JournalError) {
        self.directory = try StorageDirectory(directory, name: options.name, magic: options.filesystemMagic)
        path = self.directory.file("\(options.name).db")
        let isUnclean = Self.exists("\(path)-wal", layer: options.layer)
        let path = path
        let opened = try JournalError.naming(path) { () throws(SQLiteError) in try Connection(path: path, layer: options.layer) }
        do throws(JournalError) {
            try JournalError.naming(path) { () throws(SQLiteError) in
                try Self.setUp(opened, options: options)
                if isUnclean { try Self.check(opened) }
            }
            try Migrator(connection: opened, path: path, schema: schema).run()
        } catch .corrupt(_, nil, let detail) {
            // The damaged file must stay as it is, also its log.
            var now: Int32 = 0
            _ = csqlite_db_config(opened.handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &now)
            throw Self.setAside(path, in: self.directory, options: options, detail: detail)
        }
        connection = opened
        // The main file's own entry in the directory: SQLite syncs it for its logs only.
        self.directory.sync()
    }

    private static func setUp(_ connection: Connection, options: JournalOptions) throws(SQLiteError) {
        // Exclusive locking must come before the first access in WAL mode.
        try connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        // Only for a new file, before its first table: on an old one this would be a write, and the file may not be ours to change.
        if try connection.integer("PRAGMA page_count") == 0 {
            try connection.execute("PRAGMA page_size=4096; PRAGMA auto_vacuum=INCREMENTAL")
        }
        for setting in [
            "journal_mode=WAL", "synchronous=\(options.synchronous.rawValue)", "wal_autocheckpoint=\(options.checkpointPages)",
            "journal_size_limit=\(options.checkpointPages * 4096)", "cache_size=-1024", "temp_store=MEMORY",
        ] {
            try connection.execute("PRAGMA \(setting)")
        }
        guard try connection.text("PRAGMA journal_mode") == "wal" else {
            throw SQLiteError(
                code: SQLITE_CANTOPEN, message: "this file system does not support a write-ahead log", operation: "journal_mode=WAL")
        }
    }

    private static func check(_ connection: Connection) throws(SQLiteError) {
        let verdict = try connection.text("PRAGMA quick_check(1)") ?? "no answer"
        guard verdict == "ok" else { throw SQLiteError(code: SQLITE_CORRUPT, message: verdict, operation: "quick_check") }
    }

    private static func exists(_ path: String, layer: String?) -> Bool {
        var exists: Int32 = 0
        return csqlite_exists(layer, path, &exists) == SQLITE_OK && exists != 0
    }

    /// Renames the file and its log to a name that nothing has, and says so.
    private static func setAside(_ path: String, in directory: StorageDirectory, options: JournalOptions, detail: String) -> JournalError {
        guard options.layer == nil else { return .corrupt(path: path, setAsideAs: nil, detail: detail) }
        var number = 1
        while access("\(path).corrupt-\(number)", F_OK) == 0 { number += 1 }
        let name = "\(path).corrupt-\(number)"
        guard rename(path, name) == 0 else { return .corrupt(path: path, setAsideAs: nil, detail: detail) }
        // SQLite finds a log by its database's name; without one there is nothing to rename.
        rename("\(path)-wal", "\(name)-wal")
        directory.sync()
        return .corrupt(path: path, setAsideAs: name, detail: detail)
    }
}
