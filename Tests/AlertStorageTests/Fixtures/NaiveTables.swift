public import AlertCore
import Labels
import Time

/// What the tables ought to hold, kept as plainly as possible.
public struct NaiveTables: Sendable {
    private var alerts: [Int32: Alert] = [:]
    private var leases: [Int32: (endsAt: Timestamp, updatedAt: Timestamp)] = [:]
    private var silences: [String: Silence] = [:]
    private var log: [LogKey: LogEntry] = [:]
    private var heartbeat: Timestamp?

    /// Empty tables.
    public init() {}

    /// Does what a record says.
    public mutating func write(_ record: JournalRecord) {
        switch record {
        case .alert(let slot, let alert): put(alert, in: slot)
        case .alertRemoved(let slot):
            alerts[slot] = nil
            leases[slot] = nil
        case .silence(let silence): silences[silence.id] = silence
        case .silenceRemoved(let id): silences[id] = nil
        case .told(let entry, let ended):
            for (slot, alert) in ended { put(alert, in: slot) }
            log[entry.key] = entry
        case .logEntry(let entry): log[entry.key] = entry
        case .logEntryRemoved(let key): log[key] = nil
        case .leases(let list, let heartbeat):
            for lease in list where alerts[lease.slot] != nil { leases[lease.slot] = (lease.endsAt, lease.updatedAt) }
            self.heartbeat = heartbeat
        }
    }

    private mutating func put(_ alert: Alert, in slot: Int32) {
        alerts[slot] = alert
        leases[slot] = nil
    }

    /// What loading these tables must give.
    public var description: [String] {
        var state = RestoredState(silences: Array(silences.values), log: Array(log.values), heartbeat: heartbeat)
        for (slot, var alert) in alerts {
            if let lease = leases[slot] { (alert.endsAt, alert.updatedAt) = lease }
            state.alerts.append((slot, alert))
        }
        return describe(state)
    }
}

/// A state as sorted lines with everything in it, also what `==` ignores.
public func describe(_ state: RestoredState) -> [String] {
    func text(_ time: Timestamp) -> String { "\(time.seconds).\(time.nanoseconds)+\(time.utcOffset)" }
    func text(_ labels: LabelSet) -> String { labels.pairs.map { "\($0.name)=\($0.value.debugDescription)" }.joined(separator: ",") }
    var lines: [String] = []
    for (slot, alert) in state.alerts {
        let times = [alert.startsAt, alert.endsAt, alert.updatedAt].map(text).joined(separator: " ")
        let body = alert.body
        let reason = alert.endReason.map { "\($0)" } ?? "-"
        lines.append(
            "alert \(slot) \(text(body.labels)) \(body.labels.fingerprint) \(text(body.annotations)) \(body.generatorURL) \(times) \(alert.isTimeout) \(reason)"
        )
    }
    for silence in state.silences {
        let times = [silence.startsAt, silence.endsAt, silence.updatedAt].map(text).joined(separator: " ")
        let matchers = silence.matchers.map { "\($0.name)\($0.operation)\($0.value)" }.joined(separator: ";")
        lines.append("silence \(silence.id) \(matchers) \(times) \(silence.createdBy) \(silence.comment) \(text(silence.annotations))")
    }
    for entry in state.log {
        let data = entry.receiverData.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
        lines.append("log \(entry.key) \(entry.firing) \(entry.resolved) \(text(entry.timestamp)) \(text(entry.expiresAt)) \(data)")
    }
    lines.append("heartbeat \(state.heartbeat.map(text) ?? "-")")
    return lines.sorted()
}
