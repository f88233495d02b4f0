import NIOConcurrencyHelpers
import Time

/// Keeps tests from flooding a receiver: so many within a minute, then the next one has to wait. Real alerts are never counted.
final class TestFireLimit: Sendable {
    /// Tests that one receiver may be sent within a minute.
    static let perMinute = 6
    private static let minute = TimeSpan.minutes(1)

    /// When the last few tests of each receiver were, in monotonic nanoseconds. Receivers without any are forgotten.
    private let times = NIOLockedValueBox<[String: [Int64]]>([:])

    /// Counts a test for each of the receivers, or for none of them when one has had enough.
    ///
    /// - Returns: The receiver that has to wait, and how long; nil when the test may go out.
    func take(_ receivers: Set<String>, at now: Int64) -> (receiver: String, wait: TimeSpan)? {
        times.withLockedValue { times in
            for (name, past) in times {
                let kept = past.filter { now - $0 < Self.minute.nanoseconds }
                times[name] = kept.isEmpty ? nil : kept
            }
            for name in receivers.sorted() {
                if let past = times[name], past.count >= Self.perMinute, let first = past.first {
                    return (name, TimeSpan(nanoseconds: first + Self.minute.nanoseconds - now))
                }
            }
            for name in receivers { times[name, default: []].append(now) }
            return nil
        }
    }
}
