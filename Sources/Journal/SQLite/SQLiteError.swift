import CSQLite
import Glibc

/// What SQLite refused to do, and why.
public struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The extended result code.
    public let code: Int32
    /// The `errno` behind a failed file operation; 0 when there is none.
    public let systemError: Int32
    /// SQLite's own words.
    public let message: String
    /// The statement or the act that failed.
    public let operation: String

    /// An error with these parts.
    public init(code: Int32, systemError: Int32 = 0, message: String, operation: String) {
        self.code = code
        self.systemError = systemError
        self.message = message
        self.operation = operation
    }

    /// The result code without its extension.
    public var primaryCode: Int32 { code & 0xff }

    /// Whether room ran out: on the disk, or up to the page limit.
    public var isFull: Bool {
        // SQLite says "full" when a write finds no room, but "I/O error" when growing or truncating the file does.
        primaryCode == SQLITE_FULL || (primaryCode == SQLITE_IOERR && (systemError == ENOSPC || systemError == EDQUOT))
    }

    /// Whether the file is damaged or is no database.
    public var isCorruption: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// `OPERATION: MESSAGE (SQLite CODE)`, with the system's reason where there is one.
    public var description: String {
        let reason = systemError == 0 ? "" : ", \(String(cString: strerror(systemError)))"
        return "\(operation): \(message) (SQLite \(code)\(reason))"
    }
}
