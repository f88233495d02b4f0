public import PromQL
public import SampleStore
public import Scraping
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
        /// Whether rules are evaluated here; else `alerts` is none of this API's paths.
        public var evaluatesRules = true
        /// The groups for `rules` and `alerts`, in any order.
        public var rules: @Sendable () -> [RuleGroupSnapshot] = { [] }
        /// For `targets` and `scrape_pools`.
        public var targets: @Sendable () -> TargetsReport = { TargetsReport() }
        /// For `alertmanagers`.
        public var alertmanagers: @Sendable () -> AlertmanagersReport = { AlertmanagersReport() }
        /// For `status/flags`: names without dashes, and values.
        public var flags: @Sendable () -> [(name: String, value: String)] = { [] }
        /// For `status/runtimeinfo`, which is not found where nobody tells.
        public var runtime: @Sendable () -> RuntimeInformation? = { nil }

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
        // Alertmanager's old API has the same path: it is the router's where no rules are evaluated, and for whoever posts to it.
        if endpoint == .alerts, !options.evaluatesRules || request.method != "GET" { return nil }
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
        case .rules: return try rules(parameters)
        case .alerts: return alerts()
        case .targets: return targets(parameters)
        case .scrapePools: return scrapePools()
        case .alertmanagers: return alertmanagers()
        case .buildInformation: return buildInformation()
        case .configuration: return configuration()
        case .flags: return flags()
        case .runtimeInformation: return try runtimeInformation()
        case .storeStatistics: return try storeStatistics(parameters)
        case .write: throw .notFound("no such endpoint")
        }
    }
}
