import Labels
import Time

/// A chain of attempts to tell one integration about one flush.
struct PendingDelivery {
    enum Phase {
        /// Another chain works on the same log key.
        case waiting
        /// The shell carries out an attempt.
        case inFlight
        /// The next attempt is scheduled.
        case backingOff
        /// Its time is up; the attempt was cancelled and has not reported yet.
        case cancelled
    }

    /// What dedup decided to tell. Empty while the chain waits.
    struct Content {
        var firing: [Fingerprint]
        var resolved: [Fingerprint]
        var alerts: [NotifiedAlert]
        var reason: NotificationReason
        var receiverData: [String: ReceiverValue]
    }

    let id: DeliveryID
    let flush: Flush
    /// Index into the flush's integrations.
    let integration: Int
    let key: LogKey
    var phase: Phase
    /// Monotonic; the flush's own, or later for a chain that has to wait for its receiver longer than that.
    var deadline: Int64
    /// Tells the valid entries of the deadline heap from outdated ones.
    var generation: UInt32 = 0
    /// Attempts begun.
    var attempt = 0
    var content: Content?
    /// How the last attempt failed.
    var failure: (reason: FailureReason, message: String)?
    /// Whether its flush no longer waits for it.
    var isDetached = false

    /// Whether it only waits for the moment that its receiver set after an earlier flush.
    var isResting: Bool { phase == .backingOff && attempt == 0 }
}

/// The chain that works on a log key, and those that wait for it in order (DESIGN 2, rule 5).
struct Lane {
    var current: UInt32
    var waiting: [UInt32] = []
}
