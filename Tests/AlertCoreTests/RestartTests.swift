import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Restart (DESIGN 4)")
struct RestartTests {
    /// Alerts as Prometheus sends them: good for four minutes, sent again every minute.
    private func send(_ run: VirtualRun, _ names: String..., at time: Double) {
        run.post(at: time, names.map { .alert($0, 0, time + 240) })
    }

    private func toldFiring(repeats: Double = 24 * 3600) -> VirtualRun {
        let run = VirtualRun(.simple(interval: 300, repeats: repeats))
        for time in stride(from: 0.0, through: 120, by: 60) { send(run, "x", at: time) }
        run.advance(to: 125)
        #expect(run.told == ["1: x[0]"])
        return run
    }

    @Test("told firing, killed, started, and the sender goes on: no message", arguments: [1.0, 600.0, 28_800.0])
    func senderGoesOn(pause: Double) {
        let run = toldFiring()
        run.crash(at: 125, startAfter: pause)
        let start = 125 + pause
        #expect(run.status(.alert("x")) != nil)
        for time in stride(from: start + 50, to: start + 3600, by: 60) { send(run, "x", at: time) }
        #expect(run.told.count == 1)
        #expect(run.machine.counts(at: run.now).unconfirmed == 0)
    }

    @Test("told firing, killed, started, and the sender is gone: exactly one message, marked expired", arguments: [1.0, 600.0, 28_800.0])
    func senderGone(pause: Double) {
        let run = toldFiring()
        run.crash(at: 125, startAfter: pause)
        run.advance(to: 125 + pause + 7200)
        #expect(run.told.count == 2)
        #expect(run.accepted.last?.delivery.alerts.map(\.endReason) == [.expired])
        #expect(run.journal.alerts.isEmpty)
    }

    @Test(
        "an unconfirmed alert fires for one more lease, at most the start grace, and the API shows it",
        arguments: [(100.0, 100.0), (3600.0, 300.0)])
    func grace(lease: Double, expected: Double) {
        let run = VirtualRun(.simple(interval: 10, repeats: 1_000_000))
        run.post(at: 0, .alert("x", 0, lease))
        run.advance(to: 40)
        run.crash(at: 40, startAfter: 5000)
        #expect(run.status(.alert("x"))?.isUnconfirmed == true)
        #expect(run.notes.contains { if case .unconfirmed(count: 1) = $0 { true } else { false } })
        run.advance(to: 5040 + expected - 0.001)
        #expect(run.status(.alert("x")) != nil)
        run.advance(to: 5040 + expected)
        #expect(run.status(.alert("x")) == nil)
        run.advance(to: 6000)
        #expect(run.brief.count == 2)
    }

    @Test("an alert whose time runs out just after the start gets its chance as well")
    func justAfterStart() {
        let run = toldFiring()
        // Its lease ends at 360; the machine is back at 355.
        run.crash(at: 125, startAfter: 230)
        for time in stride(from: 400.0, to: 2000, by: 60) { send(run, "x", at: time) }
        #expect(run.told.count == 1)
    }

    @Test("an alert that ended while we ran has ended, though its end was not written")
    func endedBefore() {
        let run = VirtualRun(.simple(interval: 300, repeats: 1_000_000))
        run.post(at: 0, .alert("x", 0, 40))
        run.advance(to: 65)
        #expect(run.journal.alerts[0]?.endReason == nil)
        run.crash(at: 65, startAfter: 10)
        #expect(run.status(.alert("x")) == nil)
        run.advance(to: 400)
        #expect(run.told == ["1: x[0]", "75: x[0,40]"])
    }

    @Test("an end that was not told before the crash is told once after it")
    func owedEnd() {
        let run = VirtualRun(.simple(interval: 300, repeats: 1_000_000))
        run.post(at: 0, .alert("x", 0), .alert("y", 0))
        run.post(at: 20, .alert("x", 0, 20))
        run.crash(at: 30, startAfter: 5)
        run.advance(to: 200)
        #expect(run.told == ["1: x[0] y[0]", "35: x[0,20] y[0]"])
        run.crash(at: 200, startAfter: 5)
        run.advance(to: 210)
        #expect(run.told.count == 2)
    }

