import Time

extension ClockReading {
    /// The monotonic time a span after this reading, saturating.
    func monotonic(after span: TimeSpan) -> Int64 { (TimeSpan(nanoseconds: monotonic) + span).nanoseconds }

    /// The monotonic time at which the wall clock will show an instant, if neither is set.
    func monotonic(of instant: Timestamp) -> Int64 { monotonic(after: instant - wall) }

    /// How far the wall clock is ahead of the monotonic one, in nanoseconds, saturating.
    var offset: Int64 { (TimeSpan(nanoseconds: wall.unixNanoseconds) - TimeSpan(nanoseconds: monotonic)).nanoseconds }
}
