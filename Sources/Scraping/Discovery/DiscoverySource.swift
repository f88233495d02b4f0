import MonitorFile

/// One discovery of a job, asked again and again.
protocol DiscoverySource: Sendable {
    /// Begins to ask. `answer` is called after the first ask, and after every later one that changes something or fails.
    func start(_ answer: @escaping @Sendable (DiscoveryAnswer) -> Void)

    /// Asks again now.
    func refresh()

    /// Ends asking; an ask under way may still answer once.
    func stop()
}

/// What came of asking a discovery.
struct DiscoveryAnswer: Sendable {
    /// Everything that it knows now; nil when that could not be told and the former groups stay.
    var groups: [TargetGroup]?
    /// Files that could not be read or requests that failed.
    var failures = 0
}

extension [TargetGroup] {
    /// How many targets there are, for messages.
    var targetWords: String {
        let count = reduce(0) { $0 + $1.targets.count }
        return "\(count) target\(count == 1 ? "" : "s")"
    }
}
