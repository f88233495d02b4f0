public import Exposition

/// A log that is followed, whatever is counted from it.
public protocol FollowedLog: Sendable {
    /// The log's name, as the label `log` has it.
    var log: String { get }
    /// The log as of the last collect.
    var report: LogReport { get }
}

extension LogCounter: FollowedLog {}

/// The families of the metric catalogue (reference 5) that come from access logs.
public enum LogFamilies {
    /// `nginx_http_requests_total`, `nginx_http_request_duration_seconds` and `nginx_http_response_bytes_total`, summed over the logs.
    public static func registerAccess(_ logs: [LogCounter<AccessLogTotals>], in registry: MetricRegistry) {
        registry.collect(
            "nginx_http_requests_total",
            help: """
                Requests in the Gateway's access log by status; scrapes of /metrics and of port 9145 are left out. More than 64 unexpected \
                statuses are counted as other.
                """, type: .counter, labels: ["status"]
        ) {
            sums(logs.flatMap { $0.published.requests.map { ([$0.status], $0.count) } })
        }
        registry.collectHistogram(
            "nginx_http_request_duration_seconds",
            help: """
                Time of requests in the Gateway's access log, without status 101 and excluded URIs. Absent while the log has nginx's stock \
                format, which does not tell it: log in the JSON format of our snippet.
                """, buckets: AccessLogTotals.bounds.map { Double($0) / 1000 }
        ) {
            let all = logs.map(\.published).filter(\.hasTimes)
            guard let first = all.first else { return [] }
            let counts = all.dropFirst().reduce(first.buckets) { sum, totals in zip(sum, totals.buckets).map { $0 &+ $1 } }
            return [HistogramSample(counts: counts, sum: Double(all.reduce(0) { $0 &+ $1.milliseconds }) / 1000)]
        }
        registry.collect("nginx_http_response_bytes_total", help: "Bytes of answers in the Gateway's access log.", type: .counter) {
            Double(logs.reduce(0) { $0 &+ $1.published.responseBytes })
        }
    }

    /// `flatnet_gateway_registry_requests_total`.
    public static func registerRegistry(_ logs: [LogCounter<RegistryLogTotals>], in registry: MetricRegistry) {
        registry.collect(
            "flatnet_gateway_registry_requests_total", help: "Requests in the log of the Gateway's API server by method and status.",
            type: .counter, labels: ["method", "status"]
        ) {
            sums(logs.flatMap { $0.published.requests.map { ([$0.method, $0.status], $0.count) } })
        }
    }

    /// `flatnet_gateway_log_…` of all logs: lines, the last event, rotations, gaps, whether it can be read. The prefix is another for the
    /// logs of another exporter.
    public static func registerLogs(_ logs: [any FollowedLog], in registry: MetricRegistry, prefix: String = "flatnet_gateway_log") {
        registry.collect(
            "\(prefix)_lines_total", help: "Lines read by log and what came of them: ok, unparsed or ignored.", type: .counter,
            labels: ["log", "result"]
        ) {
            logs.flatMap { log in
                let report = log.report
                return LineResult.allCases.map { MetricSample(labels: [log.log, $0.rawValue], value: Double(report.lines[$0] ?? 0)) }
            }
        }
        registry.collect(
            "\(prefix)_last_event_timestamp_seconds", help: "When the last event in the log happened, by its own words.", labels: ["log"]
        ) {
            logs.compactMap { log in log.report.lastEvent.map { MetricSample(labels: [log.log], value: $0.unixSeconds) } }
        }
        registry.collect(
            "\(prefix)_rotations_total", help: "How often another file took the log's place, or the log was cleared.", type: .counter,
            labels: ["log"]
        ) {
            logs.map { MetricSample(labels: [$0.log], value: Double($0.report.rotations)) }
        }
        registry.collect(
            "\(prefix)_gaps_total",
            help: "Parts of the log that are lost: compressed or removed before they were read. The program's log says more.",
            type: .counter, labels: ["log"]
        ) {
            logs.map { MetricSample(labels: [$0.log], value: Double($0.report.gaps)) }
        }
        registry.collect("\(prefix)_up", help: "Whether the log could be read at the last look.", labels: ["log"]) {
            logs.map { MetricSample(labels: [$0.log], value: $0.report.isReadable ? 1 : 0) }
        }
    }

    /// Samples of equal labels become one.
    private static func sums(_ counts: [([String], UInt64)]) -> [MetricSample] {
        Dictionary(counts, uniquingKeysWith: &+).sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            MetricSample(labels: $0.key, value: Double($0.value))
        }
    }
}
