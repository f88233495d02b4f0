public import Time

/// What is told of a log besides its totals.
public struct LogReport: Sendable, Equatable {
    /// Lines by what came of them; every result is there.
    public var lines: [LineResult: UInt64]
    /// When the last counted event happened, by the log's own words.
    public var lastEvent: Timestamp?
    /// How often another file took the place of the one that was read, or its content was taken away.
    public var rotations: UInt64
    /// Parts of the log that are known to be lost: compressed before they were read, or not found again after a stop.
    public var gaps: UInt64
    /// Whether the file could be read at the last look. True where lines are only received.
    public var isReadable: Bool
    /// Why it could not, and what to do; nil when it could.
    public var problem: String?

    /// A report on a log of which nothing is known yet.
    public init(
        lines: [LineResult: UInt64] = [.ok: 0, .unparsed: 0, .ignored: 0], lastEvent: Timestamp? = nil, rotations: UInt64 = 0,
        gaps: UInt64 = 0, isReadable: Bool = false, problem: String? = nil
    ) {
        self.lines = lines
        self.lastEvent = lastEvent
        self.rotations = rotations
        self.gaps = gaps
        self.isReadable = isReadable
        self.problem = problem
    }
}
