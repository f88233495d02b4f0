import Exposition

/// Counts the error log. nginx's configuration is looked at first, so that the failures of upstreams get their names.
final class ErrorLogCollector: MetricCollector {
    private let counter: LogCounter<ErrorLogTotals>
    private let configuration: ConfigurationCollector

    init(_ counter: LogCounter<ErrorLogTotals>, configuration: ConfigurationCollector, registry: MetricRegistry) {
        self.counter = counter
        self.configuration = configuration
        registry.collect(
            "flatnet_gateway_error_log_messages_total", help: "Lines of the error log by level.", type: .counter, labels: ["level"]
        ) {
            let totals = counter.published
            return ErrorLogLine.Level.allCases.map { MetricSample(labels: [$0.rawValue], value: Double(totals.lines($0))) }
        }
        registry.collect(
            "flatnet_gateway_upstream_errors_total",
            help:
                "Failures of upstreams in the error log by reason; of upstreams that neither nginx's configuration nor --gateway.upstream "
                + "names as \"other\".", type: .counter, labels: ["upstream", "reason"]
        ) { counter.published.upstreamFailures.map { MetricSample(labels: [$0.upstream, $0.reason.rawValue], value: Double($0.count)) } }
    }

    /// Begins with the first look at the configuration.
    func start() {
        Task { await collect() }
    }

    func collect() async {
        await configuration.collect()
        await counter.collect()
    }

    func stop() async { await counter.stop() }

    var sources: [SourceState] { counter.sources }
}
