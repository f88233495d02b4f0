import AlertCore
import AlertStorage
import Exposition
import Labels
import Logging
import NIOConcurrencyHelpers
import Time

/// Drills: the faults of alerts that must be able to fire are played to the rules in force, and what fires is really told, marked as a drill.
///
/// One at a time, and none sooner than a minute after the last began: with its fixed content a drill thus sends a receiver no more than tests may
/// (`TestFireLimit`), without taking anything from them.
final class DrillDesk: Sendable {
    private struct State {
        var rules: DrillRules?
        var isRunning = false
        /// Monotonic nanoseconds.
        var lastStart: Int64?
        var lastSuccess: Timestamp?
        var schedule: Task<Void, Never>?
    }

    /// The least time between the beginnings of two drills.
    static let pause = TimeSpan.minutes(1)
    /// How often a schedule looks at the clock. Clocks are set and hosts sleep: no single wait would be right.
    private static let look = TimeSpan.seconds(20)

    private let state = NIOLockedValueBox(State())

    /// When everything that must fire was last proved; nil when it never was.
    var lastSuccess: Timestamp? { state.withLockedValue { $0.lastSuccess } }

    func connect(_ rules: DrillRules) { state.withLockedValue { $0.rules = rules } }

    func stop() { state.withLockedValue { $0.schedule }?.cancel() }

    // MARK: One drill

    /// Proves these alerts, or all that must fire.
    func run(_ alertnames: [String], by access: any RouterAccess, now: @Sendable () -> Int64 = Clock.monotonic) async throws(OperatorError)
        -> DrillReport
    {
        let rules = try begin(at: now())
        defer { state.withLockedValue { $0.isRunning = false } }
        var entries: [DrillReport.Entry] = []
        for name in alertnames.isEmpty ? rules.alertnames : alertnames {
            entries.append(await Self.entry(await rules.prove(name), access))
        }
        let report = DrillReport(time: Clock.wall(), entries: entries)
        if report.isProof, Set(report.alertnames).isSuperset(of: rules.alertnames) {
            state.withLockedValue { $0.lastSuccess = report.time }
        }
        access.history?.record(report.event)
        return report
    }

    private func begin(at now: Int64) throws(OperatorError) -> DrillRules {
        let result = state.withLockedValue { state -> Result<DrillRules, OperatorError> in
            guard let rules = state.rules else {
                return .failure(
                    OperatorError(
                        status: 404, message: "this instance evaluates no rules",
                        advice: "start it with --monitor.config=prometheus.yml"))
            }
            guard !state.isRunning else {
                return .failure(OperatorError(status: 409, message: "a drill is under way", advice: "wait for its end"))
            }
            if let last = state.lastStart, now - last < Self.pause.nanoseconds {
                let seconds = (last + Self.pause.nanoseconds - now + 999_999_999) / 1_000_000_000
                return .failure(
                    OperatorError(
                        status: 429, message: "the last drill began less than a minute ago", advice: "the next may begin in \(seconds) s"))
            }
            (state.isRunning, state.lastStart) = (true, now)
            return .success(rules)
        }
        switch result {
        case .success(let rules): return rules
        case .failure(let error): throw error
        }
    }

    private static func entry(_ proof: DrillProof, _ access: any RouterAccess) async -> DrillReport.Entry {
        var entry = DrillReport.Entry(proof: proof, problem: proof.problem, advice: proof.advice)
        guard let sample = proof.sample else {
            if entry.problem.isEmpty { entry.problem = "it does not fire" }
            return entry
        }
        let test: TestFire
        do throws(OperatorError) { test = try access.testFire(TestFireRequest(drilling: sample)) } catch {
            (entry.problem, entry.advice) = (error.message, error.advice)
            return entry
        }
        entry.test = test
        entry.paths = await test.run()
        let results = entry.paths.flatMap(\.results)
        if let failed = results.first(where: { $0.state == .failed }) {
            entry.problem = "\(failed.integration) \(failed.place) failed: \(failed.answer.isEmpty ? failed.error : failed.answer)"
            entry.advice = failed.advice
        } else if !results.contains(where: { $0.state == .sent }) {
            entry.problem = "nobody is told: receiver \(entry.paths.map(\.receiver).joined(separator: ", ")) has no integration"
            entry.advice = "give it one in the configuration, or route the alert to another"
        }
        return entry
    }

