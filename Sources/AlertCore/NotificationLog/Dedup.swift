import Labels
import Time

/// Whether a flush tells anything, by what was told before (reference 5.3).
struct Dedup {
    /// The row of the reference's table that decided, 1 to 6.
    let rule: Int
    /// Why it tells; nil when it does not.
    let reason: NotificationReason?

    /// Decides for one integration. `firing` and `resolved` ascend; `now` is the flush tick.
    init(
        firing: [Fingerprint], resolved: [Fingerprint], entry: LogEntry?, sendsResolved: Bool, repeatInterval: TimeSpan, now: Timestamp
    ) {
        guard let entry else {
            self.init(1, firing.isEmpty ? nil : .firstNotification)
            return
        }
        if !firing.isSortedSubset(of: entry.firing) {
            self.init(2, entry.firing.isEmpty ? .firstNotification : .newAlertsAdded)
        } else if firing.isEmpty {
            // Whether ends are told does not matter here: the log must be cleared.
            self.init(3, entry.firing.isEmpty ? nil : .allAlertsResolved)
        } else if sendsResolved, !resolved.isSortedSubset(of: entry.resolved) {
            self.init(4, .someAlertsResolved)
        } else if entry.timestamp < now - repeatInterval {
            self.init(5, .repeatIntervalElapsed)
        } else {
            self.init(6, nil)
        }
    }

    private init(_ rule: Int, _ reason: NotificationReason?) {
        self.rule = rule
        self.reason = reason
    }
}
