import AlertCore
import Labels
import Time

/// Judges whether alerts would reach people at this moment: whether what must arrive does, can be kept, and was last delivered. Reads no clock.
struct HeartbeatMonitor: Sendable {
    /// The outcome of an integration's last delivery.
    struct Integration: Hashable, Sendable {
        var receiver: String
        /// Such as `slack[0]`.
        var name: String
    }

    private struct Watch {
        var expectation: HeartbeatExpectation
        /// The last arrival, or the start.
        var lastSeen: ClockReading
        /// The first arrival after the last silence, or the start.
        var freshSince: Timestamp
        var hasArrived = false
        /// The alert about its silence, while it is raised.
        var alarm: Alarm?
    }

    private struct Alarm {
        var body: AlertBody
        var startsAt: Timestamp
        /// Monotonic.
        var refreshAt: Int64
    }

    private struct State {
        var problem: String?
        var since: Timestamp
        var last: Timestamp
    }

    /// The name of the alert about a silence.
    static let alertname = "MonitoringSilent"
    /// How long the alert fires by one word of ours. Longer than a restart takes.
    private static let lease = TimeSpan.minutes(5)
    private static let refresh = TimeSpan.seconds(30)
    /// Attempts after which a delivery counts as failed although it goes on: some seconds.
    static let patience = 5

    private let timeout: TimeSpan
    private let zone: Zone
    private var watches: [Watch]
    private var journal: State
    private var outcomes: [Integration: State] = [:]

    /// A monitor that has seen nothing yet. Texts for people use the zone.
    init(_ options: HeartbeatOptions, zone: Zone, at now: ClockReading) {
        timeout = options.timeout
        self.zone = zone
        watches = options.expected.map { Watch(expectation: $0, lastSeen: now, freshSince: now.wall) }
        journal = State(since: now.wall, last: now.wall)
    }

    // MARK: What happens

    /// Goes on with the alerts about silences that an earlier run raised: a restart must neither end nor repeat them.
    mutating func resume(at now: ClockReading, firing: (LabelSet) -> Alert?) {
        for index in watches.indices {
            guard let alert = firing(Self.labels(of: watches[index].expectation)) else { continue }
            watches[index].alarm = Alarm(body: alert.body, startsAt: alert.startsAt, refreshAt: now.monotonic)
            watches[index].lastSeen = ClockReading(wall: alert.startsAt - timeout, monotonic: now.monotonic - timeout.nanoseconds)
        }
    }

    /// Alerts arrived. Only those that fire count: a sender that says "it is over" is no longer watched by this alert.
    mutating func received(_ alerts: [Alert], at now: ClockReading) {
        for index in watches.indices {
            let matchers = watches[index].expectation.matchers
            guard alerts.contains(where: { !$0.isResolved(at: now.wall) && matchers.matches($0.body.labels) }) else { continue }
            if isSilent(watches[index], at: now) { watches[index].freshSince = now.wall }
            watches[index].lastSeen = now
            watches[index].hasArrived = true
        }
    }

    /// Whether any of these alerts could matter to `received`.
    func isExpected(_ alerts: [Alert]) -> Bool {
        watches.contains { watch in alerts.contains { watch.expectation.matchers.matches($0.body.labels) } }
    }

    /// A delivery ended.
    mutating func delivered(_ integration: Integration, problem: String?, at now: Timestamp) {
        Self.note(problem, at: now, in: &outcomes[integration, default: State(problem: problem, since: now, last: now)])
    }

    /// An attempt failed and will be repeated. A delivery may be tried for as long as its group's interval, so it counts as failed long before its end.
    mutating func attemptFailed(_ integration: Integration, attempt: Int, problem: String, at now: Timestamp) {
        if attempt >= Self.patience { delivered(integration, problem: "\(problem) (attempt \(attempt), goes on)", at: now) }
    }

    /// What the journal says about itself.
    mutating func journalIs(_ problem: String?, at now: Timestamp) { Self.note(problem, at: now, in: &journal) }

    private static func note(_ problem: String?, at now: Timestamp, in state: inout State) {
        if (problem == nil) != (state.problem == nil) { state.since = now }
        state.problem = problem
        state.last = now
    }

    // MARK: What follows

    /// The alerts about silences that are to be raised, kept firing or ended now.
    mutating func alarms(at now: ClockReading) -> [Alert] {
        var alerts: [Alert] = []
        for index in watches.indices {
            guard isSilent(watches[index], at: now) else {
                guard let alarm = watches[index].alarm else { continue }
                watches[index].alarm = nil
                alerts.append(
                    Alert(body: alarm.body, startsAt: min(alarm.startsAt, now.wall), endsAt: now.wall, updatedAt: now.wall))
                continue
            }
            var alarm = watches[index].alarm ?? Alarm(body: body(for: watches[index]), startsAt: now.wall, refreshAt: now.monotonic)
            if now.monotonic >= alarm.refreshAt {
                alarm.refreshAt = now.monotonic + Self.refresh.nanoseconds
                alerts.append(
                    Alert(body: alarm.body, startsAt: min(alarm.startsAt, now.wall), endsAt: now.wall + Self.lease, updatedAt: now.wall))
            }
            watches[index].alarm = alarm
        }
        return alerts
    }

