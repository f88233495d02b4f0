import JSON
import Logging
import Threads
import Time

/// The thread behind a log counter, and what it shares with those who ask.
final class LogWorker<Totals: LogTotals>: Sendable {
    /// Of the file in the store.
    static var stateVersion: Int64 { 1 }
    /// Change is written down at least this often, scraped or not.
    private static var saveInterval: TimeSpan { .seconds(10) }
    /// So much of a log is counted before somebody may see it: a first reading of gigabytes shows its progress.
    private static var budget: Int { 32 << 20 }

    private enum Phase { case idle, running, stopping, ended }

    private struct Shared {
        var phase = Phase.idle
        var counts: LineCounts<Totals>
        var published: Totals
        var report: LogReport
        /// Grows with each piece of work that the thread finishes.
        var progress: UInt64 = 0
        var isHanging = false
    }

    private let name: String
    private let path: String?
    private let options: TailOptions
    private let store: PositionStore?
    private let log: Logger
    private let wake = Signal()
    private let shared: WaitingRoom<Shared, Void>
    private let restored: RestoredLog

    init(name: String, path: String?, totals: Totals, options: TailOptions, store: PositionStore?, log: Logger) {
        self.name = name
        self.path = path
        self.options = options
        self.store = store
        var log = log
        log[metadataKey: "log"] = .string(name)
        if let path { log[metadataKey: "path"] = .string(path) }
        self.log = log
        restored = RestoredLog.load(name, path: path, from: store, version: Self.stateVersion, log: log)
        var counts = LineCounts(totals, maximumLineBytes: options.maximumLineBytes)
        if let state = restored.totals { counts.totals.restore(state) }
        counts.restoreLines(restored.lines)
        let report = LogReport(
            lines: counts.lines, lastEvent: counts.totals.lastEvent, rotations: restored.rotations, gaps: restored.gaps,
            isReadable: path == nil, problem: path.map { "\($0) has not been looked at yet" })
        shared = WaitingRoom(Shared(counts: counts, published: counts.totals, report: report))
    }

    // MARK: For all threads

    var published: Totals { shared.withState { $0.published } }

    var report: LogReport {
        shared.withState { shared in
            var report = shared.report
            if shared.isHanging {
                report.isReadable = false
                report.problem = "the drive of \(path ?? name) does not answer; look whether it is mounted and its server runs"
            }
            return report
        }
    }

    func receive(_ line: [UInt8]) {
        shared.withState { shared in line.withUnsafeBufferPointer { shared.counts.count(block: $0) } }
    }

    func start() {
        let isFirst = shared.withState { shared in
            guard shared.phase == .idle else { return false }
            shared.phase = .running
            return true
        }
        guard isFirst else { return }
        guard !WorkerThread.detach(name: "log \(name)", { [self] in run() }) else { return }
        log.error("The system gives no thread to follow the log; its counters stay as they are")
        finish()
    }

    func requestStop() {
        let wasIdle = shared.withState { shared in
            defer { shared.phase = shared.phase == .running ? .stopping : shared.phase == .idle ? .ended : shared.phase }
            return shared.phase == .idle
        }
        if !wasIdle { wake.send() }
    }

    /// Waits until the thread has looked at the log and published what it found, or for as long as a scrape may wait.
    func look() async {
        // How far the thread has come now; what is asked is answered when it has looked once more.
        let progress = shared.withState { $0.progress }
        await shared.wait(limit: options.collectLimit) { [wake] shared, _ in
            guard shared.phase == .running || shared.phase == .stopping else { return .answered(()) }
            return .begins { wake.send() }
        } late: { shared, _ in
            // A thread that still counts old lines is slow; one that has finished nothing since hangs.
            if shared.progress == progress { shared.isHanging = true }
        }
    }

    // MARK: On the thread

    private func run() {
        var saved = SavedState()
        var follower = path.map { LogFollower(path: $0, options: options, restored: restored, log: log) }
        var isStopping = false
        while !isStopping {
            isStopping = shared.withState { $0.phase == .stopping }
            // Who asks from here on may ask for lines that this round does not see.
            let lastAsking = shared.lastWaiting
            while let follower, !follower.poll(now: Clock.monotonic(), budget: Self.budget, into: self), !isStopping {
                isStopping = commit(&saved, follower, isDue: true)
            }
            _ = commit(&saved, follower, isDue: isStopping || lastAsking != nil)
            if let lastAsking { shared.answer(upTo: lastAsking) { _ in } }
            if !isStopping { _ = wake.wait(until: Clock.monotonic() + options.pollInterval.nanoseconds) }
        }
        follower = nil
        finish()
    }

    /// What the thread knows of the file in the store.
    private struct SavedState {
        var bytes: [UInt8]?
        var time = Int64.min
        var isFailing = false
    }

    /// Writes the counts down where something changed, then publishes them. True when the thread is to end.
    private func commit(_ saved: inout SavedState, _ follower: LogFollower?, isDue: Bool) -> Bool {
        let now = Clock.monotonic()
        let isSaveDue = saved.bytes == nil || now - saved.time >= Self.saveInterval.nanoseconds
        guard isDue || isSaveDue else {
            return shared.withState { shared in
                shared.progress += 1
                return shared.phase == .stopping
            }
        }
        let counts = shared.withState { $0.counts }
        if let store {
            let bytes = state(of: counts, follower)
            if bytes != saved.bytes { save(bytes, &saved, in: store) }
            saved.time = now
        }
        return shared.withState { shared in
            shared.published = counts.totals
            shared.report = LogReport(
                lines: counts.lines, lastEvent: counts.totals.lastEvent, rotations: follower?.rotations ?? 0, gaps: follower?.gaps ?? 0,
                isReadable: follower.map { $0.problem == nil } ?? true, problem: follower?.problem)
            shared.isHanging = false
            shared.progress += 1
            return shared.phase == .stopping
        }
    }

    private func save(_ bytes: [UInt8], _ saved: inout SavedState, in store: PositionStore) {
        do throws(PositionStoreError) {
            try store.save(bytes, for: name)
            saved.bytes = bytes
            if saved.isFailing { log.notice("The place in the log is written down again") }
            saved.isFailing = false
        } catch {
            if !saved.isFailing {
                log.warning(
                    """
                    \(error); counting goes on, but after a restart the counters begin anew and lines may be missing. Make the directory \
                    writable or give another with --state.directory
                    """)
            }
            saved.isFailing = true
        }
    }

    private func state(of counts: LineCounts<Totals>, _ follower: LogFollower?) -> [UInt8] {
        var members: JSONObject = ["version": .number(JSONNumber(Self.stateVersion)), "log": .string(name)]
        if let path { members["path"] = .string(path) }
        members["lines"] = counts.linesState
        members["totals"] = counts.totals.state
        if let follower { members["tail"] = follower.state }
        var writer = JSONWriter(escapesHTML: false)
        writer.value(.object(members))
        return writer.bytes
    }

    private func finish() {
        shared.answer { $0.phase = .ended }
    }
}

extension LogWorker: LineSink {
    func count(block: UnsafeBufferPointer<UInt8>) { shared.withState { $0.counts.count(block: block) } }

    func countUnparsed() { shared.withState { $0.counts.countUnparsed() } }
}
