import Dispatch
import NIOConcurrencyHelpers

/// One timer for the next pass of any group, and a beat every second so that sleep and clock steps are noticed.
final class RuleTimer: Sendable {
    private static let beat: Int64 = 1_000_000_000
    private static let leeway = DispatchTimeInterval.milliseconds(1)

    // Dispatch sources may be used from all threads; the compiler cannot see it on Linux.
    nonisolated(unsafe) private let source: any DispatchSourceTimer
    private let isStopped = NIOLockedValueBox(false)

    /// A timer that calls `fire` on a queue of its own, for the first time at once.
    init(fire: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "flatalert.rules"))
        source.setEventHandler(handler: fire)
        // It beats by itself: the first time may come before anybody can set it again.
        source.schedule(deadline: .now(), repeating: .nanoseconds(Int(Self.beat)), leeway: Self.leeway)
        source.activate()
    }

    /// Fires after this many nanoseconds, at most after a beat.
    func schedule(after delay: Int64?) {
        isStopped.withLockedValue { isStopped in
            guard !isStopped else { return }
            let delay = max(0, min(delay ?? Self.beat, Self.beat))
            source.schedule(deadline: .now() + .nanoseconds(Int(delay)), repeating: .nanoseconds(Int(Self.beat)), leeway: Self.leeway)
        }
    }

    /// Ends the timer for good.
    func stop() {
        isStopped.withLockedValue { isStopped in
            guard !isStopped else { return }
            isStopped = true
            source.cancel()
        }
    }
}
