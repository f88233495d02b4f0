import Exposition
import Logging

/// What stand-ins write down of the plugin's operations.
final class EventLogCollector: MetricCollector {
    private let counter: LogCounter<CNIEventTotals>
    private let hasLog: Bool

    /// Without a log all counters stay at zero, and the gauge of the log says why.
    init(registry: MetricRegistry, options: CNIOptions, log: Logger) {
        let path = options.eventLog.flatMap { $0.isEmpty ? nil : $0 }
        let store = options.stateDirectory.flatMap { $0.isEmpty ? nil : PositionStore(directory: $0) }
        let counter = LogCounter(
            log: "cni", path: path, totals: CNIEventTotals(), options: TailOptions(startsAtEnd: !options.fromBeginning),
            store: path == nil ? nil : store, log: log)
        self.counter = counter
        hasLog = path != nil
        Self.registerOperations(registry) { counter.published }
        Self.registerLog(registry, hasLog: hasLog) { counter.report }
    }

    func start() { counter.start() }

    func collect() async { await counter.collect() }

    func stop() async { await counter.stop() }

    var sources: [SourceState] {
        guard let path = counter.path else { return [] }
        let advice = """
            put the stand-in before the plugin with flatalert cni-shim install; without it operations, durations and registrations stay at zero
            """
        let problem = counter.report.problem
        return [SourceState(name: "CNI event log", place: path, problem: problem, advice: problem == nil ? "" : advice)]
    }

    private static func registerOperations(_ registry: MetricRegistry, _ totals: @escaping @Sendable () -> CNIEventTotals) {
        registry.collect(
            "flatnet_cni_operations_total", help: "Operations of the CNI plugin, from the event log of its stand-in.", type: .counter,
            labels: ["operation", "status"]
        ) {
            let totals = totals()
            return CNIEventTotals.Operation.allCases.flatMap { operation in
                [
                    MetricSample(labels: [operation.rawValue, "success"], value: Double(totals[operation].success)),
                    MetricSample(labels: [operation.rawValue, "failure"], value: Double(totals[operation].failure)),
                ]
            }
        }
        registry.collectHistogram(
            "flatnet_cni_operation_duration_seconds",
            help: "How long operations of the CNI plugin took, from the event log of its stand-in.",
            labels: ["operation"], buckets: CNIEventTotals.bounds.map { Double($0) / 1_000 }
        ) {
            let totals = totals()
            return CNIEventTotals.Operation.allCases.map {
                HistogramSample(labels: [$0.rawValue], counts: totals[$0].buckets, sum: Double(totals[$0].milliseconds) / 1_000)
            }
        }
        registry.collect(
            "flatnet_cni_containers_created_total", help: "Containers that were given an address: ADD operations that succeeded.",
            type: .counter
        ) { Double(totals()[.add].success) }
        registry.collect(
            "flatnet_cni_ip_allocation_failures_total",
            help: "Operations that failed because no address was free: error code 102, or host-local's words for it.", type: .counter
        ) { Double(totals().exhausted) }
        registry.collect(
            "flatnet_cni_errors_total", help: "Failed operations by the plugin's error code; none is a failure without an error object.",
            type: .counter, labels: ["code"]
        ) { totals().errorsByCode.map { MetricSample(labels: [$0.code], value: Double($0.count)) } }
        registry.collect(
            "flatnet_cni_gateway_registrations_total",
            help: "Attempts at the Gateway's registry, one an endpoint, from the plugin's standard error.", type: .counter,
            labels: ["operation", "status"]
        ) {
            let totals = totals()
            return [("register", totals.registrations), ("deregister", totals.deregistrations)].flatMap { name, attempts in
                [
                    MetricSample(labels: [name, "success"], value: Double(attempts.success)),
                    MetricSample(labels: [name, "failure"], value: Double(attempts.failure)),
                ]
            }
        }
    }

    private static func registerLog(_ registry: MetricRegistry, hasLog: Bool, _ report: @escaping @Sendable () -> LogReport) {
        registry.collect(
            "flatnet_cni_event_log_up",
            help:
                "Whether the event log of the plugin's stand-in could be read at the last look; 0 also before its first operation, absent where none is read."
        ) { hasLog ? [MetricSample(value: report().isReadable ? 1 : 0)] : [] }
        registry.collect(
            "flatnet_cni_event_log_lines_total", help: "Lines of the event log by what came of them.", type: .counter, labels: ["result"]
        ) {
            let lines = report().lines
            return LineResult.allCases.map { MetricSample(labels: [$0.rawValue], value: Double(lines[$0] ?? 0)) }
        }
        registry.collect(
            "flatnet_cni_event_log_last_event_timestamp_seconds", help: "When the last operation in the event log ended; absent before one."
        ) { report().lastEvent.map { [MetricSample(value: $0.unixSeconds)] } ?? [] }
        registry.collect(
            "flatnet_cni_event_log_rotations_total", help: "How often another file took the event log's place, or it was cleared.",
            type: .counter
        ) { Double(report().rotations) }
        registry.collect(
            "flatnet_cni_event_log_gaps_total", help: "Parts of the event log that are known to be lost before they were counted.",
            type: .counter
        ) { Double(report().gaps) }
    }
}
