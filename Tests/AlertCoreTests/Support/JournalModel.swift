import AlertCore
import Labels
import Time

/// What the journal's tables hold after some rows, as a start would read it.
struct JournalModel {
    private(set) var alerts: [Int32: Alert] = [:]
    private(set) var silences: [String: Silence] = [:]
    private(set) var log: [LogKey: LogEntry] = [:]
    private(set) var heartbeat: Timestamp?

    mutating func write(_ record: JournalRecord) {
        switch record {
        case .alert(let slot, let alert): alerts[slot] = alert
        case .alertRemoved(let slot): alerts[slot] = nil
        case .silence(let silence): silences[silence.id] = silence
        case .silenceRemoved(let id): silences[id] = nil
        case .told(let entry, let ended):
            log[entry.key] = entry
            for (slot, alert) in ended { alerts[slot] = alert }
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

    var restored: RestoredState {
        RestoredState(
            alerts: alerts.sorted { $0.key < $1.key }.map { (slot: $0.key, alert: $0.value) }, silences: Array(silences.values),
            log: Array(log.values), heartbeat: heartbeat)
    }
}
