import Dispatch
import NIOConcurrencyHelpers
import Time

/// Where scrapes take their times from. Nanoseconds everywhere; tests bring a clock of their own.
protocol ScrapeClock: Sendable {
    /// Since the epoch.
    func wall() -> Int64
    /// Of a clock that is never set. It may stand still while the machine sleeps.
    func monotonic() -> Int64
    /// A timer that calls `fire` when its deadline has passed.
    func timer(_ fire: @escaping @Sendable () -> Void) -> any ScrapeTimer
}

extension ScrapeClock {
    /// Milliseconds since the epoch.
    func wallMilliseconds() -> Int64 { wall() / 1_000_000 }

    /// When the monotonic clock will have reached a moment of the wall clock, unless that is set meanwhile.
    ///
    /// - Parameter moment: milliseconds since the epoch.
    func deadline(of moment: Int64) -> Int64 { monotonic() + moment * 1_000_000 - wall() }
}

/// One timer for all targets.
protocol ScrapeTimer: Sendable {
    /// Fires once when the monotonic clock has reached the deadline, which replaces an earlier one; nil fires no more.
    func schedule(_ deadline: Int64?)
    /// Ends the timer for good.
    func stop()
}

/// The clocks of the machine.
struct SystemScrapeClock: ScrapeClock {
    func wall() -> Int64 {
        let now = Clock.wall()
        return now.seconds &* 1_000_000_000 &+ Int64(now.nanoseconds)
    }

    func monotonic() -> Int64 { Clock.monotonic() }

    func timer(_ fire: @escaping @Sendable () -> Void) -> any ScrapeTimer { DispatchScrapeTimer(fire) }
}

/// A timer on a queue of its own.
private final class DispatchScrapeTimer: ScrapeTimer {
    private struct State {
        var armed: Int64?
        var isStopped = false
    }

    // Dispatch sources are thread-safe; the compiler cannot see it on Linux.
    nonisolated(unsafe) private let source: any DispatchSourceTimer
    private let state = NIOLockedValueBox(State())

    init(_ fire: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "flatalert.scrapes"))
        source.setEventHandler { [state] in
            state.withLockedValue { $0.armed = nil }
            fire()
        }
        source.activate()
    }

    func schedule(_ deadline: Int64?) {
        state.withLockedValue { state in
            guard !state.isStopped, state.armed != deadline else { return }
            state.armed = deadline
            source.schedule(
                deadline: deadline.map { DispatchTime(uptimeNanoseconds: UInt64(max(1, $0))) } ?? .distantFuture, leeway: .nanoseconds(0))
        }
    }

    func stop() {
        state.withLockedValue { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            source.cancel()
        }
    }
}
