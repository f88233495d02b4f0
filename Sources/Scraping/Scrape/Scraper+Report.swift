public import Exposition
public import Labels

extension Scraper {
    /// All targets now (reference 4.4).
    public func report() -> TargetsReport {
        let (pools, order, slots) = state.withLockedValue { ($0.pools, $0.order, $0.slots) }
        var report = TargetsReport()
        for name in order {
            guard let pool = pools[name] else { continue }
            let targets = pool.loops.values.compactMap { slots[$0]?.loop.report(options.outside) }
            report.active += targets.sorted { left, right in
                left.url != right.url ? left.url < right.url : left.labels.fingerprint.value < right.labels.fingerprint.value
            }
            report.dropped += pool.built.dropped.map { (name, $0) }
            report.droppedCounts.append((name, pool.built.droppedCount))
        }
        return report
    }

    /// Tells of the scraper itself in a registry, under Prometheus's names where the meaning is the same.
    public func register(in registry: MetricRegistry) {
        shared.metrics.register(in: registry)
        registry.collect(
            "prometheus_target_scrape_pool_targets", help: "Targets of each job.", labels: ["scrape_job"]
        ) { [weak self] in
            self?.pools().map { MetricSample(labels: [$0], value: Double($1.loops.count)) } ?? []
        }
        registry.collect(
            "prometheus_target_scrape_pool_target_limit", help: "The job's target_limit, 0 without one.", labels: ["scrape_job"]
        ) { [weak self] in
            self?.pools().map { MetricSample(labels: [$0], value: Double($1.job.configuration.targetLimit)) } ?? []
        }
        registry.collect(
            "flatalert_discovery_failures_total",
            help: "Files that could not be used and lists that could not be had, by the job that needs them.",
            type: .counter, labels: ["scrape_job"]
        ) { [weak self] in
            self?.pools().map { MetricSample(labels: [$0], value: Double($1.discoverer.failures)) } ?? []
        }
        registry.collect("flatalert_scrape_targets", help: "Targets by how their last scrape went.", labels: ["health"]) { [weak self] in
            guard let self else { return [] }
            var counts: [TargetStatus.Health: Int] = [.unknown: 0, .up: 0, .down: 0]
            let slots = state.withLockedValue { state in
                state.pools.values.flatMap { pool in pool.loops.values.compactMap { state.slots[$0] } }
            }
            for slot in slots { counts[slot.loop.status.withLockedValue { $0.health }, default: 0] += 1 }
            return [.unknown, .up, .down].map { MetricSample(labels: [$0.rawValue], value: Double(counts[$0] ?? 0)) }
        }
    }

    private func pools() -> [(String, ScraperState.Pool)] {
        state.withLockedValue { state in state.order.compactMap { name in state.pools[name].map { (name, $0) } } }
    }
}
