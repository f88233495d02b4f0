public import ClientConfiguration
public import Logging
import NIOConcurrencyHelpers
public import PromQL
public import Rules
import Time
public import Transport

/// Any Prometheus-compatible query API as a source of rules: Prometheus itself, Thanos, Mimir, VictoriaMetrics (reference 4.2).
///
/// ```swift
/// let source = try RemoteSource(name: "thanos", url: "http://thanos:10902/", transport: transport, log: log)
/// let result = try source.instant(query, at: ts)   // blocks: call it on a thread of your own
/// ```
/// Whatever is not a whole, successful answer is an error: an empty result would resolve alerts. Outages are tried again while there is time.
public final class RemoteSource: QuerySource, Sendable {
    /// What the configuration says of a source. Milliseconds.
    public struct Options: Sendable {
        /// The HTTP client's block: authentication, TLS, proxy, header fields such as `X-Scope-OrgID`.
        public var client = HTTPConfiguration()
        /// The longest that one request may take; the server is told, too.
        public var timeout: Int64 = 30_000
        /// How long outages are tried again where the caller sets no limit (`bounded(until:)`).
        public var retryBudget: Int64 = 10_000
        /// The longest answer that is read.
        public var maximumResponseBytes = 256 << 20

        /// The defaults.
        public init() {}
    }

    /// How a source fares. Times are milliseconds since the epoch.
    public struct Status: Sendable {
        /// The source's name.
        public var name: String
        /// Its URL without user, password and query string.
        public var url: String
        /// Why it gives no answers; nil while it does.
        public var problem: String?
        /// Since when it gives none.
        public var problemSince: Int64?
        /// When it answered last.
        public var lastAnswer: Int64?
        /// Queries that were answered.
        public var answered = 0
        /// Queries that the source refused or answered wrongly.
        public var refused = 0
        /// Queries that no answer came to, all tries together.
        public var unanswered = 0
        /// Requests sent again after an outage.
        public var retries = 0
    }

    /// As rule groups name it.
    public let name: String
    let options: Options
    private let endpoint: RemoteEndpoint
    private let transport: Transport
    private let log: Logger
    private let state: NIOLockedValueBox<Status>
    private let calls = BlockingCalls()

    /// A source. It asks nothing before the first query. The transport is its own, so that queries never wait behind notifications.
    public init(
        name: String, url: String, options: Options = Options(), transport: Transport, log: Logger
    ) throws(QuerySourceError) {
        guard let endpoint = RemoteEndpoint(url) else {
            throw QuerySourceError("query source \"\(name)\": the URL must be http://HOST… or https://HOST… without a fragment")
        }
        self.name = name
        self.options = options
        self.endpoint = endpoint
        self.transport = transport
        self.log = log
        state = NIOLockedValueBox(Status(name: name, url: endpoint.shown))
    }

    /// How the source fares now.
    public var status: Status { state.withLockedValue { $0 } }

    /// Ends calls under way and refuses later ones, so that a source that hangs does not hold up a shutdown.
    public func close() { calls.close() }

    /// Evaluates at one instant.
    public func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult {
        try ask(.instant(query.text, at: time), until: defaultDeadline)
    }

    /// Evaluates at every step from a time through another.
    public func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult {
        try ask(.range(query.text, from: start, through: end, step: step), until: defaultDeadline)
    }

    /// The same source for one pass of a group, which tries again until this time of the monotonic clock.
    public func bounded(until deadline: Int64) -> any QuerySource { RemotePass(self, deadline: deadline) }

    private var defaultDeadline: Int64 { Clock.monotonic() + options.retryBudget * 1_000_000 }

    // MARK: Asking

    /// Waits before the second, third … try, nanoseconds.
    private static let firstPause: Int64 = 200_000_000
    private static let longestPause: Int64 = 5_000_000_000

    /// Asks until an answer came, a failure that would come again, or the end of the time. The first try always has the whole of its timeout
    /// (milliseconds; the configured one unless a shorter one is given).
    func ask(_ call: RemoteCall, until deadline: Int64, timeout limit: Int64 = .max) throws(QuerySourceError) -> QueryResult {
        var pause = Self.firstPause
        var timeout = TimeSpan.milliseconds(min(options.timeout, limit))
        var tries = 0
        while true {
            tries += 1
            switch attempt(call, timeout: timeout) {
            case .success(let result):
                noteAnswer()
                return result
            case .failure(let failure):
                // Many groups see the same outage at the same time: they come back one after the other.
                let jittered = pause / 2 + Int64.random(in: 0...pause / 2)
                let left = deadline - Clock.monotonic() - jittered
                if failure.mayPass, left > 0 {
                    if calls.pause(nanoseconds: jittered) {
                        pause = min(2 * pause, Self.longestPause)
                        timeout = min(timeout, TimeSpan(nanoseconds: left))
                        state.withLockedValue { $0.retries += 1 }
                        continue
                    }
                }
                throw note(failure, of: call, tries: tries)
            }
        }
    }

    private func attempt(_ call: RemoteCall, timeout: TimeSpan) -> Result<QueryResult, RemoteFailure> {
        let request = HTTPRequest(
            method: "POST", url: endpoint.url(call.name),
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
            body: Array(call.form(timeout: timeout).utf8), timeout: timeout, maximumResponseBytes: options.maximumResponseBytes,
            bodyPolicy: .whole, options: options.client.clientOptions)
        let transport = transport
        guard
            let outcome = calls.wait({ () async -> Result<HTTPResponse, TransportError> in
                do throws(TransportError) { return .success(try await transport.send(request)) } catch { return .failure(error) }
            })
        else { return .failure(RemoteFailure("the source was closed", isOutage: true)) }
        switch outcome {
        case .success(let response):
            do throws(RemoteFailure) { return .success(try RemoteAnswer.read(response, to: call)) } catch { return .failure(error) }
        case .failure(let error): return .failure(RemoteFailure(error))
        }
    }

    // MARK: Telling

    private func noteAnswer() {
        let ended = state.withLockedValue { state -> String? in
            defer { (state.problem, state.problemSince) = (nil, nil) }
            state.answered += 1
            state.lastAnswer = Self.now()
            return state.problem
        }
        if ended != nil { log.info("Query source answers again", metadata: ["source": "\(name)", "url": "\(endpoint.shown)"]) }
    }

    private func note(_ failure: RemoteFailure, of call: RemoteCall, tries: Int) -> QuerySourceError {
        let isNews = state.withLockedValue { state in
            guard failure.isOutage else {
                // It answered, though not what was hoped for.
                state.refused += 1
                (state.problem, state.problemSince) = (nil, nil)
                return false
            }
            state.unanswered += 1
            defer { state.problem = failure.message }
            guard state.problem == nil else { return false }
            state.problemSince = Self.now()
            return true
        }
        if isNews {
            log.warning(
                "Query source gives no answer; rules over it keep their state",
                metadata: ["source": "\(name)", "url": "\(endpoint.shown)", "err": "\(failure.message)"])
        }
        let repeated = tries > 1 ? " (tried \(tries) times)" : ""
        return QuerySourceError(
            "query source \"\(name)\" (\(endpoint.shown(call.name))): \(failure.message)\(repeated)", isOutage: failure.isOutage)
    }

    private static func now() -> Int64 { Clock.wall().unixNanoseconds / 1_000_000 }
}
