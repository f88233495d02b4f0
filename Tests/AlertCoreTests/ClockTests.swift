import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Clock steps and sleep (DESIGN 4)")
struct ClockTests {
    private func run(repeats: Double = 1_000_000) -> VirtualRun {
        let run = VirtualRun(.simple(interval: 10, repeats: repeats))
        run.post(at: 0, .alert("x", 0, 120), .alert("y", 0, 100_000))
        run.advance(to: 5)
        #expect(run.brief == ["1: x y"])
        return run
    }

    private func jumps(_ run: VirtualRun) -> [Double] {
        run.notes.compactMap { if case .clockJump(let span) = $0 { span.seconds } else { nil } }
    }

    @Test("an alert whose time ran out in a sleep goes on firing for one more lease, and is not told if its sender goes on")
    func sleep() {
        let run = run()
        run.jumpWallClock(by: 8 * 3600)
        #expect(jumps(run) == [8 * 3600])
        #expect(run.status(.alert("x"))?.isUnconfirmed == true)
        #expect(run.status(.alert("y"))?.isUnconfirmed == false)
        run.post(at: 60, .alert("x", 0, 180))
        #expect(run.status(.alert("x"))?.isUnconfirmed == false)
        run.advance(to: 170)
        #expect(run.brief.count == 1)
    }

    @Test("a process that stood still ends nothing: its senders could not be heard", arguments: [true, false])
    func standstill(isNoticed: Bool) {
        var options = MachineOptions()
        options.standstill = isNoticed ? .seconds(30) : nil
        let run = VirtualRun(.simple(interval: 10, repeats: 1_000_000), options: options)
        run.post(at: 0, .alert("x", 0, 120), .alert("y", 0, 100_000), .alert("z", 0, 15))
        // As late as a timer may be: what ended is over.
        run.stall(until: 29.9)
        #expect(run.status(.alert("z")) == nil)
        run.post(at: 30, .alert("x", 0, 150))
        run.stall(until: 270)
        #expect((run.status(.alert("x")) != nil) == isNoticed)
        #expect(run.status(.alert("z")) == nil)
        guard isNoticed else { return }
        #expect(run.status(.alert("x"))?.isUnconfirmed == true)
        #expect(run.status(.alert("y"))?.isUnconfirmed == false)
        #expect(jumps(run) == [])
        #expect(run.notes.compactMap { if case .standstill(let span) = $0 { span.seconds } else { nil } } == [240])
        run.post(at: 275, .alert("x", 0, 500))
        #expect(run.status(.alert("x"))?.isUnconfirmed == false)
    }

    @Test("without a word from its sender it ends as expired")
    func sleepAndSilence() {
        let run = run()
        run.jumpWallClock(by: 3600)
        run.advance(to: 124.9)
        #expect(run.status(.alert("x")) != nil)
        run.advance(to: 140)
        #expect(run.brief == ["1: x y", "131: x- y"])
        #expect(run.accepted.last?.delivery.alerts.first { $0.isResolved }?.endReason == .expired)
    }

    @Test("a step within the tolerance is noted once and ends what it ends")
    func smallStep() {
        let run = run()
        run.advance(to: 100)
        run.jumpWallClock(by: 25)
        run.advance(to: 112)
        #expect(jumps(run) == [25])
        #expect(run.status(.alert("x")) == nil)
        #expect(run.brief.count == 2)
    }

    @Test("steps that come close together add up; steps far apart do not")
    func addingUp() {
        let close = run()
        close.advance(to: 91)
        close.jumpWallClock(by: 20)
        close.advance(to: 95)
        close.jumpWallClock(by: 20)
        #expect(close.status(.alert("x"))?.isUnconfirmed == true)
        #expect(jumps(close) == [20, 20])
        let far = run()
        far.jumpWallClock(by: 20)
        far.advance(to: 70)
        far.jumpWallClock(by: 20)
        #expect(far.status(.alert("x"))?.isUnconfirmed == false)
    }

    @Test("a step back that takes back a small step forward brings nothing back that ended in between")
    func smallStepTakenBack() {
        let run = run()
        run.advance(to: 100)
        run.jumpWallClock(by: 25)
        run.advance(to: 112)
        #expect(run.brief.count == 2)
        run.jumpWallClock(by: -25)
        run.advance(to: 125)
        #expect(jumps(run) == [25, -25])
        #expect(run.status(.alert("x")) == nil)
        #expect(run.brief.count == 2)
    }

    @Test("differences under two seconds are drift")
    func drift() {
        let run = run()
        for step in 1...40 {
            run.advance(to: 5 + Double(step))
            run.jumpWallClock(by: 1.5)
        }
        #expect(jumps(run).isEmpty)
        #expect(run.machine.counts(at: run.now).unconfirmed == 0)
    }

    @Test("after a step back, what was told counts as told now, and repeats come in time")
    func backwardLog() {
        let run = run(repeats: 60)
        run.jumpWallClock(by: -7200)
        #expect(jumps(run) == [-7200])
        #expect(run.machine.logEntries.first?.timestamp == run.now.wall)
        run.advance(to: 80)
        // Told at 1, clamped to 5; the next tick more than 60 s later is that of 71.
        #expect(run.accepted.map(\.at) == [1, 71])
        #expect(run.journal.log.values.map(\.timestamp).allSatisfy { $0 <= run.now.wall })
    }

