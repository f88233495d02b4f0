import Labels
import PromQL
import Time
import WebServer

/// Parameters of the query API (reference 4.1, 4.2). Times and durations are milliseconds.
extension QueryParameters {
    /// The earliest and the latest time that Prometheus knows, as clients send them.
    private static let extremes: [String: Int64] = [
        "-292273086-05-16T16:47:06Z": .min / 2, "292277025-08-18T07:12:54.999999999Z": .max / 2,
    ]

    /// A time; the default where the parameter is absent or empty.
    func time(_ name: String, default fallback: Int64) throws(QueryAPIError) -> Int64 {
        guard let text = first(name), !text.isEmpty else { return fallback }
        return try time(name, text, complaint: "Invalid time value for '\(name)': ")
    }

    /// The time of a parameter that must be there.
    func requiredTime(_ name: String) throws(QueryAPIError) -> Int64 { try time(name, first(name) ?? "", complaint: "") }

    private func time(_ name: String, _ text: String, complaint: String) throws(QueryAPIError) -> Int64 {
        if let extreme = Self.extremes[text] { return extreme }
        if let seconds = Double(text), seconds.isFinite, abs(seconds) < 1e15 {
            return Int64((seconds * 1000).rounded(.toNearestOrAwayFromZero))
        }
        if let time = try? RFC3339.parse(text) { return Self.milliseconds(time) }
        throw .invalid(name, "\(complaint)cannot parse \(GoQuote.quote(text)) to a valid timestamp")
    }

    private static func milliseconds(_ time: Timestamp) -> Int64 { time.seconds * 1000 + Int64(time.nanoseconds) / 1_000_000 }

    /// A duration: seconds as a float, or Prometheus's form; nil where the parameter is absent or empty.
    func duration(_ name: String) throws(QueryAPIError) -> Int64? {
        guard let text = first(name), !text.isEmpty else { return nil }
        return try duration(name, text)
    }

    /// The duration of a parameter that must be there.
    func requiredDuration(_ name: String) throws(QueryAPIError) -> Int64 { try duration(name, first(name) ?? "") }

    private func duration(_ name: String, _ text: String) throws(QueryAPIError) -> Int64 {
        if let seconds = Double(text) {
            guard seconds.isFinite, abs(seconds) < 9.2e9 else {
                throw .invalid(name, "cannot parse \(GoQuote.quote(text)) to a valid duration. It overflows int64")
            }
            return Int64(seconds * 1000)
        }
        if let span = try? PrometheusDuration.parse(text) { return span.nanoseconds / 1_000_000 }
        throw .invalid(name, "cannot parse \(GoQuote.quote(text)) to a valid duration")
    }

    /// How many results are wanted; 0 for all.
    func limit() throws(QueryAPIError) -> Int {
        guard let text = first("limit"), !text.isEmpty else { return 0 }
        guard let limit = Int(text) else { throw .invalid("limit", "strconv.Atoi: parsing \(GoQuote.quote(text)): invalid syntax") }
        guard limit >= 0 else { throw .invalid("limit", "limit must be non-negative") }
        return limit
    }

    /// The selectors of `match[]`. Only the series endpoint names the parameter in its complaint.
    func selectors(named: Bool = false) throws(QueryAPIError) -> [[Matcher]] {
        func invalid(_ problem: String) -> QueryAPIError { named ? .invalid("match[]", problem) : .badData(problem) }
        var selectors: [[Matcher]] = []
        for text in all("match[]") {
            let matchers: [Matcher]
            do throws(PromQLSyntaxError) { matchers = try Expression.parseSelector(text) } catch {
                throw invalid(error.description)
            }
            guard matchers.contains(where: { !$0.matchesEmpty }) else {
                throw invalid("match[] must contain at least one non-empty matcher")
            }
            selectors.append(matchers)
        }
        return selectors
    }

    /// The window of the series endpoints: all time by default, without the samples before `start`.
    func window() throws(QueryAPIError) -> (after: Int64, through: Int64) {
        let start = try time("start", default: .min / 2)
        let end = try time("end", default: .max / 2)
        return (start - 1, end)
    }
}
