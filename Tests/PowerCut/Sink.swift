import AlertCore
import Labels
import Time

/// A receiver that remembers what it took, and knows which of it a power cut may make it see again.
struct Sink: Sendable {
    /// The longest time between a notification and the cut for which seeing it twice is no fault.
    static let window = TimeSpan.seconds(1)

    private struct Notification {
        var firing: Set<Fingerprint>
        var resolved: Set<Fingerprint>
        var time: Timestamp
        /// A cut came so soon after it that nobody may remember that it was sent.
        var isForgivable = false
    }

    private var last: [LogKey: Notification] = [:]
    /// What was said last about an alert under a key: that it fires, and when.
    private var told: [LogKey: [Fingerprint: (fires: Bool, isForgivable: Bool)]] = [:]

    private(set) var taken = 0
    /// Repetitions right after a cut, of what had been taken less than a second before it.
    private(set) var forgivenDuplicates = 0
    /// Any other repetition.
    private(set) var duplicates: [String] = []

    /// Takes a notification.
    mutating func take(_ delivery: Delivery, at time: Timestamp) {
        let firing = Set(delivery.alerts.filter { !$0.isResolved }.map(\.body.labels.fingerprint))
        let resolved = Set(delivery.alerts.filter(\.isResolved).map(\.body.labels.fingerprint))
        if let before = last[delivery.key], before.firing == firing, before.resolved == resolved {
            if before.isForgivable { forgivenDuplicates += 1 } else { duplicates.append("\(delivery.key): \(delivery.reason.rawValue)") }
        }
        taken += 1
        last[delivery.key] = Notification(firing: firing, resolved: resolved, time: time)
        for fingerprint in firing { told[delivery.key, default: [:]][fingerprint] = (true, false) }
        for fingerprint in resolved { told[delivery.key, default: [:]][fingerprint] = (false, false) }
    }

    /// The power was cut at this time.
    mutating func noteCut(at time: Timestamp) {
        for (key, notification) in last where time - notification.time < Self.window {
            last[key]?.isForgivable = true
            for fingerprint in notification.firing.union(notification.resolved) { told[key]?[fingerprint]?.isForgivable = true }
        }
    }

    /// Under how many keys the last word about an alert was this, or one that a cut may have made everybody else forget.
    func count(of fingerprint: Fingerprint, fires: Bool) -> Int {
        told.values.count { told in told[fingerprint].map { $0.fires == fires || $0.isForgivable } ?? false }
    }

    /// Under how many keys anything was said about an alert.
    func count(of fingerprint: Fingerprint) -> Int { told.values.count { $0[fingerprint] != nil } }
}
