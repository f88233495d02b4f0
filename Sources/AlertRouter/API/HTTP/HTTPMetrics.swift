import Exposition
import WebServer

/// The metrics of the web server's work (reference 13).
struct HTTPMetrics: Sendable {
    private static let prefix = "alertmanager_http_"
    private let registry: MetricRegistry
    private let durations: HistogramFamily
    private let sizes: HistogramFamily
    /// Those of POST `/alerts` that went well, kept at hand because they are by far the most frequent.
    private let posted: (duration: Histogram, size: Histogram)

    init(registry: MetricRegistry) {
        self.registry = registry
        durations = registry.histogram(
            "\(Self.prefix)request_duration_seconds", help: "How long HTTP requests took.", labels: ["handler", "method", "code"],
            buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
        sizes = registry.histogram(
            "\(Self.prefix)response_size_bytes", help: "The size of answers to HTTP requests.", labels: ["handler", "method"],
            buckets: [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000])
        let handler = Endpoint.alerts.template
        posted = (durations.labels(handler, "post", "200"), sizes.labels(handler, "post"))
    }

    /// Shows at each scrape what the server counts itself.
    func attach(_ server: WebServer) {
        registry.collect("\(Self.prefix)requests_in_flight", help: "GET requests in work.", labels: ["method"]) { [weak server] in
            [MetricSample(labels: ["get"], value: Double(server?.getsInFlight ?? 0))]
        }
        registry.collect(
            "\(Self.prefix)concurrency_limit_exceeded_total", help: "GET requests refused by the concurrency limit.", type: .counter,
            labels: ["method"]
        ) { [weak server] in [MetricSample(labels: ["get"], value: Double(server?.getsRefused ?? 0))] }
    }

    func observe(_ endpoint: Endpoint, method: String, status: Int, seconds: Double, bytes: Int) {
        if status == 200, endpoint == .alerts, method == "POST" {
            posted.duration.observe(seconds)
            posted.size.observe(Double(bytes))
            return
        }
        let handler = endpoint.template
        let method = method.lowercased()
        durations.labels(handler, method, String(status)).observe(seconds)
        sizes.labels(handler, method).observe(Double(bytes))
    }
}
