import AlertCore
import Journal
import Labels
import Logging
import NIOConcurrencyHelpers
import Time
import Transport

/// The shell around the monitor: feeds it, raises its alerts through the router and calls the outside watcher, all in one task.
final class Heartbeat: Sendable {
    private let options: HeartbeatOptions
    private let transport: Transport
    private let log: Logger
    private let monitor: NIOLockedValueBox<HeartbeatMonitor>
    private let task = NIOLockedValueBox<Task<Void, Never>?>(nil)

    private static let pingTimeout = TimeSpan.seconds(10)

    init(_ options: HeartbeatOptions, transport: Transport, log: Logger) {
        self.options = options
        self.transport = transport
        self.log = log
        let zone = (try? Zone.named("Local")) ?? Zone(utcOffset: 0)
        monitor = NIOLockedValueBox(HeartbeatMonitor(options, zone: zone, at: Self.now()))
    }

    private static func now() -> ClockReading { ClockReading(wall: Clock.wall(), monotonic: Clock.monotonic()) }

    // MARK: What it is told

    /// Alerts arrived from outside.
    func received(_ alerts: [Alert]) {
        guard !options.expected.isEmpty else { return }
        let now = Self.now()
        monitor.withLockedValue { monitor in
            if monitor.isExpected(alerts) { monitor.received(alerts, at: now) }
        }
    }

    /// A chain of attempts ended.
    func delivered(_ key: LogKey, problem: String?) {
        monitor.withLockedValue { $0.delivered(.init(key), problem: problem, at: Clock.wall()) }
    }

    /// An attempt failed and will be repeated.
    func attemptFailed(_ key: LogKey, attempt: Int, problem: String) {
        monitor.withLockedValue { $0.attemptFailed(.init(key), attempt: attempt, problem: problem, at: Clock.wall()) }
    }

    // MARK: What it tells

    /// All checks now.
    func report(of router: Router) -> HeartbeatReport {
        let problem: String? = if case .memoryOnly(let reason) = router.journal.state { "\(reason)" } else { nil }
        let configured = Set(
            router.configuration.receivers.flatMap { receiver in
                receiver.integrations.map { HeartbeatMonitor.Integration(receiver: receiver.name, name: $0.label) }
            })
        let now = Self.now()
        return monitor.withLockedValue { monitor in
            monitor.journalIs(problem, at: now.wall)
            return monitor.report(at: now) { configured.contains($0) }
        }
    }

    /// How long each expected alert has stayed away.
    var ages: [(expected: String, age: TimeSpan)] { monitor.withLockedValue { $0.ages(at: Self.now()) } }

    // MARK: What it does

    /// Begins to watch, if there is anything to watch or anybody to call.
    func start(_ router: Router) {
        guard !options.expected.isEmpty || !options.pingURL.isEmpty else { return }
        let now = Self.now()
        monitor.withLockedValue { monitor in
            monitor.resume(at: now) { labels in
                router.read { machine, now in machine.alertStatus(of: labels.fingerprint, at: now)?.alert }
            }
        }
        let first = Past(pingAt: now.monotonic + options.pingInterval.nanoseconds)
        let beating = Task { [weak router, weak self] in
            var past = first
            while let period = self?.period {
                try? await Task.sleep(for: .nanoseconds(period.nanoseconds))
                guard !Task.isCancelled, let self, let router else { return }
                await beat(router, &past)
            }
        }
        task.withLockedValue { $0 = beating }
    }

    /// Ends the task; what it does at the moment is cancelled.
    func stop() async {
        let task = task.withLockedValue { $0 }
        task?.cancel()
        await task?.value
    }

    /// Looks often enough that a silence is noticed within a twentieth of its limit, and neither more than ten times a second nor less than every 5 s.
    private var period: TimeSpan {
        let wanted = options.expected.isEmpty ? options.pingInterval : min(options.timeout / 20, options.pingInterval)
        return max(.milliseconds(100), min(wanted, .seconds(5)))
    }

    /// What the last look left behind.
    private struct Past: Sendable {
        /// Monotonic. The first call comes after an interval: an instance that dies at every start must not seem alive outside.
        var pingAt: Int64
        var wasOK = true
        var pingProblem: String?
    }

    private func beat(_ router: Router, _ past: inout Past) async {
        await raise(through: router)
        let report = report(of: router)
        if report.isOK != past.wasOK { tell(report) }
        past.wasOK = report.isOK
        guard report.isOK, !options.pingURL.isEmpty, Clock.monotonic() >= past.pingAt else { return }
        past.pingAt = Clock.monotonic() + options.pingInterval.nanoseconds
        let problem = await ping()
        guard !Task.isCancelled else { return }
        if (problem == nil) != (past.pingProblem == nil) { tellPing(problem) }
        past.pingProblem = problem
    }

    private func raise(through router: Router) async {
        let alerts = monitor.withLockedValue { $0.alarms(at: Self.now()) }
        guard !alerts.isEmpty else { return }
        do throws(JournalError) {
            try await router.accept(alerts)
        } catch {
            // They are routed and told all the same.
            log.debug("The alert about a silence is not on the disk yet", metadata: ["err": "\(error)"])
        }
    }

    private func tell(_ report: HeartbeatReport) {
        if report.isOK {
            log.info("The heartbeat is back")
        } else {
            let calls = options.pingURL.isEmpty ? "" : "; the outside watcher is not called until it is back"
            log.warning("The heartbeat stopped\(calls)", metadata: ["err": "\(report.problems)"])
        }
    }

    private func ping() async -> String? {
        let request = HTTPRequest(url: options.pingURL, timeout: min(Self.pingTimeout, max(options.pingInterval, .seconds(1))))
        do throws(TransportError) {
            let answer = try await transport.send(request)
            return (200..<300).contains(answer.status) ? nil : "it answered \(answer.status)"
        } catch {
            return "\(error)"
        }
    }

    private func tellPing(_ problem: String?) {
        if let problem {
            log.warning(
                "The outside watcher of the heartbeat cannot be reached; it will raise its own alarm", metadata: ["err": "\(problem)"])
        } else {
            log.info("The outside watcher of the heartbeat is reached again")
        }
    }
}

extension HeartbeatMonitor.Integration {
    fileprivate init(_ key: LogKey) { self.init(receiver: key.receiver, name: "\(key.kind)[\(key.index)]") }
}
