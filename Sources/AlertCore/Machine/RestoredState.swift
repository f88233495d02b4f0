public import Time

/// What the journal held at start.
public struct RestoredState: Sendable {
    /// Alerts by slot.
    public var alerts: [(slot: Int32, alert: Alert)]
    /// All silences.
    public var silences: [Silence]
    /// The notification log.
    public var log: [LogEntry]
    /// The last moment at which the machine is known to have been running; nil if it never was.
    public var heartbeat: Timestamp?

    /// A state with these parts.
    public init(alerts: [(slot: Int32, alert: Alert)] = [], silences: [Silence] = [], log: [LogEntry] = [], heartbeat: Timestamp? = nil) {
        self.alerts = alerts
        self.silences = silences
        self.log = log
        self.heartbeat = heartbeat
    }
}
