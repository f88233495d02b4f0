import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Reload (DESIGN 2, rule 9; reference 17.4)")
struct ReloadTests {
    @Test("an equal configuration tells nothing again, and timers begin anew")
    func equal() {
        let run = VirtualRun(.simple(groupBy: .labels(["alertname"]), interval: 20, repeats: 1_000_000))
        run.post(at: 0, .alert("x", 0), .alert("y", 0), .alert("z", 0))
        run.post(at: 5, .alert("z", 0, 5))
        for time in stride(from: 10.0, to: 200, by: 7) { run.reload(at: time) }
        #expect(run.brief == ["1: x", "1: y", "1: z", "10: z-"])
        #expect(run.machine.epoch == 29)
        #expect(run.machine.counts(at: run.now).deadlines < 200)
    }

    @Test("an end that was told does not come back with the new groups")
    func toldEnd() {
        let run = VirtualRun(.simple(interval: 10, repeats: 1_000_000))
        run.post(at: 0, .alert("x", 0), .alert("y", 0))
        run.post(at: 5, .alert("x", 0, 5))
        run.post(at: 15, .alert("z", 15))
        run.advance(to: 25)
        run.reload(at: 30)
        run.advance(to: 100)
        #expect(run.brief == ["1: x y", "11: x- y", "21: y z"])
    }

    @Test("an end that left its group while it was muted is told by the groups of a reload, as in Alertmanager")
    func mutedEnd() throws {
        let run = VirtualRun(.simple(interval: 10, repeats: 1_000_000))
        run.post(at: 0, .alert("x", 0))
        let id = try #require(run.silence(at: 5, .draft([.equal("alertname", "x")], from: 5, to: 100)))
        run.post(at: 6, .alert("x", 0, 6))
        run.expireSilence(at: 30, id)
        run.reload(at: 40)
        run.reload(at: 50)
        run.advance(to: 60)
        #expect(run.brief == ["1: x", "40: x-"])
    }

    @Test("an end that is owed to one integration does not count as the end of muted alerts for the other one")
    func owedBesideMuted() throws {
        let two = [Integration(kind: "webhook"), Integration(kind: "webhook", index: 1)]
        let run = VirtualRun(.simple(interval: 10, repeats: 1_000_000, integrations: two))
        run.answer = { delivery, at in delivery.integration == 1 && (5..<60).contains(at) ? .fail() : .accept() }
        run.post(at: 0, .alert("x", 0), .alert("y", 0))
        run.post(at: 8, .alert("x", 0, 8))
        run.silence(at: 59.9, .draft([.equal("alertname", "y")], from: 59.9, to: 100))
        run.reload(at: 60)
        run.advance(to: 200)
        #expect(run.told(0) == ["1: x[0] y[0]", "11: x[0,8] y[0]"])
        #expect(run.told(1).first == "1: x[0] y[0]")
        #expect(run.told(1).dropFirst().first == "60: x[0,8]")
    }

    @Test("an end that waits for its tick is told after a reload")
    func waitingEnd() {
        let run = VirtualRun(.simple(interval: 100, repeats: 1_000_000))
        run.post(at: 0, .alert("x", 0), .alert("y", 0))
        run.post(at: 5, .alert("x", 0, 5))
        run.reload(at: 40)
        run.advance(to: 60)
        #expect(run.brief == ["1: x y", "40: x- y"])
    }

    @Test("a new receiver is told at once, by the new route")
    func newReceiver() {
        let run = VirtualRun(.simple(interval: 20))
        run.post(at: 0, .alert("x", 0))
        var changed = CoreConfiguration.simple(interval: 20)
        changed.receivers[0].name = "other"
        run.reload(at: 5, changed)
        run.advance(to: 10)
        #expect(run.brief == ["1: x", "5: x"])
        #expect(run.accepted.map(\.delivery.key.receiver) == ["hook", "other"])
        #expect(run.accepted.map(\.delivery.epoch) == [1, 2])
    }

    @Test("an attempt on the wire gets five seconds, and the new group waits for it")
    func inFlight() {
        let run = VirtualRun(.simple(interval: 30))
        run.answer = { _, at in at < 3 ? .hang : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.reload(at: 3)
        run.advance(to: 7.9)
        #expect(run.cancelled.isEmpty)
        #expect(run.attempts.count == 1)
        run.advance(to: 9)
        #expect(run.cancelled.count == 1)
        #expect(run.brief == ["8: x"])
    }

    @Test("an attempt on the wire that succeeds after the reload is not sent again")
    func inFlightSuccess() {
        let run = VirtualRun(.simple(interval: 30))
        run.answer = { _, _ in .accept(after: 4) }
        run.post(at: 0, .alert("x", 0))
        run.reload(at: 3)
        run.advance(to: 100)
        #expect(run.attempts.count == 1)
        #expect(run.brief == ["5: x"])
    }

    @Test("the deadline of an attempt on the wire is not put off")
    func shortDeadline() {
        let run = VirtualRun(.simple(interval: 5))
        run.answer = { _, _ in .hang }
        run.post(at: 0, .alert("x", 0))
        run.reload(at: 8)
        run.advance(to: 11)
        #expect(run.cancelled == [DeliveryID(number: 1)])
    }

    @Test("chains that wait or pause are dropped; the new groups try at once")
    func backingOff() {
        let run = VirtualRun(.simple(interval: 60))
        run.answer = { _, at in at < 20 ? .fail() : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 19)
        let before = run.attempts.count
        run.reload(at: 20)
        #expect(run.attempts.count == before + 1)
        #expect(run.attempts.last?.delivery.attempt == 1)
        run.advance(to: 60)
        #expect(run.brief == ["20: x"])
    }

    @Test("a success that comes for a receiver that is gone enters the log by its key")
    func goneReceiver() {
        let run = VirtualRun(.simple(interval: 30))
        run.answer = { delivery, _ in delivery.epoch == 1 ? .accept(after: 4) : .accept() }
        run.post(at: 0, .alert("x", 0))
        var changed = CoreConfiguration.simple(interval: 30)
        changed.receivers[0].name = "other"
        run.reload(at: 3, changed)
        run.advance(to: 10)
        #expect(Set(run.machine.logEntries.map(\.key.receiver)) == ["hook", "other"])
        // Back to the first configuration: it is known there.
        run.reload(at: 20, .simple(interval: 30))
        run.advance(to: 40)
        #expect(run.accepted.count == 2)
    }

    @Test("inhibition rules and routes are those of the new configuration")
    func newRules() {
        let run = VirtualRun(.simple(interval: 10))
        run.post(at: 0, .alert("s", 0), .alert("t", 0))
        #expect(run.status(.alert("t"))?.inhibitedBy == nil)
        let rule = InhibitRule(source: [.equal("alertname", "s")], target: [.equal("alertname", "t")])
        run.reload(at: 5, .simple(interval: 10, inhibit: [rule]))
        #expect(run.status(.alert("t"))?.inhibitedBy == Post.alert("s").fingerprint)
        run.reload(at: 6, .simple(interval: 10))
        #expect(run.status(.alert("t"))?.inhibitedBy == nil)
    }
}
