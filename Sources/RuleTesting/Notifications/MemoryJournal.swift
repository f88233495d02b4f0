import AlertCore
import Time

/// A journal that survives what a test does to the process: the rows, in memory.
struct MemoryJournal {
    private var alerts: [Int32: Alert] = [:]
    private var silences: [String: Silence] = [:]
    private var log: [LogKey: LogEntry] = [:]
    private var heartbeat: Timestamp?

    mutating func append(_ record: JournalRecord) {
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
    var restored: RestoredState {
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
