import Time

/// The header field `Retry-After` (RFC 9110, 10.2.3).
enum RetryAfter {
    /// No receiver keeps its messages longer than this; who asks for more is asked again then.
    static let longest = TimeSpan.minutes(5)
    /// Without a word about it, or with one that means nothing.
    static let standard = TimeSpan.seconds(1)

    /// How long to wait: from 1 s to `longest`.
    ///
    /// - Parameters:
    ///   - field: The field's value, seconds or a date; nil when the answer has none.
    ///   - now: What a date is compared with.
    static func span(_ field: String?, now: Timestamp) -> TimeSpan {
        guard let field, let asked = seconds(field) ?? date(field).map({ $0 - now }) else { return standard }
        return min(max(asked, standard), longest)
    }

    private static func seconds(_ field: String) -> TimeSpan? {
        guard let seconds = Double(field), seconds.isFinite else { return nil }
        return TimeSpan(nanoseconds: Int64(min(max(seconds, 0), 1e9) * 1e9))
    }

    private static func date(_ field: String) -> Timestamp? {
        let layouts = ["Mon, 02 Jan 2006 15:04:05 GMT", "Monday, 02-Jan-06 15:04:05 GMT", "Mon Jan _2 15:04:05 2006"]
        return layouts.lazy.compactMap { try? GoLayout.parse(layout: $0, field) }.first
    }
}
