public import Labels
public import Time

/// Alerts that must keep arriving: as long as they do, the way from their rule to here works.
public struct HeartbeatExpectation: Sendable, Hashable {
    /// As it was given.
    public let text: String
    /// What such an alert matches.
    public let matchers: Matchers

    /// The alerts that these matchers match.
    public init(_ text: String, mode: MatcherMode) throws(MatcherError) {
        self.text = text
        matchers = try MatcherParser(mode: mode).parseList(text).0
    }
}

/// What the command line decides about the heartbeat.
public struct HeartbeatOptions: Sendable {
    /// `--heartbeat.expect`.
    public var expected: [HeartbeatExpectation] = []
    /// `--heartbeat.timeout`: how long an expected alert may stay away.
    public var timeout = TimeSpan.minutes(5)
    /// `--heartbeat.ping`: a URL that is called while all is well; empty calls nobody. Such URLs are secrets.
    public var pingURL = ""
    /// `--heartbeat.ping-interval`.
    public var pingInterval = TimeSpan.minutes(1)

    /// Nothing is expected and nobody called.
    public init() {}
}
