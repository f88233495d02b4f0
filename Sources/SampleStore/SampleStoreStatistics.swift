/// The state of a store in numbers, for metrics and status pages. Totals count from the start of the process.
public struct SampleStoreStatistics: Sendable {
    /// Series that exist.
    public var series = 0
    /// Series made since the start.
    public var createdSeries = 0
    /// Series that went because their samples did.
    public var removedSeries = 0
    /// Samples in memory.
    public var samples = 0
    /// Chunks in memory, open ones too.
    public var chunks = 0
    /// Bytes that the samples take in memory, compressed.
    public var sampleBytes = 0
    /// Bytes of the label sets.
    public var labelBytes = 0
    /// Bytes of the inverted index, estimated.
    public var indexBytes = 0
    /// Samples taken since the start.
    public var appendedSamples = 0
    /// Samples refused since the start.
    public var rejectedSamples = RejectionCounts()
    /// The time of the oldest sample that can be read, milliseconds; nil without samples.
    public var oldestTime: Int64?
    /// The time of the newest sample, milliseconds; nil without samples.
    public var newestTime: Int64?
    /// Segments on the disk.
    public var segments = 0
    /// Their bytes.
    public var diskBytes = 0
    /// Bytes that wait to be written.
    public var unwrittenBytes = 0
    /// Samples that are only in memory because the disk refused them for too long.
    public var unsavedSamples = 0
    /// Writes or syncs that failed since the start.
    public var failedWrites = 0
    /// Why the last write failed; nil when it succeeded.
    public var diskProblem: SampleStoreError?

    /// All zero.
    public init() {}
}

/// What a metric is, as its exposition said.
public struct MetricMetadata: Hashable, Sendable {
    /// The type as the query API names it: `counter`, `gauge`, `histogram`, `summary`, `unknown` …
    public var type: String
    /// The help text.
    public var help: String
    /// The unit; empty when none was said.
    public var unit: String

    /// Metadata.
    public init(type: String, help: String = "", unit: String = "") {
        self.type = type
        self.help = help
        self.unit = unit
    }
}

/// The start of a list, and whether it was cut by a limit.
public struct LimitedList<Element: Sendable>: Sendable {
    /// The elements.
    public var elements: [Element]
    /// Whether there were more.
    public var isTruncated: Bool

    /// A list.
    public init(_ elements: [Element], isTruncated: Bool = false) {
        self.elements = elements
        self.isTruncated = isTruncated
    }
}

/// What a start found on the disk.
public struct ReplayReport: Sendable {
    /// A file that was not whole, or none of ours.
    public struct Damage: Sendable, CustomStringConvertible {
        /// The file.
        public var path: String
        /// What was found.
        public var problem: String
        /// Where the damaged original is kept; nil when its end was only cut off.
        public var setAsideAs: String?
        /// Bytes that were not readable.
        public var lostBytes: Int

        /// One sentence: what was found and what was done.
        public var description: String {
            if let setAsideAs { return "\(path): \(problem); the original is kept as \(setAsideAs)" }
            return "\(path): \(problem); the last \(lostBytes) bytes were cut off"
        }
    }

    /// Series that have samples again.
    public var series = 0
    /// Samples that are readable again.
    public var samples = 0
    /// Segments that were read.
    public var segments = 0
    /// Bytes that were read.
    public var bytes = 0
    /// Segments that were removed because all in them was too old.
    public var expiredSegments = 0
    /// What was not whole.
    public var damage: [Damage] = []

    /// An empty report.
    public init() {}
}

/// What a flush did.
public struct FlushReport: Sendable {
    /// Bytes written by this call.
    public var writtenBytes = 0
    /// Why not everything could be written; nil when it could. Samples stay readable meanwhile.
    public var problem: SampleStoreError?
    /// Whether `problem` differs in kind from the flush before: say it once.
    public var isNews = false

    /// Nothing written.
    public init() {}
}

/// What a truncation removed.
public struct TruncationReport: Sendable, Equatable {
    /// Samples that went with their chunks.
    public var samples = 0
    /// Series without samples left.
    public var series = 0
    /// Segments removed from the disk.
    public var segments = 0

    /// Nothing removed.
    public init() {}
}
