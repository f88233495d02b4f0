import NIOConcurrencyHelpers
import Time

/// Compares the three clocks once a second: a step of the wall clock and a sleep of the host are events that people want to see (DESIGN 4).
struct ClockWatch {
    /// What happened between two looks.
    enum Event: Equatable {
        /// The wall clock moved by this much against the monotonic one, sleep excluded.
        case step(TimeSpan)
        /// The host slept this long.
        case sleep(TimeSpan)
    }

    /// Differences below this are drift, not events.
    static let tolerance = TimeSpan.seconds(2)

    private var wallOffset: TimeSpan?
    private var bootOffset: TimeSpan?

    /// Looks at one reading of all clocks.
    mutating func look(wall: Timestamp, monotonic: Int64, boottime: Int64) -> [Event] {
        let boot = TimeSpan(nanoseconds: boottime - monotonic)
        let offset = wall - Timestamp(unixNanoseconds: boottime)
        defer {
            wallOffset = offset
            bootOffset = boot
        }
        guard let wallOffset, let bootOffset else { return [] }
        var events: [Event] = []
        if boot - bootOffset > Self.tolerance { events.append(.sleep(boot - bootOffset)) }
        let step = offset - wallOffset
        if step > Self.tolerance || step < .zero - Self.tolerance { events.append(.step(step)) }
        return events
    }
}
