import JSON
public import Logging
import NIOConcurrencyHelpers
import Threads

/// Counts the lines of a log as they are written, on a thread of its own.
///
/// What it publishes has been written down before, together with the place in the log up to which it counts: a program that was killed goes
/// on where its last page ended, nothing is counted twice or missed and no exposed counter goes back.
/// ```swift
/// let access = LogCounter(log: "access", path: path, totals: AccessLogTotals(), store: PositionStore(directory: state), log: logger)
/// access.start()
/// await access.collect()
/// access.published
/// ```
public final class LogCounter<Totals: LogTotals>: MetricCollector {
    /// The log's name in labels, log lines and in the store.
    public let log: String
    /// The file that is read; nil where lines are only received.
    public let path: String?
    private let worker: LogWorker<Totals>

    /// A counter of the log at a path. What the store keeps of it is taken over at once; the file is first looked at by `start` or `collect`.
    public init(
        log name: String, path: String?, totals: Totals, options: TailOptions = TailOptions(), store: PositionStore? = nil,
        log logger: Logger
    ) {
        log = name
        self.path = path
        worker = LogWorker(name: name, path: path, totals: totals, options: options, store: store, log: logger)
    }

    deinit {
        worker.requestStop()
    }

    /// The totals as of the last `collect` that the log answered.
    public var published: Totals { worker.published }

    /// The log as of the last `collect`.
    public var report: LogReport { worker.report }

    /// Counts a line that does not come from the file, given without its end. It is published by the next `collect`.
    public func receive(_ line: [UInt8]) { worker.receive(line) }

    /// Begins to follow the file.
    public func start() { worker.start() }

    /// Counts what has been written until now, writes the totals down and publishes them. Waits for a drive that hangs for a limited time.
    public func collect() async {
        worker.start()
        await worker.look()
    }

    /// Counts what has been written until now, writes it down and ends.
    public func stop() async {
        worker.requestStop()
        await worker.look()
    }

    /// The log as a source.
    public var sources: [SourceState] {
        guard let path else { return [] }
        // What was found, and behind it what to do.
        let parts = report.problem?.split(separator: ";", maxSplits: 1).map(String.init) ?? []
        let advice = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        return [SourceState(name: "\(log) log", place: path, problem: parts.first, advice: advice)]
    }
}
