import AlertRouter
import Labels
import Time

extension ServeFlags {
    /// The heartbeat that the flags ask for. Throws `StartError`.
    func heartbeat(mode: MatcherMode) throws -> HeartbeatOptions {
        var options = HeartbeatOptions()
        options.expected = try heartbeatExpected.map { text in
            let advice = "write it like --heartbeat.expect='alertname=\"Watchdog\"'"
            let expectation: HeartbeatExpectation
            do throws(MatcherError) {
                expectation = try HeartbeatExpectation(text, mode: mode)
            } catch {
                throw StartError("--heartbeat.expect=\(text): \(error); \(advice)")
            }
            guard !expectation.matchers.isEmpty else { throw StartError("--heartbeat.expect: no matcher; \(advice)") }
            return expectation
        }
        let second = TimeSpan.seconds(1)
        guard heartbeatTimeout.span >= second else { throw StartError("--heartbeat.timeout must be at least 1s") }
        guard heartbeatPingInterval.span >= second else { throw StartError("--heartbeat.ping-interval must be at least 1s") }
        options.timeout = heartbeatTimeout.span
        options.pingInterval = heartbeatPingInterval.span
        options.pingURL = heartbeatPing
        let scheme = heartbeatPing.prefix { $0 != ":" }.lowercased()
        guard heartbeatPing.isEmpty || ((scheme == "http" || scheme == "https") && heartbeatPing.contains("://")) else {
            throw StartError("--heartbeat.ping is not a URL; give one that starts with http:// or https://")
        }
        return options
    }
}
