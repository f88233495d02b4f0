public import Time

/// How a journal works. The defaults are those of the running program; tests change some.
public struct JournalOptions: Sendable {
    /// How much SQLite syncs.
    public enum Synchronous: String, Sendable {
        /// Every commit is on the disk when it returns.
        case full = "FULL"
        /// Commits survive the death of the process, not that of the host. Exists so that a test can show the difference.
        case normal = "NORMAL"
    }

    /// The database's file name inside the directory, without `.db`.
    public var name = "flatalert"
    /// How much SQLite syncs.
    public var synchronous = Synchronous.full
    /// The limit of the database file. With the reserve and the write-ahead log it stays within 100 MB in all.
    public var maxBytes = 84 << 20
    /// The size of the file that is held ready to be given back when the disk is full; 0 keeps none.
    public var reserveBytes = 8 << 20
    /// Pages in the write-ahead log after which a commit also checkpoints, even when the journal is never idle.
    public var checkpointPages = 2048
    /// How long nothing must happen until the journal checkpoints and tidies up.
    public var idleAfter = TimeSpan.seconds(1)
    /// How long to wait before a failed commit is tried again when nothing new arrives.
    public var retryAfter = TimeSpan.seconds(1)
    /// The SQLite file layer (VFS); nil is the system's own.
    public var layer: String?
    /// Tells the `statfs` magic of the file system that holds a path.
    public var filesystemMagic: @Sendable (_ path: String) -> UInt64? = Filesystem.magic(of:)

    /// The defaults.
    public init() {}
}
