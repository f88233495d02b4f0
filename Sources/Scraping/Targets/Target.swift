public import Labels

/// Something that is scraped (reference 5.5).
public struct Target: Sendable, Hashable {
    /// Labels of its series: after relabelling, with `job` and `instance`, without `__…`.
    public var labels: LabelSet
    /// Labels before relabelling, with `__address__` and `__meta_…`.
    public var discoveredLabels: LabelSet
    /// Where it is scraped, with all parameters.
    public var url: String
    /// Milliseconds from one scrape to the next.
    public var interval: Int64
    /// Milliseconds that a scrape may take; at most the interval.
    public var timeout: Int64
    /// Of its labels and URL: the same in every process, so that a target keeps its moments over restarts.
    public var hash: UInt64

    /// A target with these parts.
    public init(labels: LabelSet, discoveredLabels: LabelSet, url: String, interval: Int64, timeout: Int64) {
        self.labels = labels
        self.discoveredLabels = discoveredLabels
        self.url = url
        self.interval = interval
        self.timeout = timeout
        hash = url.utf8.reduce(labels.fingerprint.value) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }

    /// What makes it this target and no other.
    public var identity: Identity { Identity(labels: labels, url: url, hash: hash) }

    /// Labels and URL: targets that share both are one, and a target that keeps both over a change of the configuration keeps its state.
    public struct Identity: Sendable, Hashable {
        /// Labels of its series.
        public let labels: LabelSet
        /// Where it is scraped.
        public let url: String
        let hash: UInt64

        init(labels: LabelSet, url: String, hash: UInt64) {
            self.labels = labels
            self.url = url
            self.hash = hash
        }

        /// Hashes both.
        public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    }

    /// Equal targets have the same identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// What became of a job's groups.
public struct BuiltTargets: Sendable {
    /// Targets to scrape, in the order in which they were found, each once.
    public var active: [Target] = []
    /// Discovered labels of those that relabelling dropped, at most as many as `keep_dropped_targets` keeps.
    public var dropped: [LabelSet] = []
    /// How many were dropped.
    public var droppedCount = 0
    /// Entries that cannot be targets.
    public var problems: [TargetProblem] = []
    /// More targets than `target_limit` allows: why each of them fails; nil otherwise.
    public var limitError: String?

    /// No targets.
    public init() {}
}

/// An entry of a discovery that relabelling kept and that cannot be scraped all the same.
public struct TargetProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The job.
    public var jobName: String
    /// Where the entry is from.
    public var source: String
    /// Its place in the group, from 0.
    public var index: Int
    /// What is wrong with it, and what to do.
    public var message: String

    /// A problem with these parts.
    public init(jobName: String, source: String, index: Int, message: String) {
        self.jobName = jobName
        self.source = source
        self.index = index
        self.message = message
    }

    /// One line for a log.
    public var description: String { "job \"\(jobName)\": target \(index) of \(source): \(message)" }
}
