public import Labels
public import Time

extension AlertMachine {
    /// Fingerprints of the stored alerts, unsorted; ended ones included until the garbage collection. Costs nothing until the store changes.
    public var fingerprints: [Fingerprint] { [] }

    /// What is known about an alert; nil when it is unknown or has ended.
    public func alertStatus(of fingerprint: Fingerprint, at now: ClockReading) -> AlertStatus? { nil }

    /// What would mute an alert with these labels at this moment.
    public func muteStatus(of labels: LabelSet, at now: ClockReading) -> (silencedBy: [String], inhibitedBy: Fingerprint?) { ([], nil) }

    /// The routes that an alert with these labels takes, as indices into the configuration.
    public func routesMatching(_ labels: LabelSet) -> [Int] { [] }

    /// All aggregation groups, in no particular order.
    public var groupIDs: [GroupID] { [] }

    /// One aggregation group; nil when it is gone.
    public func group(_ id: GroupID, at now: ClockReading) -> GroupStatus? { nil }

    /// How much the machine holds.
    public func counts(at now: ClockReading) -> MachineCounts { MachineCounts() }

    /// The notification log.
    public var logEntries: [LogEntry] { [] }

    /// What was told last under a key.
    public func logEntry(for key: LogKey) -> LogEntry? { nil }
}