    @Test("after a step back, what ended stays ended")
    func backwardEnds() {
        let run = run()
        run.post(at: 20, .alert("x", 0, 20))
        run.jumpWallClock(by: -3600)
        #expect(run.status(.alert("x")) == nil)
        run.advance(to: 60)
        #expect(run.brief == ["1: x y", "21: x- y"])
        let stored = run.journal.alerts.values.filter { $0.endReason != nil }
        #expect(stored.allSatisfy { $0.endsAt <= run.now.wall })
    }

    @Test("after a step back, an active silence goes on, an expired one stays expired, a pending one stays pending")
    func backwardSilences() throws {
        let run = run()
        let active = try #require(run.silence(at: 10, .draft([.equal("alertname", "x")], from: 10, to: 1000)))
        let expired = try #require(run.silence(at: 10, .draft([.equal("alertname", "y")], from: 10, to: 1000)))
        let pending = try #require(run.silence(at: 10, .draft([.equal("alertname", "y")], from: 500, to: 1000)))
        run.expireSilence(at: 20, expired)
        run.jumpWallClock(by: -3600)
        func state(_ id: String) throws -> SilenceState {
            run.machine.state(of: try #require(run.machine.silence(id: id)), at: run.now)
        }
        #expect(try state(active) == .active)
        #expect(try state(expired) == .expired)
        #expect(try state(pending) == .pending)
        run.advance(to: 21)
        #expect(run.status(.alert("x"))?.silencedBy == [active])
        #expect(run.status(.alert("y"))?.silencedBy == [])
        #expect(run.journal.silences[active]?.startsAt == run.machine.silence(id: active)?.startsAt)
    }

    @Test("a machine that starts before the time it stopped at clamps what lies ahead")
    func startInThePast() throws {
        let run = run(repeats: 60)
        run.post(at: 20, .alert("x", 0, 20))
        run.advance(to: 65)
        let now = ClockReading(wall: .at(-5000), monotonic: 7)
        var machine = AlertMachine(configuration: .simple(interval: 10, repeats: 60), options: MachineOptions(), seed: 1, at: now)
        var effects = Effects()
        machine.restore(run.journal.restored, at: now, into: &effects)
        #expect(machine.logEntries.first?.timestamp == .at(-5000))
        #expect(effects.deliveries.isEmpty)
        #expect(machine.counts(at: now).firing == 1)
    }

    @Test("alerts that are heard of after a step back survive a crash that follows at once")
    func backwardCrash() {
        let run = run()
        run.advance(to: 65)
        run.jumpWallClock(by: -500)
        run.post(at: 66, .alert("x", 0, 80), .alert("z", 66, 300))
        run.crash(at: 67, startAfter: 1)
        #expect(run.status(.alert("z")) != nil)
        #expect(run.status(.alert("x")) != nil)
    }

    @Test("a clock step between the commit of a silence and its application does not bring the old one back")
    func stepDuringSilenceChange() throws {
        let run = run()
        let id = try #require(run.silence(at: 10, .draft([.equal("alertname", "x")], from: 10, to: 1000)))
        run.expireSilence(at: 20, id) { run.jumpWallClock(by: -300) }
        let stored = try #require(run.journal.silences[id])
        #expect(stored == run.machine.silence(id: id))
        #expect(stored.endsAt <= run.now.wall && stored.startsAt <= stored.endsAt)
        run.crash(at: 21, startAfter: 1)
        #expect(run.status(.alert("x"))?.silencedBy == [])
    }

    @Test("a restart finds the clock behind the last rows, though not behind the last heartbeat: what ended stays ended")
    func startBehindRows() {
        let run = run()
        run.advance(to: 65)
        run.jumpWallClock(by: 1200)
        run.post(at: 66, .alert("y", 0, 66))
        #expect(run.journal.heartbeat == .at(60))
        let now = ClockReading(wall: .at(70), monotonic: 7)
        var machine = AlertMachine(configuration: .simple(interval: 10), options: MachineOptions(), seed: 1, at: now)
        var effects = Effects()
        machine.restore(run.journal.restored, at: now, into: &effects)
        #expect(machine.alertStatus(of: Post.alert("y").fingerprint, at: now) == nil)
        #expect(machine.alertStatus(of: Post.alert("x").fingerprint, at: now) != nil)
        #expect(effects.deliveries.flatMap(\.alerts).filter(\.isResolved).map { $0.body.labels["alertname"] } == ["y"])
    }

    @Test("rows from before an earlier step back do not cut silences off at a restart")
    func oldRowsAhead() throws {
        let run = run()
        run.jumpWallClock(by: 3600)
        run.post(at: 10, .alert("y", 0, 200_000))
        run.advance(to: 20)
        run.jumpWallClock(by: -3600)
        // The row of y still says that it was heard of an hour ahead.
        run.silence(at: 30, .draft([.equal("alertname", "x")], from: 30, to: 1800))
        run.crash(at: 100, startAfter: 5)
        #expect(run.status(.alert("x"))?.silencedBy.count == 1)
        #expect(run.machine.counts(at: run.now).activeSilences == 1)
    }

    @Test("timers do not follow the wall clock")
    func timers() {
        let run = VirtualRun(.simple(wait: 10, interval: 20, repeats: 1))
        run.post(at: 0, .alert("x", 0, 100_000))
        run.jumpWallClock(by: -100)
        run.advance(to: 35)
        #expect(run.accepted.map(\.at) == [10, 30])
    }
}
