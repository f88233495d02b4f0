/// Why a journal could not be opened or could not make something durable. Every text says what to do.
public enum JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another process works on this directory.
    case heldByOtherProcess(path: String, pid: Int32?, command: String?)
    /// The directory lies on a file system without dependable locks or syncing.
    case unsupportedFilesystem(path: String, kind: String)
    /// The directory cannot be made or written.
    case notWritable(path: String, reason: String)
    /// The file was written by a newer version that this one does not understand.
    case newerSchema(path: String, found: Int, known: Int)
    /// The file was damaged. It was renamed to `setAsideAs` (nil when even that failed) and nothing in it was changed; the next `open` begins a new one.
    case corrupt(path: String, setAsideAs: String?, detail: String)
    /// No room: the disk is full or the file has reached its limit.
    case full(path: String)
    /// The disk refused otherwise.
    case io(path: String, message: String)
    /// The commit did not happen in time; it may still.
    case timedOut
    /// The journal was closed.
    case closed

    /// One sentence or two: what was found and what to do.
    public var description: String {
        switch self {
        case .heldByOtherProcess(let path, let pid, let command):
            let holder = pid.map { "process \($0)" } ?? "another process"
            let name = command.map { " (\($0))" } ?? ""
            return "\(path) is in use by \(holder)\(name): stop it, or give this instance another --storage.path"
        case .unsupportedFilesystem(let path, let kind):
            return "\(path) is on \(kind), where a commit may be lost or corrupted: give a --storage.path on a local disk"
        case .notWritable(let path, let reason):
            return "cannot write to \(path): \(reason): make it writable, or give another --storage.path"
        case .newerSchema(let path, let found, let known):
            return "\(path) has schema version \(found), this program knows versions up to \(known): "
                + "run the newer program, or put back the copy \(path).v\(known) that it kept"
        case .corrupt(let path, let setAsideAs?, let detail):
            return "\(path) is damaged (\(detail)) and was set aside as \(setAsideAs): "
                + "keep that file for recovery (sqlite3 FILE .recover); the next start begins with an empty one"
        case .corrupt(let path, nil, let detail):
            return "\(path) is damaged (\(detail)) and could not be renamed: move it away by hand"
        case .full(let path):
            return "no room left for \(path): free space on its disk"
        case .io(let path, let message):
            return "cannot write \(path): \(message)"
        case .timedOut:
            return "the commit did not end in time: the disk is slow or stuck"
        case .closed:
            return "the journal is closed"
        }
    }
}

extension JournalError {
    /// What an error of SQLite means for the journal of this file. A damaged file counts as not set aside.
    init(_ error: SQLiteError, path: String) {
        if error.isFull {
            self = .full(path: path)
        } else if error.isCorruption {
            self = .corrupt(path: path, setAsideAs: nil, detail: error.message)
        } else {
            self = .io(path: path, message: error.description)
        }
    }

    /// Runs what may fail inside SQLite and names the file in the error.
    static func naming<R>(_ path: String, _ body: () throws(SQLiteError) -> R) throws(JournalError) -> R {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw JournalError(error, path: path)
        }
    }
}
