/// An instant with nanoseconds, and the offset it was written with. 16 bytes.
///
/// Two timestamps are equal when they name the same instant: the offset is only kept for showing it again as received (reference 3.2).
public struct Timestamp: Sendable {
    /// Whole seconds since the Unix epoch, rounded towards the past.
    public var seconds: Int64
    /// Nanoseconds within the second, 0..<1,000,000,000.
    public var nanoseconds: Int32
    /// Seconds east of UTC, as received; 0 is UTC.
    public var utcOffset: Int32

    /// An instant from its parts. `nanoseconds` must be in 0..<1,000,000,000.
    @inlinable
    public init(seconds: Int64, nanoseconds: Int32 = 0, utcOffset: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.utcOffset = utcOffset
    }

    /// The instant this many nanoseconds after the Unix epoch, in UTC.
    public init(unixNanoseconds: Int64) {
        var (quotient, remainder) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if remainder < 0 {
            quotient -= 1
            remainder += 1_000_000_000
        }
        self.init(seconds: quotient, nanoseconds: Int32(remainder))
    }

    /// Nanoseconds since the Unix epoch, saturating outside the years 1677 to 2262.
    public var unixNanoseconds: Int64 {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        // The lowest representable second overflows by itself although its nanoseconds bring it back into range; that nanosecond corner saturates.
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = scaled.addingReportingOverflow(Int64(nanoseconds))
        return overflowed ? .max : sum
    }

    /// Seconds since the Unix epoch with a fraction.
    public var unixSeconds: Double { Double(seconds) + Double(nanoseconds) / 1e9 }

    /// Go's zero time, 0001-01-01T00:00:00Z: the mark for "not set".
    public static let goZero = Timestamp(seconds: -62_135_596_800)
    /// The Unix epoch.
    public static let epoch = Timestamp(seconds: 0)

    /// Whether this is Go's zero time.
    public var isGoZero: Bool { seconds == -62_135_596_800 && nanoseconds == 0 }

    /// The same instant, shown in UTC.
    public var utc: Timestamp { Timestamp(seconds: seconds, nanoseconds: nanoseconds) }

    /// The instant cut to whole milliseconds, as stored and shown by the API.
    public var truncatedToMilliseconds: Timestamp {
        Timestamp(seconds: seconds, nanoseconds: nanoseconds / 1_000_000 * 1_000_000, utcOffset: utcOffset)
    }

    /// The instant a span later, in the same offset.
    public static func + (time: Timestamp, span: TimeSpan) -> Timestamp {
        var (seconds, nanoseconds) = span.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        nanoseconds += Int64(time.nanoseconds)
        if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            seconds -= 1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            seconds += 1
        }
        let (sum, overflow) = time.seconds.addingReportingOverflow(seconds)
        return Timestamp(seconds: overflow ? (seconds < 0 ? .min : .max) : sum, nanoseconds: Int32(nanoseconds), utcOffset: time.utcOffset)
    }

    /// The instant a span earlier, in the same offset.
    public static func - (time: Timestamp, span: TimeSpan) -> Timestamp {
        if span.nanoseconds == .min { return time + .max + TimeSpan(nanoseconds: 1) }
        return time + TimeSpan(nanoseconds: -span.nanoseconds)
    }

    /// The span from `right` to `left`, saturating at about ±292 years.
    public static func - (left: Timestamp, right: Timestamp) -> TimeSpan {
        let (seconds, overflow) = left.seconds.subtractingReportingOverflow(right.seconds)
        if overflow { return TimeSpan(nanoseconds: left.seconds < right.seconds ? .min : .max) }
        let nanoseconds = Int64(left.nanoseconds) - Int64(right.nanoseconds)
        // Both parts get one sign: the sum of a saturated part and one of the other sign would no longer be saturated.
        if seconds > 0, nanoseconds < 0 { return .seconds(seconds - 1) + TimeSpan(nanoseconds: nanoseconds + 1_000_000_000) }
        if seconds < 0, nanoseconds > 0 { return .seconds(seconds + 1) + TimeSpan(nanoseconds: nanoseconds - 1_000_000_000) }
        return .seconds(seconds) + TimeSpan(nanoseconds: nanoseconds)
    }

    /// The instant moved by a span in place.
    public static func += (time: inout Timestamp, span: TimeSpan) { time = time + span }
    /// The instant moved back by a span in place.
    public static func -= (time: inout Timestamp, span: TimeSpan) { time = time - span }
}

extension Timestamp: Hashable, Comparable {
    /// Whether both name the same instant, whatever their offsets.
    @inlinable
    public static func == (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds == right.seconds && left.nanoseconds == right.nanoseconds
    }

    /// Orders by instant.
    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds < right.seconds || (left.seconds == right.seconds && left.nanoseconds < right.nanoseconds)
    }

    /// Hashes the instant without the offset.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(seconds)
        hasher.combine(nanoseconds)
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 with as many fraction digits as needed.
    public var description: String { RFC3339.string(self, fraction: .asNeeded) }
}
