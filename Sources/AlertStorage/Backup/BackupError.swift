public import Journal

/// Why a file is not a backup that can be used. Every text says what to do.
public enum BackupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// The file is something else, or damaged.
    case unusable(path: String, detail: String)
    /// The file was written by a newer version.
    case newer(path: String, found: Int, known: Int)
    /// Beside a database that was copied by hand lies a log with changes that are not in it.
    case logBeside(path: String)
    /// The copy could not be made.
    case journal(JournalError)

    /// One sentence: what was found and what to do.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .unusable(let path, let detail): "\(path) is not a whole backup of Flatalert (\(detail)): take another one"
        case .newer(let path, let found, let known):
            "\(path) has schema version \(found), this program knows versions up to \(known): use the newer program"
        case .logBeside(let path):
            "\(path)-wal holds changes that are not in \(path) yet: start and stop the instance it is from, or use `flatalert backup`"
        case .journal(let error): "\(error)"
        }
    }
}
