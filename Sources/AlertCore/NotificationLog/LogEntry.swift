public import Labels
public import Time

/// Identifies one stream of notifications: `<groupKey>:<receiver>/<kind>/<index>` (reference 7).
public struct LogKey: Hashable, Sendable {
    /// The group key (reference 4.2).
    public var groupKey: String
    /// The receiver's name.
    public var receiver: String
    /// The integration's kind.
    public var kind: String
    /// The integration's position within its kind.
    public var index: Int

    /// A key of these parts.
    public init(groupKey: String, receiver: String, kind: String, index: Int) {
        self.groupKey = groupKey
        self.receiver = receiver
        self.kind = kind
        self.index = index
    }
}

/// The last thing that was told under a key.
public struct LogEntry: Sendable, Hashable {
    /// The key.
    public var key: LogKey
    /// Fingerprints told as firing, ascending.
    public var firing: [Fingerprint]
    /// Fingerprints told as resolved, ascending.
    public var resolved: [Fingerprint]
    /// The flush tick that was told.
    public var timestamp: Timestamp
    /// When the entry may be forgotten.
    public var expiresAt: Timestamp
    /// What the integration keeps between messages (a Slack thread id, …).
    public var receiverData: [String: ReceiverValue]

    /// An entry with these parts.
    public init(
        key: LogKey, firing: [Fingerprint], resolved: [Fingerprint], timestamp: Timestamp, expiresAt: Timestamp,
        receiverData: [String: ReceiverValue] = [:]
    ) {
        self.key = key
        self.firing = firing
        self.resolved = resolved
        self.timestamp = timestamp
        self.expiresAt = expiresAt
        self.receiverData = receiverData
    }
}

/// A value in a log entry's receiver data.
public enum ReceiverValue: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// A floating-point number.
    case double(Double)
}
