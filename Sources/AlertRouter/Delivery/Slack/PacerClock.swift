import Time

/// The time that pacing goes by. Passed in, so that tests can let it pass as they like.
protocol PacerClock: Sendable {
    /// Monotonic nanoseconds, comparable with `Delivery.deadline`.
    var now: Int64 { get }

    /// Returns at the moment, or soon after the task is cancelled.
    func sleep(until moment: Int64) async
}

/// The machine's own clock.
struct MonotonicPacerClock: PacerClock {
    var now: Int64 { Clock.monotonic() }

    func sleep(until moment: Int64) async {
        // Again when it woke up early: the task's clock and this one need not agree to the nanosecond.
        while !Task.isCancelled {
            let rest = moment - now
            guard rest > 0 else { return }
            try? await Task.sleep(for: .nanoseconds(rest))
        }
    }
}
