import NIOConcurrencyHelpers
import Time

/// Compares the three clocks once a second: a step of the wall clock, a sleep of the host and a process that was stopped are events that people want
/// to see (DESIGN 4).
struct ClockWatch {
    /// What happened between two looks.
    enum Event: Equatable {
        /// The wall clock moved by this much against the monotonic one, sleep excluded.
        case step(TimeSpan)
        /// The host slept this long.
        case sleep(TimeSpan)
        /// The clocks went on for this long, but this process did not: somebody stopped it, or its machine.
        case standstill(TimeSpan)
    }

    /// Differences below this are drift, not events.
    static let tolerance = TimeSpan.seconds(2)

    /// Looks further apart than this are no late timer any more.
    static let standstill = TimeSpan.seconds(30)

    private var lastMonotonic: Int64?
    private var wallOffset: TimeSpan?
    private var bootOffset: TimeSpan?

    /// Looks at one reading of all clocks.
    mutating func look(wall: Timestamp, monotonic: Int64, boottime: Int64) -> [Event] {
        let boot = TimeSpan(nanoseconds: boottime - monotonic)
        let offset = wall - Timestamp(unixNanoseconds: boottime)
        defer {
            lastMonotonic = monotonic
            wallOffset = offset
            bootOffset = boot
        }
        guard let lastMonotonic, let wallOffset, let bootOffset else { return [] }
        var events: [Event] = []
        let pause = TimeSpan(nanoseconds: monotonic - lastMonotonic)
        if pause > Self.standstill { events.append(.standstill(pause)) }
        if boot - bootOffset > Self.tolerance { events.append(.sleep(boot - bootOffset)) }
        let step = offset - wallOffset
        if step > Self.tolerance || step < .zero - Self.tolerance { events.append(.step(step)) }
        return events
    }
}
