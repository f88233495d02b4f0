import Labels
public import Time

/// What the shell must do after an event, in order. Collected by the caller so that one array serves many events.
public struct Effects: Sendable {
    /// Rows to make durable, in ascending sequence.
    public var journal: [JournalEntry] = []
    /// Attempts to start.
    public var deliveries: [Delivery] = []
    /// Attempts to abort; each still reports an outcome.
    public var cancellations: [DeliveryID] = []
    /// What is worth a log line, a metric or a row of history.
    public var notes: [Note] = []

    /// No effects.
    public init() {}

    /// Forgets everything, keeping the memory.
    public mutating func removeAll() {
        journal.removeAll(keepingCapacity: true)
        deliveries.removeAll(keepingCapacity: true)
        cancellations.removeAll(keepingCapacity: true)
        notes.removeAll(keepingCapacity: true)
    }
}

/// A row with its place in the order of state changes (DESIGN 2, rule 1).
public struct JournalEntry: Sendable {
    /// Ascending without gaps, from 1 after each start.
    public var sequence: UInt64
    /// What to write.
    public var record: JournalRecord

    /// An entry.
    public init(sequence: UInt64, record: JournalRecord) {
        self.sequence = sequence
        self.record = record
    }
}

/// One durable change. Each replaces or removes one row, except `told` and `leases`, which are one transaction of several.
public enum JournalRecord: Sendable {
    /// The alert in this slot, whole.
    case alert(slot: Int32, Alert)
    /// The slot is free.
    case alertRemoved(slot: Int32)
    /// A silence, whole.
    case silence(Silence)
    /// A silence past its retention.
    case silenceRemoved(id: String)
    /// What was told, together with the rows of the ended alerts that it names.
    case told(LogEntry, ended: [(slot: Int32, alert: Alert)])
    /// A log entry whose end times or clock were corrected.
    case logEntry(LogEntry)
    /// A log entry past its expiry.
    case logEntryRemoved(LogKey)
    /// End times that moved later since the last time, and the heartbeat (DESIGN 4).
    case leases([(slot: Int32, endsAt: Timestamp, updatedAt: Timestamp)], heartbeat: Timestamp)
}

/// Something that happened inside the machine and that people may want to see. Carries no policy: the shell logs and counts.
public enum Note: Sendable {
    /// An alert that was not known, or had ended, fires.
    case alertFiring(AlertBody)
    /// An alert ended.
    case alertEnded(AlertBody, EndReason)
    /// A restart or clock step made these many alerts wait for their senders.
    case unconfirmed(count: Int)
    /// Wall and monotonic clock parted by this much since the last event; positive is forwards.
    case clockJump(TimeSpan)
    /// The clocks went on for this long, but this process did not: somebody stopped it, or its machine.
    case standstill(TimeSpan)
    /// A flush left alerts out.
    case suppressed(reason: SuppressionReason, count: Int)
    /// An integration's chain of attempts ended. `error` is nil when it was told.
    case deliveryEnded(LogKey, attempts: Int, alerts: Int, reason: NotificationReason, failure: FailureReason?, error: String?)
    /// An attempt failed and will be repeated after this delay.
    case deliveryRetried(LogKey, attempt: Int, delay: TimeSpan, failure: FailureReason, error: String)
    /// Dedup decided; `rule` is the row of reference 5.3 (1…6), `notify` whether it tells.
    case dedup(LogKey, rule: Int, notify: Bool)
    /// Silences and log entries past their retention were removed: these many.
    case maintained(silences: Int, logEntries: Int)
    /// Senders of one alert contradict each other: one says that it fires, another that it is over.
    case sendersDisagree(AlertBody)
    /// An alert over the per-alertname limit was dropped.
    case limited(alertname: String)
}

/// Why a flush left alerts out; raw values are Alertmanager's metric labels.
public enum SuppressionReason: String, Sendable, Hashable, CaseIterable {
    case silence
    case inhibition
    case muteTimeInterval = "mute_time_interval"
    case activeTimeInterval = "active_time_interval"
}
