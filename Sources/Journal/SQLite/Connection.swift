import CSQLite

/// One open database. Not safe for use from two threads at once: whoever holds it takes care of that.
public final class Connection {
    /// The open handle; never used after `deinit`.
    let handle: OpaquePointer

    /// Opens or creates the file.
    ///
    /// - Parameter layer: The name of the SQLite file layer (VFS); nil is the system's own.
    public init(path: String, layer: String? = nil) throws(SQLiteError) {
        var opened: OpaquePointer?
        // Without SQLite's own mutexes: a connection is used by one thread at a time.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, layer)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw SQLiteError(code: code, message: message, operation: "open \(path)")
        }
        handle = opened
    }

    /// Opens a whole file for reading. Nothing is created beside it, and a log beside it is not looked at.
    public init(reading path: String) throws(SQLiteError) {
        // Every byte but plain ones, so that no name of a file is taken for a part of the address.
        let address = path.utf8.map { byte in
            let isPlain = byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
            if isPlain || byte == UInt8(ascii: "/") { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
        // In front of a relative path nothing may look like a host.
        let prefix = path.hasPrefix("/") ? "file://" : "file:"
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2("\(prefix)\(address)?immutable=1", &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw SQLiteError(code: code, message: message, operation: "open \(path)")
        }
        handle = opened
    }

    deinit {
        // close_v2 waits for statements that are still alive.
        sqlite3_close_v2(handle)
    }

    /// Runs statements that give no rows worth reading.
    public func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, doing: sql) }
    }

    /// Compiles one statement that will be used many times.
    public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code, doing: sql) }
        return Statement(statement, of: self, sql: sql)
    }

    /// The first column of the first row as an integer; nil when there is no row.
    public func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The first column of the first row as text; nil when there is no row.
    public func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Whether a transaction is open. An error may have ended it already.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// The error of the call that just failed with this code.
    func error(_ code: Int32, doing operation: String) -> SQLiteError {
        // The system's error number is kept until the next one, so it belongs to this error only if a file operation failed.
        let concernsFile = code & 0xff == SQLITE_IOERR || code & 0xff == SQLITE_CANTOPEN || code & 0xff == SQLITE_FULL
        let systemError = concernsFile ? sqlite3_system_errno(handle) : 0
        return SQLiteError(code: code, systemError: systemError, message: String(cString: sqlite3_errmsg(handle)), operation: operation)
    }
}