    /// All checks. Integrations that the configuration does not have any more are left out.
    func report(at now: ClockReading, configured: (Integration) -> Bool) -> HeartbeatReport {
        var checks = watches.map { watch in
            let isSilent = isSilent(watch, at: now)
            return HeartbeatCheck(
                kind: .expected, name: watch.expectation.text, isOK: !isSilent, since: isSilent ? watch.lastSeen.wall : watch.freshSince,
                detail: detail(of: watch, at: now))
        }
        checks.append(
            HeartbeatCheck(
                kind: .journal, name: "journal", isOK: journal.problem == nil, since: journal.since,
                detail: journal.problem ?? "what is acknowledged is on the disk"))
        let known = outcomes.filter { configured($0.key) }.sorted { ($0.key.receiver, $0.key.name) < ($1.key.receiver, $1.key.name) }
        for (integration, outcome) in known {
            checks.append(
                HeartbeatCheck(
                    kind: .receiver, name: "\(integration.receiver)/\(integration.name)", isOK: outcome.problem == nil,
                    since: outcome.since,
                    detail: outcome.problem ?? "delivered \(clock(outcome.last))"))
        }
        return HeartbeatReport(checks: checks)
    }

    /// How long each expected alert has stayed away.
    func ages(at now: ClockReading) -> [(expected: String, age: TimeSpan)] {
        watches.map { ($0.expectation.text, age($0, at: now)) }
    }

    private func age(_ watch: Watch, at now: ClockReading) -> TimeSpan {
        TimeSpan(nanoseconds: max(0, now.monotonic - watch.lastSeen.monotonic))
    }

    private func isSilent(_ watch: Watch, at now: ClockReading) -> Bool { age(watch, at: now) >= timeout }

    // MARK: Words

    private static func labels(of expectation: HeartbeatExpectation) -> LabelSet {
        LabelSet([("alertname", alertname), ("expected", expectation.text), ("severity", "critical")])
    }

    /// Says nothing that changes while it fires: each change would be a new alert to the journal.
    private func body(for watch: Watch) -> AlertBody {
        let expected = watch.expectation.text
        let since = clock(watch.lastSeen.wall)
        let beginning =
            watch.hasArrived
            ? "The last alert that matches \(expected) arrived \(since)"
            : "No alert that matches \(expected) has arrived since the start \(since)"
        return AlertBody(
            labels: Self.labels(of: watch.expectation),
            annotations: LabelSet([
                ("summary", "Monitoring is silent since \(since): \(expected) does not arrive any more"),
                ("summary_ja", "監視が停止: \(expected) が \(since) から届きません"),
                ("threshold", "nothing for \(PrometheusDuration.format(timeout))"),
                ("threshold_ja", "\(PrometheusDuration.format(timeout)) 届いていません"),
                ("impact", "other alerts may not arrive either: nobody may be watching"),
                ("impact_ja", "他のアラートも届かない恐れがあります(監視されていない可能性)"),
                ("check", "flatalert doctor; flatalert explain alertname=\(Self.alertname)"),
                ("check_ja", "flatalert doctor; flatalert explain alertname=\(Self.alertname)"),
                ("first_aid", "restart what evaluates the rules (Prometheus, or flatalert serve)"),
                ("first_aid_ja", "ルールを評価する側(Prometheus または flatalert serve)を再起動"),
                (
                    "description",
                    beginning
                        + "; it is expected every \(PrometheusDuration.format(timeout)) at least. While it stays away, other alerts may, too. "
                        + "Look at the sender: does Prometheus run, is the rule of this alert loaded and firing (its page /alerts), does its "
                        + "alerting.alertmanagers name this instance and reach it (prometheus_notifications_errors_total)?"
                ),
            ]))
    }

    private func detail(of watch: Watch, at now: ClockReading) -> String {
        let age = PrometheusDuration.format(.seconds(age(watch, at: now).nanoseconds / 1_000_000_000))
        let limit = PrometheusDuration.format(timeout)
        switch (isSilent(watch, at: now), watch.hasArrived) {
        case (false, true): return "arrived \(age) ago"
        case (false, false): return "not arrived in the \(age) since the start, has \(limit)"
        case (true, _): return "silent for \(age), longer than \(limit); raised as \(Self.alertname)"
        }
    }

    private func clock(_ time: Timestamp) -> String { GoLayout.format(time, in: zone, layout: "2006-01-02 15:04:05 MST") }
}
