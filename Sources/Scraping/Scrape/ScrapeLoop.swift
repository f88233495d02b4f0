import Exposition
import Labels
import NIOConcurrencyHelpers
import SampleStore
import Transport

/// One target over all of its scrapes. The scheduler sees to it that there is at most one scrape of it at a time.
final class ScrapeLoop: Sendable {
    /// What a reload may change.
    struct Setup: Sendable {
        var target: Target
        var job: ScrapeJob
        /// Why all targets of the job fail, if they do.
        var limitError: String?
    }

    /// How the target fares.
    struct Status: Sendable {
        var health = TargetStatus.Health.unknown
        var lastError = ""
        var lastScrape: Int64?
        var lastDuration = 0.0
        /// What was told of in the log, so that it is told once and not with every scrape.
        var told = ScrapeTroubles()
    }

    /// What one scrape came to.
    struct Outcome: Sendable {
        var failure: ScrapeFailure?
        var counts: ScrapeCounts
    }

    let id: UInt64
    let identity: Target.Identity
    let setup: NIOLockedValueBox<Setup>
    let status = NIOLockedValueBox(Status())
    private let series: NIOLockedValueBox<TargetSeries>
    private let lastBytes = NIOLockedValueBox(0)
    private let shared: ScrapeShared

    init(id: UInt64, setup: Setup, shared: ScrapeShared) {
        self.id = id
        self.shared = shared
        identity = setup.target.identity
        self.setup = NIOLockedValueBox(setup)
        series = NIOLockedValueBox(TargetSeries(store: shared.store, target: setup.target.labels, job: setup.job))
    }

    /// Scrapes once. Nil when the task was cancelled before the answer was there: then nothing has happened.
    ///
    /// - Parameter time: the samples' time, milliseconds.
    func scrape(at time: Int64) async -> Outcome? {
        let setup = setup.withLockedValue { $0 }
        let start = shared.clock.monotonic()
        let answer = await fetch(setup)
        guard !Task.isCancelled else { return nil }
        let outcome = store(answer, setup, at: time, start: start)
        observe(outcome, setup, at: time, start: start)
        return outcome
    }

    /// Gives all series a stale marker.
    func retire(at time: Int64) {
        var scratch = shared.scratches.take()
        series.withLockedValue { $0.retire(at: time, &scratch) }
        shared.scratches.give(back: scratch)
    }

    // MARK: Fetching

    private struct Body {
        var bytes: [UInt8]
        /// Nil for an empty body, whose type says nothing.
        var format: ExpositionFormat?
    }

    private func fetch(_ setup: Setup) async -> Result<Body, ScrapeFailure> {
        if let limitError = setup.limitError { return .failure(.targetLimit(limitError)) }
        let expected = lastBytes.withLockedValue { $0 }
        do throws(TransportError) {
            let answer = try await shared.transport.send(setup.job.request(setup.target, expectedBytes: expected))
            guard answer.status == 200 else { return .failure(.status(answer.status)) }
            guard !answer.body.isEmpty else { return .success(Body(bytes: [], format: nil)) }
            // A little more than last time, for numbers grow.
            lastBytes.withLockedValue { $0 = answer.body.count + answer.body.count / 16 }
            do throws(ScrapeFailure) {
                let fallback = setup.job.configuration.fallbackProtocol
                return .success(
                    Body(bytes: answer.body, format: try ContentType.format(of: answer[header: "Content-Type"], fallback: fallback)))
            } catch {
                return .failure(error)
            }
        } catch {
            if case .responseTooLarge(let limit) = error { return .failure(.bodySizeLimit(limit)) }
            return .failure(.request(error))
        }
    }

    // MARK: Storing

    private func store(_ answer: Result<Body, ScrapeFailure>, _ setup: Setup, at time: Int64, start: Int64) -> Outcome {
        var scratch = shared.scratches.take()
        defer { shared.scratches.give(back: scratch) }
        return series.withLockedValue { series in
            series.adopt(setup.job)
            var outcome = Outcome(failure: nil, counts: ScrapeCounts())
            var bodyBytes = 0
            switch answer {
            case .failure(let failure):
                outcome.failure = failure
                if case .bodySizeLimit = failure { bodyBytes = -1 }
                series.end(at: time, wasRead: false, &scratch)
            case .success(let body):
                bodyBytes = body.bytes.count
                guard let format = body.format else {
                    series.end(at: time, wasRead: false, &scratch)
                    break
                }
                do throws(ScrapeFailure) {
                    try body.bytes.withUnsafeBufferPointer { bytes throws(ScrapeFailure) in
                        try series.take(bytes, as: format, at: time, &scratch, &outcome.counts)
                    }
                } catch {
                    outcome.failure = error
                    series.end(at: time, wasRead: true, &scratch)
                }
            }
            let configuration = setup.job.configuration
            let duration = Double(shared.clock.monotonic() - start) / 1e9
            let extra =
                configuration.extraScrapeMetrics
                ? ReportSeries.Values.Extra(
                    timeout: Double(setup.target.timeout) / 1000, sampleLimit: configuration.sampleLimit, bodyBytes: bodyBytes) : nil
            series.report(
                ReportSeries.Values(isUp: outcome.failure == nil, duration: duration, counts: outcome.counts, extra: extra), at: time,
                &scratch)
            return outcome
        }
    }

    // MARK: Telling

    private func observe(_ outcome: Outcome, _ setup: Setup, at time: Int64, start: Int64) {
        shared.metrics.count(outcome)
        let duration = Double(shared.clock.monotonic() - start) / 1e9
        let news = status.withLockedValue { status in
            status.health = outcome.failure == nil ? .up : .down
            status.lastError = outcome.failure?.description ?? ""
            status.lastScrape = time
            status.lastDuration = duration
            return status.told.update(outcome)
        }
        for line in news { line.log(to: shared.log, job: setup.job.configuration.jobName, url: setup.target.url) }
    }

    /// The target as the targets API shows it.
    func report(_ outside: OutsideAddress) -> TargetStatus {
        let setup = setup.withLockedValue { $0 }
        let status = status.withLockedValue { $0 }
        return TargetStatus(
            discoveredLabels: setup.target.discoveredLabels, labels: setup.target.labels, pool: setup.job.configuration.jobName,
            url: setup.target.url, globalURL: outside.globalURL(of: setup.target.url), lastError: status.lastError,
            lastScrape: status.lastScrape, lastDuration: status.lastDuration, health: status.health, interval: setup.target.interval,
            timeout: setup.target.timeout)
    }
}
