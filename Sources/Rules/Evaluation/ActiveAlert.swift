public import Labels

/// An alert that a rule holds (reference 2.2). Milliseconds.
public struct ActiveAlert: Sendable, Hashable {
    /// Where it is in its life.
    public enum State: UInt8, Sendable, Hashable, Comparable {
        /// Over; kept for a while so that its end is told again.
        case inactive
        /// True, but not for long enough.
        case pending
        /// Told.
        case firing

        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        public static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }

        /// As the API and `ALERTS` spell it.
        public var name: String {
            switch self {
            case .inactive: "inactive"
            case .pending: "pending"
            case .firing: "firing"
            }
        }
    }

    /// With `alertname`; they identify it within its rule.
    public var labels: LabelSet
    /// Expanded at the last pass that had it in its result.
    public var annotations: LabelSet
    /// Where it is in its life.
    public var state: State
    /// The value at the last pass that had it in its result.
    public var value: Double
    /// Since when it is true; moved on by time that does not count.
    public var activeAt: Int64
    /// When it began to fire.
    public var firedAt: Int64?
    /// When it ended.
    public var resolvedAt: Int64?
    /// The pass of the last message.
    public var lastSentAt: Int64?
    /// Since when it is kept firing without being true; moved on by time that does not count.
    public var keepFiringSince: Int64?
    /// Time since `resolvedAt` that does not count: its end is told again as long as if nobody had slept.
    public var pausedSinceResolved: Int64 = 0
    /// Kept as it is although the last result lacks it: after a gap the rule cannot see enough yet (`RefillWindow`), or the source told that
    /// its answer is not whole.
    public var isFrozen = false

    /// A fresh alert.
    public init(labels: LabelSet, annotations: LabelSet, state: State, value: Double, activeAt: Int64) {
        self.labels = labels
        self.annotations = annotations
        self.state = state
        self.value = value
        self.activeAt = activeAt
    }
}
