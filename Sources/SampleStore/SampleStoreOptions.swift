/// Limits and sizes of a sample store. Times are milliseconds, sizes bytes; 0 means no limit where a limit is.
public struct SampleStoreOptions: Sendable {
    /// How long samples are kept, milliseconds.
    public var retention: Int64 = 24 * 3_600_000
    /// The limit of the segments on the disk together; the oldest go first.
    public var maxDiskBytes = 0
    /// The limit of compressed samples in memory; the oldest go first, and where that does not help appends are refused.
    public var maxMemoryBytes = 0
    /// The limit of series that exist at one time.
    public var maxSeries = 0
    /// The limit of samples that one batch may carry.
    public var maxSamplesPerBatch = 0
    /// The limit of labels a series, the name among them.
    public var maxLabels = 64
    /// The limit of the bytes of a label's name.
    public var maxLabelNameBytes = 1024
    /// The limit of the bytes of a label's value.
    public var maxLabelValueBytes = 16_384
    /// The limit of metrics whose metadata is kept.
    public var maxMetadata = 100_000
    /// A segment of the log of single samples is ended at this size.
    public var logSegmentBytes = 16 << 20
    /// A segment of the log of single samples is ended at this age, milliseconds.
    public var logSegmentAge: Int64 = 1_800_000
    /// The log of single samples is kept within about this size: chunks of slow series are closed early for it.
    public var maxLogBytes = 1 << 30
    /// A segment of compressed chunks is ended at this size.
    public var chunkSegmentBytes = 32 << 20
    /// How often what was written is synced to the disk, milliseconds: what a power cut may take. A killed process loses only what was not flushed.
    public var syncInterval: Int64 = 30_000
    /// The limit of what waits in memory for a disk that refuses to be written.
    public var maxUnwrittenBytes = 16 << 20
    /// Tells the `statfs` magic of the file system that holds a path; tests change it.
    public var filesystemMagic: @Sendable (_ path: String) -> UInt64? = { StoreDirectory.magic(of: $0) }
    /// The error that writes fail with instead of being done, for tests; 0 for none.
    var writeFault: @Sendable () -> Int32 = { 0 }

    /// The defaults.
    public init() {}
}
