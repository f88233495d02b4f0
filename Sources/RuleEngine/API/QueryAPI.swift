public import PromQL
public import SampleStore
import Time
public import WebServer

/// Prometheus's query API over the sample store (reference 4).
///
/// ```swift
/// let queries = QueryAPI(store: store, options: options)
/// if let answer = await queries.respond(to: request) { return answer }
/// ```
public final class QueryAPI: Sendable {
    /// What a server sets once.
    public struct Options: Sendable {
        /// The path in front of `/api/v1`; empty when there is none.
        public var prefix = ""
        /// How the engine evaluates.
        public var engine = QueryEngine.Options()
        /// The longest a query may take, milliseconds; requests may ask for less.
        public var timeout: Int64 = 120_000
        /// Queries evaluated at one time; others wait.
        public var concurrency = 20
        /// Accepts samples by remote write at `/api/v1/write`.
        public var receivesRemoteWrite = false
        /// Which experimental parts of the language are read.
        public var syntax = ParserOptions()
        /// The version of Prometheus whose behaviour is followed; clients choose their calls by it.
        public var prometheusVersion = "3.14.0"
        /// The version of this program.
        public var version = ""
        /// The text for `status/config`.
        public var configuration: @Sendable () -> String = { "{}\n" }

        /// Prometheus's defaults.
        public init() {}
    }

    let store: SampleStore
    let options: Options
    let gate: QueryGate
    /// Milliseconds since the epoch.
    let now: @Sendable () -> Int64

    /// An API over this store.
    ///
    /// - Parameter now: Milliseconds since the epoch; the system's clock where it is nil.
    public init(store: SampleStore, options: Options = Options(), now: (@Sendable () -> Int64)? = nil) {
        self.store = store
        self.options = options
        self.now = now ?? { Clock.wall().unixNanoseconds / 1_000_000 }
        gate = QueryGate(limit: max(1, options.concurrency))
    }

    /// Answers a request; nil when the path is none of this API.
    public func respond(to request: WebRequest) async -> WebResponse? {
        guard let endpoint = endpoint(of: request.path) else { return nil }
        guard endpoint.methods.contains(request.method) else {
            var answer = WebResponse(status: 405, text: "Method Not Allowed\n")
            answer.headers.append(("Allow", endpoint.methods.sorted().joined(separator: ", ")))
            return answer
        }
        do {
            return try await answer(endpoint, request)
        } catch {
            return error.response
        }
    }

    private func endpoint(of path: String) -> QueryEndpoint? {
        guard path.hasPrefix(options.prefix), let endpoint = QueryEndpoint(path: path.dropFirst(options.prefix.count)) else { return nil }
        return endpoint == .write && !options.receivesRemoteWrite ? nil : endpoint
    }

    private func answer(_ endpoint: QueryEndpoint, _ request: WebRequest) async throws(QueryAPIError) -> WebResponse {
        if endpoint == .write { return try await receive(request) }
        let parameters = QueryParameters(of: request)
        switch endpoint {
        case .query: return try await instantQuery(parameters)
        case .queryRange: return try await rangeQuery(parameters)
        case .formatQuery: return try formatQuery(parameters)
        case .parseQuery: return try parseQuery(parameters)
        case .series: return try series(parameters)
        case .labels: return try labelNames(parameters)
        case .labelValues(let name): return try labelValues(of: name, parameters)
        case .metadata: return try metadata(parameters)
        case .exemplars: return try exemplars(parameters)
        case .rules: return rules()
        case .buildInformation: return buildInformation()
        case .configuration: return configuration()
        case .write: throw .notFound("no such endpoint")
        }
    }
}

/// The endpoints of the query API.
enum QueryEndpoint: Hashable {
    case query, queryRange, formatQuery, parseQuery, series, labels, metadata, exemplars, rules, buildInformation, configuration, write
    case labelValues(String)

    init?(path: some StringProtocol) {
        guard path.hasPrefix("/api/v1/") else { return nil }
        let rest = String(path.dropFirst("/api/v1/".count))
        switch rest {
        case "query": self = .query
        case "query_range": self = .queryRange
        case "format_query": self = .formatQuery
        case "parse_query": self = .parseQuery
        case "series": self = .series
        case "labels": self = .labels
        case "metadata": self = .metadata
        case "query_exemplars": self = .exemplars
        case "rules": self = .rules
        case "status/buildinfo": self = .buildInformation
        case "status/config": self = .configuration
        case "write": self = .write
        default:
            let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "label", parts[2] == "values", !parts[1].isEmpty,
                let name = PercentDecoding.decode(parts[1].utf8, plusIsSpace: false)
            else { return nil }
            self = .labelValues(name)
        }
    }

    var methods: Set<String> {
        switch self {
        case .query, .queryRange, .formatQuery, .parseQuery, .series, .labels, .exemplars: ["GET", "POST"]
        case .write: ["POST"]
        case .labelValues, .metadata, .rules, .buildInformation, .configuration: ["GET"]
        }
    }
}
