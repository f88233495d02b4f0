import Dispatch
import NIOConcurrencyHelpers

/// One timer for the machine's next deadline, and a beat every second so that clock steps and sleep are noticed.
final class DeadlineTimer: Sendable {
    private struct State {
        var armed: Int64?
        var isStopped = false
    }

    // Dispatch sources are thread-safe; the compiler cannot see it on Linux.
    nonisolated(unsafe) private let source: any DispatchSourceTimer
    private let state = NIOLockedValueBox(State())
    private static let beat: UInt64 = 1_000_000_000

    /// A timer that calls `fire` on a queue of its own; it starts with `start()`.
    init(fire: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "flatalert.deadlines")
        source = DispatchSource.makeTimerSource(queue: queue)
        source.setEventHandler { [state] in
            state.withLockedValue { $0.armed = nil }
            fire()
        }
    }

    /// Begins beating.
    func start() {
        schedule(nil)
        source.activate()
    }

    /// Fires at this monotonic time in nanoseconds, or after a second if that is sooner.
    func schedule(_ deadline: Int64?) {
        state.withLockedValue { state in
            guard !state.isStopped else { return }
            let now = DispatchTime.now().uptimeNanoseconds
            let latest = now + Self.beat
            let wanted = deadline.map { UInt64(max(0, $0)) } ?? latest
            let next = min(max(wanted, now), latest)
            if let armed = state.armed, armed >= Int64(now), UInt64(armed) <= next { return }
            state.armed = Int64(next)
            source.schedule(deadline: DispatchTime(uptimeNanoseconds: next), leeway: .nanoseconds(0))
        }
    }

    /// Ends the timer for good.
    func stop() {
        state.withLockedValue { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            source.cancel()
        }
    }
}
