public import Time

/// How a log is followed.
public struct TailOptions: Sendable {
    /// How often the file is looked at between scrapes. It is looked at before every scrape as well.
    public var pollInterval: TimeSpan
    /// Whether a log that was there before the very first start is counted from its end on; one that appears later is always counted whole.
    public var startsAtEnd: Bool
    /// Longer lines are counted once, as unparsed.
    public var maximumLineBytes: Int
    /// How long a scrape waits for the log before it shows what was known before.
    public var collectLimit: TimeSpan

    /// Options; the defaults suit a web server's logs.
    public init(
        pollInterval: TimeSpan = .seconds(1), startsAtEnd: Bool = true, maximumLineBytes: Int = 64 << 10,
        collectLimit: TimeSpan = .seconds(3)
    ) {
        self.pollInterval = pollInterval
        self.startsAtEnd = startsAtEnd
        self.maximumLineBytes = maximumLineBytes
        self.collectLimit = collectLimit
    }
}
