import Exposition
import NIOConcurrencyHelpers
import Synchronization

/// The scraper's own counts, under Prometheus's names where the meaning is the same.
final class ScrapeMetrics: Sendable {
    let succeeded = Atomic(0)
    let failed = Atomic(0)
    let skipped = Atomic(0)
    let poolsExceedingTargetLimit = Atomic(0)
    private let exceededSampleLimit = Atomic(0)
    private let exceededLabelLimits = Atomic(0)
    private let exceededBodySizeLimit = Atomic(0)
    private let duplicates = Atomic(0)
    private let outOfOrder = Atomic(0)
    private let outOfBounds = Atomic(0)
    private let refused = Atomic(0)
    private let samples = Atomic(0)
    private let intervals = NIOLockedValueBox<SummaryFamily?>(nil)

    /// Counts one scrape.
    func count(_ outcome: ScrapeLoop.Outcome) {
        let counts = outcome.counts
        if outcome.failure == nil { add(1, to: succeeded) } else { add(1, to: failed) }
        switch outcome.failure {
        case .sampleLimit: add(1, to: exceededSampleLimit)
        case .labelLimit: add(1, to: exceededLabelLimits)
        case .bodySizeLimit: add(1, to: exceededBodySizeLimit)
        default: break
        }
        guard outcome.failure == nil else { return }
        add(counts.kept, to: samples)
        add(counts.duplicates, to: duplicates)
        add(counts.outOfOrder, to: outOfOrder)
        add(counts.outOfBounds, to: outOfBounds)
        add(counts.refused, to: refused)
    }

    /// Takes the time between two scrapes of a target, seconds, that should have been `interval`.
    func observe(distance: Double, interval: String) { intervals.withLockedValue { $0 }?.labels(interval).observe(distance) }

    private func add(_ count: Int, to counter: borrowing Synchronization.Atomic<Int>) {
        // Relaxed ordering is enough: nobody infers anything else from a count.
        if count > 0 { counter.wrappingAdd(count, ordering: .relaxed) }
    }

    /// Tells of all counts in a registry.
    func register(in registry: MetricRegistry) {
        intervals.withLockedValue {
            $0 = registry.summary(
                "prometheus_target_interval_length_seconds", help: "Actual intervals between scrapes.", labels: ["interval"],
                quantiles: [0.01, 0.05, 0.5, 0.9, 0.99])
        }
        func counter(_ name: String, _ help: String, _ value: @escaping @Sendable (ScrapeMetrics) -> Int) {
            registry.collect(name, help: help, type: .counter) { [self] in Double(value(self)) }
        }
        counter("prometheus_target_scrapes_exceeded_sample_limit_total", "Scrapes that failed because of sample_limit.") {
            $0.exceededSampleLimit.load(ordering: .relaxed)
        }
        counter("prometheus_target_scrape_pool_exceeded_label_limits_total", "Scrapes that failed because of a limit of labels.") {
            $0.exceededLabelLimits.load(ordering: .relaxed)
        }
        counter("prometheus_target_scrapes_exceeded_body_size_limit_total", "Scrapes that failed because of body_size_limit.") {
            $0.exceededBodySizeLimit.load(ordering: .relaxed)
        }
        counter("prometheus_target_scrape_pool_exceeded_target_limit_total", "Times that a job was found to exceed target_limit.") {
            $0.poolsExceedingTargetLimit.load(ordering: .relaxed)
        }
        counter(
            "prometheus_target_scrapes_sample_duplicate_timestamp_total", "Samples dropped for a time that has another value already."
        ) { $0.duplicates.load(ordering: .relaxed) }
        counter("prometheus_target_scrapes_sample_out_of_order_total", "Samples dropped because their series has newer ones.") {
            $0.outOfOrder.load(ordering: .relaxed)
        }
        counter("prometheus_target_scrapes_sample_out_of_bounds_total", "Samples dropped because of a time that is too far away.") {
            $0.outOfBounds.load(ordering: .relaxed)
        }
        counter("flatalert_scrape_samples_refused_total", "Scraped samples that the sample store refused because of its limits.") {
            $0.refused.load(ordering: .relaxed)
        }
        counter("flatalert_scrape_samples_total", "Samples of successful scrapes after relabelling.") {
            $0.samples.load(ordering: .relaxed)
        }
        counter("flatalert_scrapes_skipped_total", "Moments at which a target was still busy with the scrape before.") {
            $0.skipped.load(ordering: .relaxed)
        }
        registry.collect("flatalert_scrapes_total", help: "Scrapes by their result.", type: .counter, labels: ["result"]) { [self] in
            [
                MetricSample(labels: ["success"], value: Double(succeeded.load(ordering: .relaxed))),
                MetricSample(labels: ["failure"], value: Double(failed.load(ordering: .relaxed))),
            ]
        }
    }
}