    @Test("an end is only told again to the integration that missed it")
    func owedToOne() {
        let two = [Integration(kind: "webhook"), Integration(kind: "webhook", index: 1)]
        let run = VirtualRun(.simple(interval: 30, repeats: 1_000_000, integrations: two))
        run.answer = { delivery, at in delivery.integration == 1 && (10..<100).contains(at) ? .fail() : .accept() }
        run.post(at: 0, .alert("x", 0), .alert("y", 0))
        run.post(at: 20, .alert("x", 0, 20))
        run.post(at: 40, .alert("y", 0))
        run.crash(at: 95, startAfter: 10)
        run.advance(to: 200)
        #expect(run.told(0) == ["1: x[0] y[0]", "31: x[0,20] y[0]"])
        #expect(run.told(1) == ["1: x[0] y[0]", "105: x[0,20] y[0]"])
    }

    @Test("an end that was told is not told again after a crash, also when the alert ended by time")
    func toldEnd() {
        let run = VirtualRun(.simple(interval: 10, repeats: 1_000_000))
        run.post(at: 0, .alert("x", 0, 5), .alert("y", 0, 1000))
        run.advance(to: 12)
        #expect(run.brief == ["1: x y", "11: x- y"])
        run.crash(at: 12, startAfter: 600)
        run.advance(to: 650)
        #expect(run.brief.count == 2)
    }

    @Test("an alert that was accepted and not told yet is told after the crash")
    func notTold() {
        let run = VirtualRun(.simple(wait: 30))
        run.post(at: 0, .alert("x", 0))
        run.crash(at: 5, startAfter: 2)
        run.advance(to: 40)
        #expect(run.told == ["37: x[0]"])
    }

    @Test("silences and the log survive; groups are built again with their timers begun anew")
    func survivors() throws {
        let run = VirtualRun(.simple(interval: 20, repeats: 1_000_000))
        run.silence(at: 0, .draft([.equal("alertname", "x")], from: 0, to: 100))
        run.post(at: 0, .alert("x", 0), .alert("y", 0))
        run.crash(at: 10, startAfter: 5)
        run.advance(to: 90)
        #expect(run.brief == ["1: y"])
        run.advance(to: 120)
        #expect(run.brief == ["1: y", "115: x y"])
    }

    @Test("every prefix of the journal starts a machine, and it never tells of an alert that the prefix does not hold")
    func prefixes() {
        let run = VirtualRun(.simple(interval: 10, repeats: 30))
        run.post(at: 0, .alert("x", 0), .alert("y", 0, 25))
        run.silence(at: 5, .draft([.equal("alertname", "y")], from: 5, to: 15))
        run.post(at: 8, .alert("x", 0, 8))
        run.post(at: 12, .alert("z", 12))
        run.advance(to: 100)
        var model = RecordedState()
        for entry in run.rows {
            model.write(entry.record)
            let now = ClockReading(wall: .at(60), monotonic: 5)
            var machine = AlertMachine(configuration: .simple(), options: MachineOptions(), seed: 1, at: now)
            var effects = Effects()
            machine.restore(model.restored, at: now, into: &effects)
            #expect(machine.counts(at: now).slots == model.alerts.count)
            let known = Set(model.alerts.values.map(\.body.labels.fingerprint))
            #expect(effects.deliveries.allSatisfy { $0.alerts.allSatisfy { known.contains($0.body.labels.fingerprint) } })
        }
    }

    @Test("two crashes in the grace do not resolve what nobody resolved")
    func crashLoop() {
        let run = toldFiring()
        run.crash(at: 125, startAfter: 1000)
        run.crash(at: 1190, startAfter: 1000)
        run.crash(at: 2290, startAfter: 1)
        #expect(run.status(.alert("x")) != nil)
        send(run, "x", at: 2300)
        run.advance(to: 2400)
        #expect(run.told.count == 1)
    }
}
