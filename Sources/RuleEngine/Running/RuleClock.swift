import Time

/// The three clocks, read one right after the other.
public struct RuleClockReading: Sendable, Hashable {
    /// The wall clock, milliseconds since the epoch.
    public var wall: Int64
    /// CLOCK_MONOTONIC in nanoseconds, which stands still while the host sleeps.
    public var monotonic: Int64
    /// CLOCK_BOOTTIME in nanoseconds, which counts the time asleep as well.
    public var boottime: Int64

    /// A reading.
    public init(wall: Int64, monotonic: Int64, boottime: Int64) {
        self.wall = wall
        self.monotonic = monotonic
        self.boottime = boottime
    }
}

/// Where rules get the time from: the system, or a test.
public protocol RuleClock: Sendable {
    /// The time now.
    var now: RuleClockReading { get }
}

/// The system's clocks.
public struct SystemRuleClock: RuleClock {
    /// The system's clocks.
    public init() {}

    /// The time now.
    public var now: RuleClockReading {
        RuleClockReading(wall: Clock.wall().unixNanoseconds / 1_000_000, monotonic: Clock.monotonic(), boottime: Clock.boottime())
    }
}

/// Time that passed without us: told to every group as time that does not count (DESIGN 4).
struct ClockGap: Sendable, Equatable {
    enum Cause: String, Sendable {
        /// The host slept.
        case sleep
        /// The wall clock was set, or the host slept without its own clocks noticing.
        case step
        /// The clocks went on, but this process did not: it was stopped, or its virtual machine was.
        case standstill
    }

    var cause: Cause
    /// By how much the wall clock went on; negative when it was set back. Milliseconds.
    var length: Int64
}

/// Compares readings of the clocks, which must come about once a second.
struct ClockGapWatch: Sendable {
    /// Differences of the clocks below this are drift. Milliseconds.
    static let tolerance: Int64 = 2000
    /// Longer between two looks than this is no late timer any more. Milliseconds.
    static let longestPause: Int64 = 10_000

    private var last: RuleClockReading?

    /// What happened since the look before.
    mutating func look(_ now: RuleClockReading) -> ClockGap? {
        defer { last = now }
        guard let last else { return nil }
        let wall = now.wall - last.wall
        let awake = (now.monotonic - last.monotonic) / 1_000_000
        let asleep = (now.boottime - last.boottime) / 1_000_000 - awake
        let difference = wall - awake
        if difference > Self.tolerance || difference < -Self.tolerance {
            return ClockGap(cause: asleep > Self.tolerance ? .sleep : .step, length: difference)
        }
        return awake > Self.longestPause ? ClockGap(cause: .standstill, length: wall) : nil
    }
}
