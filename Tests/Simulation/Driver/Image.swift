import AlertCore
import Labels
import Time

/// What a journal holds after some of its rows: the plainest reading of every record.
struct Image {
    /// An alert's row.
    struct Row {
        var alert: Alert
        /// How many durable changes the model had seen of this alert when the row was made.
        var version: Int
    }

    private(set) var alerts: [Int32: Row] = [:]
    private(set) var silences: [String: Silence] = [:]
    private(set) var log: [LogKey: LogEntry] = [:]
    private(set) var heartbeat: Timestamp?
    /// The version at which an alert's row was removed.
    private var removed: [Fingerprint: Int] = [:]

    /// Applies a record. `version` gives the model's count of durable changes of an alert.
    mutating func apply(_ record: JournalRecord, version: (Alert) -> Int) {
        switch record {
        case .alert(let slot, let alert): alerts[slot] = Row(alert: alert, version: version(alert))
        case .alertRemoved(let slot):
            if let row = alerts.removeValue(forKey: slot) { removed[row.alert.body.labels.fingerprint] = row.version }
        case .silence(let silence): silences[silence.id] = silence
        case .silenceRemoved(let id): silences[id] = nil
        case .told(let entry, let ended):
            log[entry.key] = entry
            for row in ended { alerts[row.slot] = Row(alert: row.alert, version: version(row.alert)) }
        case .logEntry(let entry): log[entry.key] = entry
        case .logEntryRemoved(let key): log[key] = nil
        case .leases(let leases, let heartbeat):
            for lease in leases {
                alerts[lease.slot]?.alert.endsAt = lease.endsAt
                alerts[lease.slot]?.alert.updatedAt = lease.updatedAt
            }
            self.heartbeat = heartbeat
        }
    }

    /// Where an alert's row is.
    func slot(of fingerprint: Fingerprint) -> Int32? { alerts.first { $0.value.alert.body.labels.fingerprint == fingerprint }?.key }

    /// The latest version of an alert that was written or, after that, removed.
    func version(of fingerprint: Fingerprint) -> Int {
        let row = alerts.values.first { $0.alert.body.labels.fingerprint == fingerprint }
        return max(row?.version ?? 0, removed[fingerprint] ?? 0)
    }

    /// The image as the machine takes it at start, in an order that depends on nothing but its content.
    var restored: RestoredState {
        RestoredState(
            alerts: alerts.sorted { $0.key < $1.key }.map { (slot: $0.key, alert: $0.value.alert) },
            silences: silences.values.sorted { $0.id < $1.id },
            log: log.values.sorted {
                ($0.key.groupKey, $0.key.receiver, $0.key.kind, $0.key.index) < (
                    $1.key.groupKey, $1.key.receiver, $1.key.kind, $1.key.index
                )
            },
            heartbeat: heartbeat)
    }
}
