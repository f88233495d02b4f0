import Time

/// A time as RFC 3339; the complaint is Go's.
func timeArgument(_ text: String) throws(ClientError) -> Timestamp {
    do throws(GoLayout.ParseError) {
        return try GoLayout.parse(layout: "2006-01-02T15:04:05Z07:00", text)
    } catch {
        throw .failed("\(error)")
    }
}

/// How long a silence lasts, such as 1d12h; more than nothing.
func silenceDuration(_ text: String) throws(ClientError) -> TimeSpan {
    let span: TimeSpan
    do throws(DurationError) {
        span = try PrometheusDuration.parse(text)
    } catch {
        throw .failed("\(error)")
    }
    guard span > .zero else { throw .failed("silence duration must be greater than 0") }
    return span
}
