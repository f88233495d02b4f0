import Time

// Receivers that ask to come back later, such as mail servers that keep a grey list: attempts on a log key stay apart also across flushes, and a
// chain that waits for its moment may outlive its flush, so that a short `group_interval` does not keep the message from ever being sent.
extension AlertMachine {
    /// What a chain has from the moment at which the receiver may be asked again.
    private static let timeAfterRest = TimeSpan.seconds(10)

    /// Makes a chain wait for the moment that its receiver set, and gives it time enough to be told then.
    mutating func rest(_ pending: inout PendingDelivery, until moment: Int64) {
        pending.phase = .backingOff
        pending.deadline = max(pending.deadline, (TimeSpan(nanoseconds: moment) + Self.timeAfterRest).nanoseconds)
        scheduleAttempt(pending, at: moment)
    }

    /// A chain whose flush has ended and that still waits for its moment gives way to a later flush, which knows better what to tell.
    mutating func dropStaleRest(_ key: LogKey) {
        guard let current = lanes[key]?.current, let pending = deliveries[current], pending.isResting, pending.isDetached else { return }
        deliveries[current] = nil
        lanes[key] = nil
    }

    /// The flush's time is up, its chain's is not: the flush ends without it, so that no other integration waits, and the chain goes on alone.
    /// False when it must end as well.
    mutating func outlivesFlush(_ chain: PendingDelivery, at now: ClockReading, into effects: inout Effects) -> Bool {
        var pending = chain
        // One that has had its attempt leaves the next to the next flush; one that rests gives way to whom it keeps waiting.
        guard pending.phase == .inFlight || pending.isResting && lanes[pending.key]?.waiting.isEmpty == true else { return false }
        pending.isDetached = true
        deliveries[pending.id.short] = pending
        scheduleTimeout(pending, at: pending.deadline)
        if !chain.isDetached { settle(pending.flush, succeeded: false, at: now, into: &effects) }
        return true
    }

    /// Forgets the moments that have come. What is kept is at most one for each log key that was put off lately.
    mutating func forgetPastRests(at now: ClockReading) {
        if !notBefore.isEmpty { notBefore = notBefore.filter { $0.value > now.monotonic } }
    }
}
