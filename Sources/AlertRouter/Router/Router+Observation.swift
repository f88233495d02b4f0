import AlertCore
import Logging
import Time

/// Turns what happens inside the machine into log lines and metrics. The machine itself knows neither.
extension Router {
    func observe(_ note: Note) {
        switch note {
        case .alertFiring(let body):
            log.debug("Alert fires", metadata: ["alert": "\(body.labels)"])
        case .alertEnded(let body, let reason):
            log.debug("Alert ended", metadata: ["alert": "\(body.labels)", "cause": "\(reason)"])
        case .unconfirmed(let count):
            log.warning("Alerts wait for their senders to speak again", metadata: ["alerts": "\(count)"])
        case .clockJump(let span):
            log.warning("The wall clock jumped; nothing is resolved by that", metadata: ["by": "\(GoDuration.format(span))"])
        case .suppressed(let reason, let count):
            metrics.suppressed(reason, count: count)
        case .deliveryEnded(let key, let attempts, let alerts, let reason, let failure, let error):
            metrics.delivered(key.kind, failure: failure)
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
            metrics.attemptFailed(key.kind)
            log.warning(
                "Notify attempt failed, will retry",
                metadata: [
                    "receiver": "\(key.receiver)", "integration": "\(key.kind)[\(key.index)]", "attempt": "\(attempt)",
                    "retryIn": "\(GoDuration.format(delay))", "class": "\(failure.rawValue)", "err": "\(error)",
                ])
        case .dedup(let key, let rule, let notify):
            log.debug("Dedup", metadata: ["group": "\(key.groupKey)", "rule": "\(rule)", "notify": "\(notify)"])
        case .limited(let alertname):
            metrics.limited()
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
            log.warning("The host slept", metadata: ["for": "\(GoDuration.format(span))"])
        }
    }
}
