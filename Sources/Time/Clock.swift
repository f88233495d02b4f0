import Glibc

/// The readings of the system's clocks. Only the shells read them; the core gets time as an argument (DESIGN 2).
public enum Clock {
    /// The wall clock (CLOCK_REALTIME), in UTC.
    public static func wall() -> Timestamp {
        let time = read(CLOCK_REALTIME)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }

    /// Nanoseconds of CLOCK_MONOTONIC, which stands still while the host sleeps.
    public static func monotonic() -> Int64 { nanoseconds(of: CLOCK_MONOTONIC) }

    /// Nanoseconds of CLOCK_BOOTTIME, which counts the time asleep as well.
    public static func boottime() -> Int64 { nanoseconds(of: CLOCK_BOOTTIME) }

    private static func nanoseconds(of clock: clockid_t) -> Int64 {
        let time = read(clock)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // Cannot fail: the three clocks exist on every Linux that Swift runs on, and the address is valid.
        _ = clock_gettime(clock, &time)
        return time
    }
}
