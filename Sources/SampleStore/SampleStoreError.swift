/// Why a store's directory could not be opened or written. Every text says what to do.
public enum SampleStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another process works on this directory.
    case heldByOtherProcess(path: String, pid: Int32?)
    /// The directory lies on a file system without dependable locks or syncing.
    case unsupportedFilesystem(path: String, kind: String)
    /// The directory cannot be made or written.
    case notWritable(path: String, reason: String)
    /// No room: the disk is full.
    case full(path: String)
    /// The disk refused otherwise.
    case io(path: String, message: String)

    /// One sentence or two: what was found and what to do.
    public var description: String {
        switch self {
        case .heldByOtherProcess(let path, let pid):
            "\(path) is in use by \(pid.map { "process \($0)" } ?? "another process"): stop it, or give this instance another directory"
        case .unsupportedFilesystem(let path, let kind):
            "\(path) is on \(kind), where samples may be lost or corrupted: give a directory on a local disk"
        case .notWritable(let path, let reason):
            "cannot write to \(path): \(reason): make it writable, or give another directory"
        case .full(let path):
            "no room left for \(path): free space on its disk; samples stay in memory meanwhile"
        case .io(let path, let message):
            "cannot write \(path): \(message); samples stay in memory meanwhile"
        }
    }

    /// Whether both are the same kind of failure, so that the second need not be told.
    func isSameKind(as other: SampleStoreError?) -> Bool {
        switch (self, other) {
        case (.full, .full), (.io, .io), (.notWritable, .notWritable), (.heldByOtherProcess, .heldByOtherProcess),
            (.unsupportedFilesystem, .unsupportedFilesystem):
            true
        default: false
        }
    }
}