    // MARK: By itself

    /// Begins to follow a schedule.
    func follow(_ schedule: DrillSchedule, by access: any RouterAccess, log: Logger) {
        let task = Task { [weak self] in
            var next = schedule.next(after: Clock.wall())
            log.info("Drills are scheduled", metadata: ["schedule": "\(schedule.text)", "next": "\(next)"])
            while !Task.isCancelled {
                try? await Task.sleep(for: .nanoseconds(Self.look.nanoseconds))
                guard let self, !Task.isCancelled else { return }
                guard Clock.wall() >= next else { continue }
                next = schedule.next(after: Clock.wall())
                await runScheduled(by: access, next: next, log: log)
            }
        }
        state.withLockedValue { state in
            state.schedule?.cancel()
            state.schedule = task
        }
    }

    private func runScheduled(by access: any RouterAccess, next: Timestamp, log: Logger) async {
        do throws(OperatorError) {
            let report = try await run([], by: access)
            let summary = report.summary(zone: .local)
            if report.isProof {
                log.info("Drill", metadata: ["result": "\(summary)", "next": "\(next)"])
            } else {
                log.error("Drill", metadata: ["err": "\(summary)", "next": "\(next)"])
            }
        } catch {
            log.error("Drill", metadata: ["err": "\(error.message)", "advice": "\(error.advice)", "next": "\(next)"])
        }
    }

    /// Takes the last proof over from an earlier run's history.
    func restore(from history: History) async {
        guard let wanted = state.withLockedValue({ $0.rules?.alertnames }) else { return }
        var filter = HistoryFilter()
        filter.kinds = [.drilled]
        while let page = try? await history.page(filter) {
            if let event = page.events.first(where: { $0.error.isEmpty && Set($0.drilledAlertnames).isSuperset(of: wanted) }) {
                state.withLockedValue { $0.lastSuccess = max($0.lastSuccess ?? event.time, event.time) }
                return
            }
            guard let before = page.next else { return }
            filter.before = before
        }
    }
}

extension DrillReport {
    /// What history keeps: which alerts, and what went wrong.
    fileprivate var event: HistoryEvent {
        var event = HistoryEvent(.drilled, at: time)
        event.text = alertnames.joined(separator: HistoryEvent.alertnameSeparator)
        event.error = failures.map { "\($0.proof.alertname): \($0.problem)" }.joined(separator: "; ")
        event.alerts = entries.count
        return event
    }
}

extension HistoryEvent {
    fileprivate static let alertnameSeparator = ", "

    fileprivate var drilledAlertnames: [String] { text.split(separator: Self.alertnameSeparator).map(String.init) }
}

extension Router {
    /// Makes drills possible, and begins to follow a schedule. To be called once, before or after `start()`.
    public func drill(_ rules: DrillRules, schedule: DrillSchedule? = nil) {
        drillDesk.connect(rules)
        if let history { Task { [drillDesk] in await drillDesk.restore(from: history) } }
        if let schedule { drillDesk.follow(schedule, by: self, log: log) }
    }
}

extension RouterMetrics {
    /// Adds when drills last proved everything.
    func attach(to desk: DrillDesk) {
        registry.collect(
            "flatalert_drill_last_success_timestamp_seconds",
            help: "When a drill last proved that every alert that must fire can, and reaches its receivers; 0 when none did."
        ) { [weak desk] in desk?.lastSuccess?.unixSeconds ?? 0 }
    }
}
