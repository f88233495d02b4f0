import CSQLite
import Glibc

/// A running copy of a database into a new file, which gets its name only when it is whole and synced.
///
/// The source may be written between steps through its own connection: SQLite then puts the change into the copy as well.
final class DatabaseCopy {
    private let path: String
    private var handle: OpaquePointer?
    // Last, because it must outlive the handle.
    private var target: Connection?

    /// Begins a copy at this path, replacing what an interrupted one left there.
    static func begin(of source: Connection, to path: String) throws(JournalError) -> DatabaseCopy {
        unlink(path)
        return try JournalError.naming(path) { () throws(SQLiteError) in try DatabaseCopy(of: source, to: path) }
    }

    private init(of source: Connection, to path: String) throws(SQLiteError) {
        let target = try Connection(path: path)
        guard let handle = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw target.error(sqlite3_extended_errcode(target.handle), doing: "copy to \(path)")
        }
        self.path = path
        self.target = target
        self.handle = handle
    }

    deinit {
        guard handle != nil else { return }
        end()
        unlink(path)
    }

    /// Copies up to this many pages, all for -1; false when the copy is complete.
    func step(pages: Int32) throws(SQLiteError) -> Bool {
        let code = sqlite3_backup_step(handle, pages)
        switch code {
        case SQLITE_OK: return true
        case SQLITE_DONE: return false
        default: throw SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)), operation: "copy to \(path)")
        }
    }

    /// Gives the complete copy its name. An older file of that name is replaced.
    func finish(as name: String) throws(JournalError) {
        end()
        guard rename(path, name) == 0 else {
            throw .io(path: name, message: "renaming the finished copy: \(String(cString: strerror(errno)))")
        }
    }

    private func end() {
        sqlite3_backup_finish(handle)
        handle = nil
        target = nil
    }
}

extension Connection {
    /// Copies the database of this connection to a file, which appears whole and synced or not at all.
    func copy(to name: String) throws(JournalError) {
        let path = "\(name).part"
        let copy = try DatabaseCopy.begin(of: self, to: path)
        try JournalError.naming(path) { () throws(SQLiteError) in while try copy.step(pages: -1) {} }
        try copy.finish(as: name)
    }
}
