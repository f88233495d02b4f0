public import Time

/// The pause before the next attempt (reference 5.4): 0.5 s, half as much more each time, ±50 %, at most 60 s.
public enum Backoff {
    /// The pause after this attempt, 1 being the first.
    public static func delay(afterAttempt attempt: Int, using generator: inout some RandomNumberGenerator) -> TimeSpan {
        var seconds = 0.5
        for _ in 1..<max(attempt, 1) where seconds < 60 { seconds *= 1.5 }
        let jittered = min(seconds, 60) * Double.random(in: 0.5...1.5, using: &generator)
        return TimeSpan(nanoseconds: Int64(min(jittered, 60) * 1e9))
    }
}
