import AlertCore
import AlertStorage
import Journal
import Logging
import Time

/// What goes into the history: every note of the machine that a person may ask about later.
extension Router {
    func keep(_ note: Note) {
        guard let history else { return }
        let now = Clock.wall()
        switch note {
        case .alertFiring(let body): history.record(HistoryEvent(.alertFiring, at: now, labels: body.labels))
        case .alertEnded(let body, let reason):
            var event = HistoryEvent(.alertEnded, at: now, labels: body.labels)
            event.text = "\(reason)"
            history.record(event)
        case .unconfirmed(let count):
            var event = HistoryEvent(.alertsUnconfirmed, at: now)
            event.alerts = count
            history.record(event)
        case .clockJump(let span):
            var event = HistoryEvent(.clockStepped, at: now)
            event.milliseconds = span.milliseconds
            history.record(event)
        case .standstill(let span): keep(.stoodStill, span: span)
        case .deliveryEnded(let key, let attempts, let alerts, let reason, _, let error):
            var event = HistoryEvent(error == nil ? .delivered : .deliveryFailed, at: now)
            event.name(key)
            event.attempts = attempts
            event.alerts = alerts
            event.text = reason.rawValue
            event.error = error ?? ""
            history.record(event)
        case .deliveryRetried(let key, let attempt, let delay, _, let error):
            var event = HistoryEvent(.deliveryRetried, at: now)
            event.name(key)
            event.attempts = attempt
            event.milliseconds = delay.milliseconds
            event.error = error
            history.record(event)
        case .limited(let alertname):
            var event = HistoryEvent(.alertDropped, at: now)
            event.text = "--alerts.per-alertname-limit: \(alertname)"
            history.record(event)
        case .sendersDisagree(let body): history.record(HistoryEvent(.sendersDisagree, at: now, labels: body.labels))
        case .suppressed, .dedup, .maintained: break
        }
    }

    /// Puts something that is not the machine's into the history.
    func keep(_ kind: HistoryEvent.Kind, _ text: String = "", error: String = "", span: TimeSpan = .zero) {
        guard let history else { return }
        var event = HistoryEvent(kind, at: Clock.wall())
        event.text = text
        event.error = error
        event.milliseconds = span.milliseconds
        history.record(event)
    }
}

extension HistoryEvent {
    fileprivate mutating func name(_ key: LogKey) {
        groupKey = key.groupKey
        receiver = key.receiver
        integration = "\(key.kind)[\(key.index)]"
    }
}

extension Router {
    /// Opens the history beside the journal. A router that cannot keep one works all the same.
    static func openHistory(_ options: Options, log: Logger) -> History? {
        guard options.historyBytes > 0 else { return nil }
        do {
            return try History.open(at: options.storagePath, maxBytes: options.historyBytes)
        } catch {
            log.warning("There will be no history", metadata: ["err": "\(error)"])
            return nil
        }
    }

    /// Notes what a change did to silences.
    func keep(_ change: SilenceChange) {
        let now = Clock.wall()
        for silence in change.records {
            let isOver = silence.endsAt <= now
            keep(isOver ? .silenceExpired : .silenceSet, "\(silence.id) \(silence.matchers) by \(silence.createdBy): \(silence.comment)")
        }
    }
}

extension Router.Options {
    /// How the journal works: with the history it stays within 100 MB in all (DESIGN 4).
    var journal: JournalOptions {
        var journal = JournalOptions()
        journal.maxBytes = max(32 << 20, journal.maxBytes - historyBytes)
        return journal
    }
}
