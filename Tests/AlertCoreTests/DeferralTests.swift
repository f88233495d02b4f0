import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Receivers that ask to come back later")
struct DeferralTests {
    private let two = [Integration(kind: "webhook"), Integration(kind: "email")]

    private func deadline(_ delivery: Delivery) -> Double { Double(delivery.deadline - 1_000_000_000_000) / 1e9 }

    private func endings(_ run: VirtualRun) -> [(attempts: Int, failure: FailureReason?, error: String?)] {
        run.notes.compactMap { note in
            if case .deliveryEnded(_, let attempts, _, _, let failure, let error) = note { (attempts, failure, error) } else { nil }
        }
    }

    @Test("the next attempt comes when the receiver allows it, and the usual pause counts if it is longer")
    func retryAfter() {
        let run = VirtualRun(.simple(interval: 100))
        run.answer = { delivery, _ in
            switch delivery.attempt {
            case 1: .fail(wait: 7)
            case 2: .fail(wait: 0.001)
            default: .accept()
            }
        }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 100)
        let times = run.attempts.map(\.at)
        #expect(times.count == 3)
        #expect(times[1] == 8)
        #expect(times[2] - times[1] >= 0.375)
    }

    @Test("a wait beyond the deadline ends the chain there, with the last reason; the next flush begins at once")
    func waitBeyondDeadline() {
        let run = VirtualRun(.simple(interval: 20))
        run.answer = { _, at in at < 15 ? .fail(wait: 60) : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 30)
        #expect(run.attempts.map(\.at) == [1, 21])
        #expect(endings(run).first?.failure == .contextDeadlineExceeded)
        #expect(endings(run).first?.error?.hasSuffix("the last error was: status 500") == true)
    }

    @Test("within the deadline a deferred message is sent by the same chain")
    func deferredInsideFlush() {
        let run = VirtualRun(.simple(interval: 300))
        run.answer = { delivery, _ in delivery.attempt == 1 ? .postpone(60) : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 100)
        #expect(run.attempts.map(\.at) == [1, 61])
        #expect(Set(run.attempts.map(\.delivery.id)).count == 1)
        #expect(run.told == ["61: x[0]"])
    }

    @Test("with a group_interval of 10 s a message that a server lists grey for a minute is sent, with what is true by then")
    func greylisting() {
        let run = VirtualRun(.simple(interval: 10))
        run.answer = { _, at in at < 60 ? .postpone(60) : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.post(at: 33, .alert("y", 33))
        run.advance(to: 75)
        #expect(run.attempts.map(\.at) == [1, 61])
        #expect(run.brief == ["61: x y"])
        // By the freshest flush before that moment.
        #expect(run.attempts.last?.delivery.flushTime == .at(51))
        #expect(run.machine.counts(at: run.now).waiting == 0)
    }

    @Test("between its ticks as well: the last flush before the moment is sent at the moment, and has ten seconds for it")
    func restBetweenTicks() throws {
        let run = VirtualRun(.simple(interval: 10))
        run.answer = { _, at in at < 60 ? .postpone(55) : .accept(after: 9) }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 90)
        #expect(run.attempts.map(\.at) == [1, 56])
        let last = try #require(run.attempts.last).delivery
        #expect(last.flushTime == .at(51))
        #expect(deadline(last) == 66)
        #expect(run.told.isEmpty)
    }

    @Test("a message that takes longer than its flush after its rest is in the log and not sent again")
    func lateAfterRest() {
        let run = VirtualRun(.simple(interval: 10))
        run.answer = { _, at in at < 55 ? .postpone(55) : .accept(after: 8) }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 200)
        #expect(run.attempts.map(\.at) == [1, 56])
        #expect(run.told == ["64: x[0]"])
        #expect(run.machine.logEntries.map(\.timestamp) == [.at(51)])
    }

    @Test("a receiver that defers keeps no other integration of the group waiting")
    func isolation() {
        let run = VirtualRun(.simple(interval: 10, integrations: two))
        run.answer = { delivery, at in delivery.integration == 1 && at < 60 ? .postpone(60) : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.post(at: 15, .alert("y", 15))
        run.post(at: 35, .alert("z", 35))
        run.advance(to: 80)
        #expect(run.told(0) == ["1: x[0]", "21: x[0] y[15]", "41: x[0] y[15] z[35]"])
        #expect(run.told(1) == ["61: x[0] y[15] z[35]"])
    }

    @Test("what ended while it waited is not told to whom ends are not sent, and nothing waits any more")
    func endsWhileResting() {
        let run = VirtualRun(.simple(interval: 10, integrations: [Integration(kind: "email", sendResolved: false)]))
        run.answer = { _, at in at < 30 ? .postpone(60) : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.post(at: 25, .alert("x", 0, 25))
        run.advance(to: 200)
        #expect(run.attempts.map(\.at) == [1])
        #expect(run.machine.groupIDs.isEmpty)
        #expect(run.machine.lanes.isEmpty)
    }

    @Test("a reload does not shorten the wait")
    func reload() {
        let run = VirtualRun(.simple(interval: 10))
        run.answer = { _, at in at < 30 ? .postpone(60) : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.reload(at: 25)
        run.advance(to: 100)
        #expect(run.attempts.map(\.at) == [1, 61])
        #expect(run.brief == ["61: x"])
    }

    @Test("an attempt that hangs after its rest is cancelled at its own, later deadline, and the next flush waits for it")
    func hangsAfterRest() {
        let run = VirtualRun(.simple(interval: 10))
        run.answer = { _, at in
            switch at {
            case ..<50: .postpone(55)
            case ..<60: .hang
            default: .accept()
            }
        }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 100)
        #expect(run.attempts.map(\.at) == [1, 56, 66])
        #expect(run.cancelled.count == 1)
        #expect(run.brief == ["66: x"])
    }

    @Test("a machine that sleeps through the moment tells with the next flush")
    func sleepsThrough() {
        let run = VirtualRun(.simple(interval: 10))
        run.answer = { _, at in at < 50 ? .postpone(60) : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 55)
        run.stall(until: 200)
        run.advance(to: 220)
        #expect(run.attempts.count == 2)
        #expect(run.told.count == 1)
    }

    @Test("random receivers: attempts stay apart as asked, all is told in the end, and no moment is kept that has come", arguments: 0..<60)
    func random(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let interval = Double(Int.random(in: 3...90, using: &dice))
        let run = VirtualRun(.simple(interval: interval, integrations: two), seed: seed)
        var tooEarly: [String] = []
        run.answer = { [unowned run] delivery, at in
            let earliest = run.postponed[delivery.key] ?? 0
            if at < earliest - 1e-6 { tooEarly.append("\(delivery.key) at \(at), not before \(earliest)") }
            guard at < 1000 else { return .accept() }
            let delay = Double.random(in: 0...8, using: &dice)
            switch Int.random(in: 0..<10, using: &dice) {
            case 0...4: return .postpone(Double.random(in: 0...120, using: &dice), after: delay)
            case 5: return .fail(after: delay)
            case 6: return .refuse(after: delay)
            case 7: return .hang
            default: return .accept(after: delay)
            }
        }
        var time = 0.0
        var names: [String] = []
        while time < 900 {
            time += Double.random(in: 1...60, using: &dice)
            let name = "a\(Int.random(in: 0..<12, using: &dice))"
            if Int.random(in: 0..<30, using: &dice) == 0 { run.reload(at: time) }
            if Int.random(in: 0..<4, using: &dice) == 0 {
                run.post(at: time, .alert(name, 0, time))
                names.removeAll { $0 == name }
            } else {
                run.post(at: time, .alert(name, 0))
                if !names.contains(name) { names.append(name) }
            }
        }
        // Everybody takes everything from 1000 on; the longest wait and two flushes later all of it is told.
        run.post(at: 1000, names.map { .alert($0, 0) } + [.alert("last", 1000)])
        run.advance(to: 1000 + 120 + 2 * max(interval, 10) + 60)
        #expect(tooEarly.isEmpty, "\(tooEarly)")
        for integration in 0...1 {
            let last = run.accepted.last { $0.delivery.integration == integration }?.delivery
            #expect(last?.alerts.contains { $0.body.labels["alertname"] == "last" } == true)
        }
        #expect(run.machine.notBefore.isEmpty)
        #expect(run.machine.lanes.isEmpty)
        #expect(run.machine.deliveries.isEmpty)
    }
}
