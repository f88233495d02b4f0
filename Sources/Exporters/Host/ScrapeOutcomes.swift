import Exposition
import NIOConcurrencyHelpers
import Time

/// How each collector fared in the last scrape, as node-exporter tells it.
final class ScrapeOutcomes: Sendable {
    private struct Outcome {
        var succeeded: Bool
        var seconds: Double
    }

    private let outcomes: NIOLockedValueBox<[String: Outcome]>

    init(_ registry: MetricRegistry) {
        let outcomes = NIOLockedValueBox<[String: Outcome]>([:])
        func family(_ name: String, _ help: String, _ value: @escaping @Sendable (Outcome) -> Double) {
            registry.collect("node_scrape_collector_" + name, help: help, labels: ["collector"]) {
                outcomes.withLockedValue { outcomes in
                    outcomes.sorted { $0.key < $1.key }.map { MetricSample(labels: [$0.key], value: value($0.value)) }
                }
            }
        }
        family("duration_seconds", "How long a collector took in the last scrape.") { $0.seconds }
        family("success", "Whether a collector could read all that it tells in the last scrape.") { $0.succeeded ? 1 : 0 }
        self.outcomes = outcomes
    }

    /// Notes the outcome of a collector that was begun at an instant of the monotonic clock.
    func note(_ collector: String, since start: Int64, succeeded: Bool) {
        let outcome = Outcome(succeeded: succeeded, seconds: Double(Clock.monotonic() - start) / 1e9)
        outcomes.withLockedValue { $0[collector] = outcome }
    }
}
