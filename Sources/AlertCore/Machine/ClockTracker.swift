import Time

/// Watches how wall and monotonic clock move against each other: the wall clock also moves while the host sleeps and when somebody sets it (DESIGN 4).
/// Both move on while the process is stopped.
struct ClockTracker {
    /// What the time says about the time.
    struct Finding {
        /// By how much the wall clock moved since the last finding, for the log.
        var jump: TimeSpan?
        /// How long the process stood still, if it did.
        var standstill: TimeSpan?
        /// A step back, or a step forward or a standstill that no alert may end by: where the wall clock should have been, or was when the
        /// standstill began.
        var expected: Timestamp?
    }

    /// Wall minus monotonic, as it was before any step that still counts.
    private var reference: Int64
    /// The same, as of the last jump that was reported.
    private var reported: Int64
    private var last: ClockReading

    /// Differences below this are the two clocks being read one after the other.
    private static let noise = TimeSpan.milliseconds(100)
    /// Differences from this on are events (DESIGN 4).
    private static let event = TimeSpan(nanoseconds: 2_000_000_000)

    init(_ now: ClockReading) {
        reference = now.offset
        reported = reference
        last = now
    }

    /// Takes steps that were small enough as the new normal, so that steps far apart do not add up.
    mutating func synchronize(_ now: ClockReading) {
        reference = now.offset
        reported = reference
    }

    /// Compares a reading with the reference, and with the reading before: a step back counts from where the clock just was, also when it takes
    /// back a step forward that was too small to matter. What ended meanwhile is over.
    ///
    /// - Parameters:
    ///   - tolerance: By how much the clocks may part before it counts.
    ///   - standstill: How far apart two readings may be; nil for any time.
    mutating func note(_ now: ClockReading, tolerance: TimeSpan, standstill: TimeSpan?) -> Finding? {
        let deviation = TimeSpan(nanoseconds: now.offset) - TimeSpan(nanoseconds: reference)
        let step = TimeSpan(nanoseconds: now.offset) - TimeSpan(nanoseconds: last.offset)
        let pause = TimeSpan(nanoseconds: now.monotonic) - TimeSpan(nanoseconds: last.monotonic)
        let before = last.wall
        last = now
        let isBackwards = step <= .zero - Self.noise
        let stoodStill = standstill.map { pause > $0 } ?? false
        if !stoodStill && !isBackwards && deviation < Self.event {
            synchronize(now)
            return nil
        }
        var finding = Finding()
        let sinceReport = TimeSpan(nanoseconds: now.offset) - TimeSpan(nanoseconds: reported)
        if sinceReport >= Self.event || sinceReport <= .zero - Self.event {
            finding.jump = sinceReport
            reported = now.offset
        }
        if stoodStill {
            finding.standstill = pause
            finding.expected = before
            synchronize(now)
        } else if isBackwards || deviation > tolerance {
            finding.expected = now.wall - (isBackwards ? step : deviation)
            synchronize(now)
        }
        return finding
    }
}
