import AlertCore
import JSON
import Labels
import Testing
import Time

@testable import AlertRouter

@Suite("The heartbeat on virtual time")
struct HeartbeatMonitorTests {
    private static let start = ClockReading(wall: FakeRouter.noon, monotonic: 1_000_000_000_000)

    /// Both clocks this much after the start.
    private func at(_ span: TimeSpan) -> ClockReading {
        ClockReading(wall: Self.start.wall + span, monotonic: Self.start.monotonic + span.nanoseconds)
    }

    private func monitor(_ expected: String...) throws -> HeartbeatMonitor {
        var options = HeartbeatOptions()
        options.expected = try expected.map { try HeartbeatExpectation($0, mode: .fallback) }
        return HeartbeatMonitor(options, zone: Zone(utcOffset: 0), at: Self.start)
    }

    private func alert(_ name: String = "Watchdog", endsIn span: TimeSpan = .minutes(4), at now: ClockReading) -> Alert {
        Alert(
            body: AlertBody(labels: LabelSet([("alertname", name)])), startsAt: FakeRouter.noon, endsAt: now.wall + span,
            updatedAt: now.wall)
    }

    private let all: (HeartbeatMonitor.Integration) -> Bool = { _ in true }

    @Test("an expected alert that never arrives is raised when its time is over, not before, and then refreshed without a change of words")
    func neverArrived() throws {
        var monitor = try monitor(#"alertname="Watchdog""#)
        #expect(monitor.alarms(at: at(.seconds(299))).isEmpty)
        #expect(monitor.report(at: at(.seconds(299)), configured: all).isOK)
        let raised = try #require(monitor.alarms(at: at(.minutes(5))).first)
        #expect(!monitor.report(at: at(.minutes(5)), configured: all).isOK)
        let labels = raised.body.labels
        #expect(labels["alertname"] == "MonitoringSilent" && labels["severity"] == "critical")
        #expect(labels["expected"] == #"alertname="Watchdog""#)
        #expect(raised.body.annotations["summary"]?.contains("silent since 2026-01-01 12:00:00 UTC") == true)
        #expect(raised.body.annotations["description"]?.contains("has arrived since the start") == true)
        #expect(raised.startsAt == at(.minutes(5)).wall && raised.endsAt > at(.minutes(6)).wall)
        #expect(monitor.alarms(at: at(.seconds(310))).isEmpty, "no word is needed every moment")
        let refreshed = try #require(monitor.alarms(at: at(.seconds(331))).first)
        #expect(refreshed.body.annotations == raised.body.annotations && refreshed.startsAt == raised.startsAt)
        #expect(refreshed.endsAt > raised.endsAt)
    }

    @Test("it ends when the expected alert is back, and comes again with the next silence")
    func comesBack() throws {
        var monitor = try monitor(#"alertname="Watchdog""#)
        monitor.received([alert(at: at(.minutes(1)))], at: at(.minutes(1)))
        #expect(monitor.alarms(at: at(.seconds(359))).isEmpty)
        let raised = try #require(monitor.alarms(at: at(.minutes(6))).first)
        #expect(raised.body.annotations["description"]?.contains("arrived 2026-01-01 12:01:00 UTC") == true)
        monitor.received([alert(at: at(.minutes(7)))], at: at(.minutes(7)))
        let ended = try #require(monitor.alarms(at: at(.minutes(7))).first)
        #expect(ended.body.labels == raised.body.labels && ended.isResolved(at: at(.minutes(7)).wall))
        #expect(monitor.alarms(at: at(.minutes(8))).isEmpty)
        let report = monitor.report(at: at(.minutes(8)), configured: all)
        #expect(report.isOK && report.checks.first?.since == at(.minutes(7)).wall)
        #expect(report.checks.first?.detail == "arrived 1m ago")
        #expect(monitor.alarms(at: at(.minutes(12))).count == 1)
    }

    @Test("other alerts, and a watchdog that says it is over, are no sign of life")
    func others() throws {
        var monitor = try monitor(#"alertname="Watchdog""#)
        let now = at(.minutes(4))
        monitor.received([alert("Other", at: now), alert(endsIn: .seconds(-1), at: now)], at: now)
        #expect(monitor.alarms(at: at(.minutes(5))).count == 1)
    }

    @Test("each expectation is watched for itself")
    func several() throws {
        var monitor = try monitor(#"alertname="Watchdog",site="a""#, #"alertname=~"Dead.*""#)
        monitor.received([alert("DeadMansSwitch", at: at(.minutes(3)))], at: at(.minutes(3)))
        #expect(monitor.alarms(at: at(.minutes(5))).map { $0.body.labels["expected"] } == [#"alertname="Watchdog",site="a""#])
        #expect(monitor.ages(at: at(.minutes(5))).map(\.age) == [.minutes(5), .minutes(2)])
    }

    @Test("a sleep of the host is no silence of the senders, and a step of the clock neither")
    func clocks() throws {
        var monitor = try monitor(#"alertname="Watchdog""#)
        let later = ClockReading(wall: Self.start.wall + .hours(9), monotonic: Self.start.monotonic + 1_000_000_000)
        #expect(monitor.alarms(at: later).isEmpty)
        let earlier = ClockReading(wall: Self.start.wall + .hours(-9), monotonic: Self.start.monotonic + 301_000_000_000)
        let raised = try #require(monitor.alarms(at: earlier).first)
        #expect(raised.startsAt <= raised.endsAt)
    }

    @Test("a restart goes on with an alert that was raised before it")
    func restart() throws {
        var monitor = try monitor(#"alertname="Watchdog""#)
        let body = AlertBody(
            labels: LabelSet([("alertname", "MonitoringSilent"), ("expected", #"alertname="Watchdog""#), ("severity", "critical")]),
            annotations: LabelSet([("summary", "as before")]))
        let before = at(.minutes(-10)).wall
        monitor.resume(at: Self.start) { labels in
            #expect(labels == body.labels)
            return Alert(body: body, startsAt: before, endsAt: at(.minutes(1)).wall, updatedAt: before)
        }
        let kept = try #require(monitor.alarms(at: Self.start).first)
        #expect(kept.startsAt == before && kept.body.annotations == body.annotations && !kept.isResolved(at: Self.start.wall))
        monitor.received([alert(at: at(.seconds(5)))], at: at(.seconds(5)))
        #expect(monitor.alarms(at: at(.seconds(5))).first?.isResolved(at: at(.seconds(5)).wall) == true)
    }

    @Test("the last outcome of each integration counts, and only of those that are still configured")
    func receivers() throws {
        var monitor = try monitor()
        let (slack, mail) = (
            HeartbeatMonitor.Integration(receiver: "ops", name: "slack[0]"), HeartbeatMonitor.Integration(receiver: "ops", name: "email[0]")
        )
        monitor.delivered(slack, problem: nil, at: at(.seconds(1)).wall)
        monitor.delivered(mail, problem: "535 authentication failed", at: at(.seconds(2)).wall)
        monitor.delivered(slack, problem: nil, at: at(.seconds(3)).wall)
        let report = monitor.report(at: at(.seconds(4)), configured: all)
        #expect(report.checks.map(\.name) == ["journal", "ops/email[0]", "ops/slack[0]"])
        #expect(report.checks.map(\.isOK) == [true, false, true])
        #expect(report.checks[1].detail == "535 authentication failed" && report.checks[1].since == at(.seconds(2)).wall)
        #expect(report.checks[2].since == at(.seconds(1)).wall, "since the first of the same kind")
        #expect(monitor.report(at: at(.seconds(4))) { $0 != mail }.isOK)
        monitor.delivered(mail, problem: nil, at: at(.seconds(5)).wall)
        #expect(monitor.report(at: at(.seconds(6)), configured: all).isOK)
    }

    @Test("a delivery that fails again and again counts as failed before it is given up")
    func retries() throws {
        var monitor = try monitor()
        let slack = HeartbeatMonitor.Integration(receiver: "ops", name: "slack[0]")
        for attempt in 1..<HeartbeatMonitor.patience { monitor.attemptFailed(slack, attempt: attempt, problem: "x", at: at(.zero).wall) }
        #expect(monitor.report(at: at(.seconds(1)), configured: all).isOK)
        monitor.attemptFailed(slack, attempt: HeartbeatMonitor.patience, problem: "no answer", at: at(.seconds(1)).wall)
        #expect(monitor.report(at: at(.seconds(1)), configured: all).problems == "ops/slack[0]: no answer (attempt 5, goes on)")
        monitor.delivered(slack, problem: nil, at: at(.seconds(2)).wall)
        #expect(monitor.report(at: at(.seconds(2)), configured: all).isOK)
    }

    @Test("a journal that cannot write stops the heartbeat until it can")
    func journal() throws {
        var monitor = try monitor()
        monitor.journalIs("no room", at: at(.seconds(1)).wall)
        monitor.journalIs("no room at all", at: at(.seconds(2)).wall)
        let check = try #require(monitor.report(at: at(.seconds(3)), configured: all).checks.first)
        #expect(!check.isOK && check.detail == "no room at all" && check.since == at(.seconds(1)).wall)
        monitor.journalIs(nil, at: at(.seconds(4)).wall)
        #expect(monitor.report(at: at(.seconds(5)), configured: all).isOK)
    }

    @Test("GET heartbeat answers 503 while anything is not well, and says what")
    func endpoint() async throws {
        var monitor = try monitor(#"alertname="Watchdog""#)
        let well = await FakeRouter(heartbeat: monitor.report(at: at(.seconds(1)), configured: all)).get("/api/flatalert/v1/heartbeat")
        #expect(well.status == 200 && well.json?["ok"] == .bool(true) && well["Cache-Control"] == "no-store")
        monitor.delivered(.init(receiver: "ops", name: "slack[0]"), problem: "no_team", at: at(.seconds(1)).wall)
        let ill = await FakeRouter(heartbeat: monitor.report(at: at(.seconds(2)), configured: all)).get("/api/flatalert/v1/heartbeat")
        #expect(ill.status == 503 && ill.json?["ok"] == .bool(false))
        let checks = ill.json?["checks"]?.arrayValue ?? []
        #expect(checks.map { $0["check"]?.stringValue } == ["expected", "journal", "receiver"])
        #expect(checks.last?["detail"]?.stringValue == "no_team" && checks.last?["since"]?.stringValue == "2026-01-01T12:00:01.000Z")
    }
}
