import NIOConcurrencyHelpers
import RuleEngine

/// Clocks that go on when they are told to.
final class VirtualClock: RuleClock {
    private let reading = NIOLockedValueBox(RuleClockReading(wall: 1_800_000_000_000, monotonic: 5_000_000_000, boottime: 7_000_000_000))

    var now: RuleClockReading { reading.withLockedValue { $0 } }

    /// Time goes on, in milliseconds.
    func advance(_ time: Int64) {
        reading.withLockedValue { reading in
            reading.wall += time
            reading.monotonic += time * 1_000_000
            reading.boottime += time * 1_000_000
        }
    }

    /// The host sleeps for so many milliseconds.
    func sleep(_ time: Int64) {
        reading.withLockedValue { reading in
            reading.wall += time
            reading.boottime += time * 1_000_000
        }
    }

    /// Somebody sets the wall clock.
    func step(_ time: Int64) { reading.withLockedValue { $0.wall += time } }
}
