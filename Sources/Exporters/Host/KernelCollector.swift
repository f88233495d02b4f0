import Exposition
import NIOConcurrencyHelpers
import Time

/// Something that the kernel tells at once, as families of metrics.
protocol KernelSource: Sendable {
    /// Under which names of node-exporter's collectors its outcome is told.
    var collectors: [String] { get }
    /// What it tells.
    var families: [SampleBoard.Family] { get }
    /// The samples of all families now, in their order.
    func samples() throws(KernelTextError) -> [[MetricSample]]
}

/// What the kernel tells at once, without waiting for a device or a server. What cannot be read is not told, as node-exporter has it: these are
/// values of now, and the last good ones would be lies.
final class KernelCollector: MetricCollector {
    private let parts: [(source: any KernelSource, board: SampleBoard)]
    private let outcomes: ScrapeOutcomes
    private let problems = NIOLockedValueBox<[KernelTextError]>([])

    init(registry: MetricRegistry, outcomes: ScrapeOutcomes, sources: [any KernelSource]) {
        self.outcomes = outcomes
        parts = sources.map { ($0, SampleBoard(registry, $0.families)) }
    }

    func collect() async {
        var problems: [KernelTextError] = []
        for (source, board) in parts {
            let start = Clock.monotonic()
            var succeeded = true
            do throws(KernelTextError) {
                board.show(try source.samples())
            } catch {
                board.clear()
                problems.append(error)
                succeeded = false
            }
            for name in source.collectors { outcomes.note(name, since: start, succeeded: succeeded) }
        }
        self.problems.withLockedValue { $0 = problems }
    }

    var sources: [SourceState] {
        let problems = problems.withLockedValue { $0 }
        if problems.isEmpty { return [SourceState(name: "kernel", place: "/proc and /sys")] }
        return problems.map {
            SourceState(
                name: "kernel", place: $0.path, problem: $0.found,
                advice: "its metrics are left out; in a container, give it the host's /proc and /sys, or run the exporter on the host")
        }
    }
}
