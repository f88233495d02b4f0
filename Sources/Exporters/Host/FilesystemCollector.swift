import Exposition

/// Filesystems under node-exporter's names.
public struct FilesystemCollector: Sendable {
    /// A collector over this machine's mounts.
    public init() {}
}
