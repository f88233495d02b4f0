public import Time

/// What the rows that the machine wants to be durable amount to: what a process that starts behind them finds.
///
/// Kept in memory, for whoever plays a journal's part: tests of the machine, and tests of rules that outlive a restart.
public struct RecordedState: Sendable {
    /// By slot.
    public private(set) var alerts: [Int32: Alert] = [:]
    /// By id.
    public private(set) var silences: [String: Silence] = [:]
    /// The notification log.
    public private(set) var log: [LogKey: LogEntry] = [:]
    /// The last moment at which the machine is known to have been running.
    public private(set) var heartbeat: Timestamp?

    /// Nothing was written yet.
    public init() {}

    /// Takes a row.
    public mutating func write(_ record: JournalRecord) {
        switch record {
        case .alert(let slot, let alert): alerts[slot] = alert
        case .alertRemoved(let slot): alerts[slot] = nil
        case .silence(let silence): silences[silence.id] = silence
        case .silenceRemoved(let id): silences[id] = nil
        case .told(let entry, let ended):
            log[entry.key] = entry
            for row in ended { alerts[row.slot] = row.alert }
        case .logEntry(let entry): log[entry.key] = entry
        case .logEntryRemoved(let key): log[key] = nil
        case .leases(let leases, let heartbeat):
            for lease in leases {
                alerts[lease.slot]?.endsAt = lease.endsAt
                alerts[lease.slot]?.updatedAt = lease.updatedAt
            }
            self.heartbeat = heartbeat
        }
    }

    /// What a process that starts now finds. Its order depends on nothing but its content.
    public var restored: RestoredState {
        RestoredState(
            alerts: alerts.sorted { $0.key < $1.key }.map { (slot: $0.key, alert: $0.value) },
            silences: silences.values.sorted { $0.id < $1.id },
            log: log.values.sorted {
                ($0.key.groupKey, $0.key.receiver, $0.key.kind, $0.key.index) < (
                    $1.key.groupKey, $1.key.receiver, $1.key.kind, $1.key.index
                )
            },
            heartbeat: heartbeat)
    }
}
