public import Time

/// One reading of the clocks, taken by the shell and handed to the machine: the core never reads a clock itself.
public struct ClockReading: Hashable, Sendable {
    /// Wall-clock time (CLOCK_REALTIME).
    public var wall: Timestamp
    /// Nanoseconds of CLOCK_MONOTONIC, which stands still while the host sleeps. Timers, backoffs and deadlines count in it.
    public var monotonic: Int64

    /// A reading of both clocks at one instant.
    public init(wall: Timestamp, monotonic: Int64) {
        self.wall = wall
        self.monotonic = monotonic
    }
}
