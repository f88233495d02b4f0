import MonitorFile

/// One discovery of a job, asked again and again.
protocol DiscoverySource: Sendable {
    /// Begins to ask. `answer` is called after every ask, with all groups or, when they could not be had, with nil: the former ones stay.
    func start(_ answer: @escaping @Sendable ([TargetGroup]?) -> Void)

    /// Asks again now.
    func refresh()

    /// Ends asking; an ask under way may still answer once.
    func stop()
}
