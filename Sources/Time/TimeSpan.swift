/// A length of time in nanoseconds, the range and resolution of Go's `time.Duration` (about ±292 years).
///
/// Arithmetic saturates instead of trapping: durations come from configurations and requests.
public struct TimeSpan: Hashable, Comparable, Sendable {
    /// The length in nanoseconds.
    public var nanoseconds: Int64

    /// A span of this many nanoseconds.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// No time at all.
    public static let zero = TimeSpan(nanoseconds: 0)
    /// The longest span.
    public static let max = TimeSpan(nanoseconds: .max)

    /// A span of this many nanoseconds.
    public static func nanoseconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count) }
    /// A span of this many microseconds, saturating.
    public static func microseconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: 1_000) * count }
    /// A span of this many milliseconds, saturating.
    public static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: 1_000_000) * count }
    /// A span of this many seconds, saturating.
    public static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: 1_000_000_000) * count }
    /// A span of this many minutes, saturating.
    public static func minutes(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: 60_000_000_000) * count }
    /// A span of this many hours, saturating.
    public static func hours(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: 3_600_000_000_000) * count }
    /// A span of this many seconds with a fraction, rounded to nanoseconds, saturating; not-a-number is zero.
    @_disfavoredOverload
    public static func seconds(_ count: Double) -> TimeSpan {
        let nanoseconds = (count * 1e9).rounded()
        if nanoseconds.isNaN { return .zero }
        if nanoseconds >= 9_223_372_036_854_775_808 { return TimeSpan(nanoseconds: .max) }
        if nanoseconds <= -9_223_372_036_854_775_808 { return TimeSpan(nanoseconds: .min) }
        return TimeSpan(nanoseconds: Int64(nanoseconds))
    }

    /// The length in seconds with a fraction.
    public var seconds: Double { Double(nanoseconds) / 1e9 }
    /// The length in whole milliseconds, truncated.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// The sum, saturating.
    public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return TimeSpan(nanoseconds: overflow ? (right.nanoseconds < 0 ? .min : .max) : sum)
    }

    /// The difference, saturating.
    public static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return TimeSpan(nanoseconds: overflow ? (right.nanoseconds < 0 ? .max : .min) : difference)
    }

    /// The opposite span, saturating.
    public static prefix func - (span: TimeSpan) -> TimeSpan { .zero - span }

    /// The product, saturating.
    public static func * (left: TimeSpan, right: Int64) -> TimeSpan {
        let (product, overflow) = left.nanoseconds.multipliedReportingOverflow(by: right)
        return TimeSpan(nanoseconds: overflow ? ((left.nanoseconds < 0) == (right < 0) ? .max : .min) : product)
    }

    /// The quotient, truncated; dividing by zero gives zero.
    public static func / (left: TimeSpan, right: Int64) -> TimeSpan {
        guard right != 0 else { return .zero }
        let (quotient, overflow) = left.nanoseconds.dividedReportingOverflow(by: right)
        return TimeSpan(nanoseconds: overflow ? .max : quotient)
    }

    /// The sum in place, saturating.
    public static func += (left: inout TimeSpan, right: TimeSpan) { left = left + right }
    /// The difference in place, saturating.
    public static func -= (left: inout TimeSpan, right: TimeSpan) { left = left - right }

    /// Orders by length.
    @inlinable
    public static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension TimeSpan: CustomStringConvertible {
    /// Go's form, such as `1m30s`.
    public var description: String { GoDuration.format(self) }
}
