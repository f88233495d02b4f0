public import Exposition

extension RemoteSource {
    /// Shows how sources fare, read at each scrape.
    public static func register(_ sources: [RemoteSource], in registry: MetricRegistry) {
        let labels = ["source"]
        registry.collect("flatalert_query_source_up", help: "Whether a query source answered last.", labels: labels) {
            sources.map { MetricSample(labels: [$0.name], value: $0.status.problem == nil ? 1 : 0) }
        }
        registry.collect(
            "flatalert_query_source_queries_total", help: "Queries to a source, by what came of them.", type: .counter,
            labels: labels + ["outcome"]
        ) {
            sources.flatMap { source in
                let status = source.status
                return [("answered", status.answered), ("refused", status.refused), ("unanswered", status.unanswered)].map {
                    MetricSample(labels: [source.name, $0.0], value: Double($0.1))
                }
            }
        }
        registry.collect(
            "flatalert_query_source_retries_total", help: "Requests sent again after an outage.", type: .counter, labels: labels
        ) {
            sources.map { MetricSample(labels: [$0.name], value: Double($0.status.retries)) }
        }
    }
}
