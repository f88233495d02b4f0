import AlertCore
import Dispatch
import Journal
import Logging
import Time

/// Turns what happens inside the machine into log lines and metrics. The machine itself knows neither.
extension Router {
    func observe(_ note: Note) {
        keep(note)
        switch note {
        case .alertFiring(let body):
            log.debug("Alert fires", metadata: ["alert": "\(body.labels)"])
        case .alertEnded(let body, let reason):
            log.debug("Alert ended", metadata: ["alert": "\(body.labels)", "cause": "\(reason)"])
        case .unconfirmed(let count):
            log.warning("Alerts wait for their senders to speak again", metadata: ["alerts": "\(count)"])
        case .clockJump(let span):
            log.warning("The wall clock jumped; nothing is resolved by that", metadata: ["by": "\(GoDuration.format(span))"])
        case .standstill(let span):
            log.warning(
                "This process stood still while the clocks went on; nothing is resolved by that",
                metadata: ["for": "\(GoDuration.format(span))"])
        case .suppressed(let reason, let count):
            metrics.suppressed(reason, count: count)
        case .deliveryEnded(let key, let attempts, let alerts, let reason, let failure, let error):
            metrics.delivered(key, failure: failure)
            heartbeat.delivered(key, problem: error)
            let metadata: Logger.Metadata = [
                "receiver": "\(key.receiver)", "integration": "\(key.kind)[\(key.index)]", "group": "\(key.groupKey)",
                "attempts": "\(attempts)",
                "alerts": "\(alerts)", "reason": "\(reason.rawValue)",
            ]
            if let error {
                log.error(
                    "Notify failed", metadata: metadata.merging(["err": "\(error)", "class": "\(failure?.rawValue ?? "other")"]) { $1 })
            } else {
                log.info("Notified", metadata: metadata)
            }
        case .deliveryRetried(let key, let attempt, let delay, let failure, let error):
            metrics.attemptFailed(key)
            heartbeat.attemptFailed(key, attempt: attempt, problem: error)
            log.warning(
                "Notify attempt failed, will retry",
                metadata: [
                    "receiver": "\(key.receiver)", "integration": "\(key.kind)[\(key.index)]", "attempt": "\(attempt)",
                    "retryIn": "\(GoDuration.format(delay))", "class": "\(failure.rawValue)", "err": "\(error)",
                ])
        case .dedup(let key, let rule, let notify):
            metrics.logQueried()
            log.debug("Dedup", metadata: ["group": "\(key.groupKey)", "rule": "\(rule)", "notify": "\(notify)"])
        case .maintained(let silences, let logEntries):
            metrics.maintained()
            log.debug("Maintenance done", metadata: ["silencesRemoved": "\(silences)", "logEntriesRemoved": "\(logEntries)"])
        case .sendersDisagree(let body):
            log.info("Senders contradict each other; explain says who", metadata: ["alert": "\(body.labels)"])
        case .limited(let alertname):
            metrics.limited(alertname)
            log.warning("Alert dropped by --alerts.per-alertname-limit", metadata: ["alertname": "\(alertname)"])
        }
    }

    func observe(_ event: ClockWatch.Event) {
        switch event {
        case .step(let span):
            metrics.clockStepped()
            log.warning("The wall clock was set", metadata: ["by": "\(GoDuration.format(span))"])
        case .sleep(let span):
            metrics.hostSlept()
            keep(.hostSlept, span: span)
            log.warning("The host slept", metadata: ["for": "\(GoDuration.format(span))"])
        }
    }

    /// Says when nothing can be made durable any more, and when it can again (DESIGN 4, disk full).
    func observeJournal() {
        // The observer must not block the journal's thread, and a log line may.
        let queue = DispatchQueue(label: "flatalert.journal-state")
        journal.observe { [log] state in
            queue.async {
                switch state {
                case .durable: log.info("The journal writes again; what was kept in memory is on the disk")
                case .memoryOnly(let reason):
                    log.error(
                        "The journal cannot write: alerts are routed and told from memory only, senders are answered 503",
                        metadata: ["err": "\(reason)"])
                }
            }
        }
    }
}
