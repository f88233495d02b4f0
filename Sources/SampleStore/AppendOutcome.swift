/// Why a sample was not taken. The raw value is the label of the metric that counts them.
public enum RejectionReason: String, Error, CaseIterable, Sendable {
    /// Older than the newest sample of its series.
    case outOfOrder = "out_of_order"
    /// As old as the newest sample of its series, with another value.
    case duplicate = "duplicate_timestamp"
    /// Older than the retention.
    case tooOld = "too_old"
    /// The reference names a series that does not exist any longer: ask for a new one.
    case unknownReference = "unknown_reference"
    /// There are as many series as are allowed.
    case seriesLimit = "series_limit"
    /// The compressed samples take as much memory as they may.
    case memoryLimit = "memory_limit"
    /// The batch is larger than allowed; nothing of it was taken.
    case batchLimit = "batch_limit"
    /// Too many labels, or a name or value that is too long.
    case labelLimit = "label_limit"
    /// The store was closed.
    case closed
}

/// A number for each reason.
public struct RejectionCounts: Sendable, Equatable {
    private var counts = [Int](repeating: 0, count: RejectionReason.allCases.count)

    /// All zero.
    public init() {}

    /// The number of this reason.
    public subscript(_ reason: RejectionReason) -> Int {
        get { counts[Self.index(of: reason)] }
        set { counts[Self.index(of: reason)] = newValue }
    }

    /// The sum.
    public var total: Int { counts.reduce(0, +) }

    /// Adds another's numbers.
    mutating func add(_ other: RejectionCounts) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    private static func index(of reason: RejectionReason) -> Int {
        switch reason {
        case .outOfOrder: 0
        case .duplicate: 1
        case .tooOld: 2
        case .unknownReference: 3
        case .seriesLimit: 4
        case .memoryLimit: 5
        case .batchLimit: 6
        case .labelLimit: 7
        case .closed: 8
        }
    }
}

/// What became of a batch.
public struct AppendOutcome: Sendable {
    /// A sample that was not taken.
    public struct Rejection: Sendable, Equatable {
        /// Its index in the batch.
        public var index: Int
        /// Why.
        public var reason: RejectionReason
    }

    /// Samples that were taken.
    public var appended = 0
    /// Samples that were already there, bit by bit.
    public var unchanged = 0
    /// Series that were made for the batch.
    public var createdSeries = 0
    /// The samples that were not taken, by ascending index. A batch that was refused as a whole has one entry a sample.
    public var rejections: [Rejection] = []

    /// Nothing yet.
    public init() {}

    /// The rejections by reason.
    public var rejected: RejectionCounts {
        var counts = RejectionCounts()
        for rejection in rejections { counts[rejection.reason] += 1 }
        return counts
    }
}
