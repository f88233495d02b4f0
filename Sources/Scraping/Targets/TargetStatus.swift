public import Labels

/// How a target fares, as the targets API tells it (reference 4.4).
public struct TargetStatus: Sendable {
    /// What the last scrape said.
    public enum Health: String, Sendable {
        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        case unknown, up, down
    }

    /// Labels before relabelling, with `__address__` and `__meta_…`.
    public var discoveredLabels: LabelSet
    /// Labels of its series.
    public var labels: LabelSet
    /// The job's name.
    public var pool: String
    /// Where it is scraped.
    public var url: String
    /// The same with the machine's own name for a local address.
    public var globalURL: String
    /// Why the last scrape failed; empty when it did not.
    public var lastError: String
    /// When the last scrape began, milliseconds since the epoch; nil before the first.
    public var lastScrape: Int64?
    /// Seconds.
    public var lastDuration: Double
    /// What the last scrape said.
    public var health: Health
    /// Milliseconds.
    public var interval: Int64
    /// Milliseconds.
    public var timeout: Int64

    /// A target with these parts.
    public init(
        discoveredLabels: LabelSet, labels: LabelSet, pool: String, url: String, globalURL: String, lastError: String = "",
        lastScrape: Int64? = nil,
        lastDuration: Double = 0, health: Health = .unknown, interval: Int64, timeout: Int64
    ) {
        self.discoveredLabels = discoveredLabels
        self.labels = labels
        self.pool = pool
        self.url = url
        self.globalURL = globalURL
        self.lastError = lastError
        self.lastScrape = lastScrape
        self.lastDuration = lastDuration
        self.health = health
        self.interval = interval
        self.timeout = timeout
    }
}

/// All targets at one moment.
public struct TargetsReport: Sendable {
    /// Scraped ones, by pool, then URL.
    public var active: [TargetStatus] = []
    /// Discovered labels of those that relabelling dropped, at most as many as a pool keeps.
    public var dropped: [(pool: String, discoveredLabels: LabelSet)] = []
    /// How many were dropped, by pool; every pool is there.
    public var droppedCounts: [(pool: String, count: Int)] = []

    /// No targets.
    public init() {}

    /// The targets that have all of these labels which targets have at all, such as an alert's `job` and `instance`. Labels that no target has do not count;
    /// where none of the labels is a target's, no target is meant.
    public func targets(sharing labels: LabelSet) -> [TargetStatus] {
        active.filter { status in
            var (isShared, clashes) = (false, false)
            status.labels.forEach { name, value in
                labels.withValue(ofName: name) { wanted in
                    guard let wanted else { return }
                    if wanted.elementsEqual(value) { isShared = true } else { clashes = true }
                }
            }
            return isShared && !clashes
        }
    }
}
