import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Attempts, deadlines, lanes (reference 5.4–5.5, DESIGN 2)")
struct DeliveryTests {
    private let two = [Integration(kind: "webhook"), Integration(kind: "webhook", index: 1)]

    @Test("the pause grows by half from 0.5 s, ±50 %, to at most 60 s")
    func backoff() {
        var generator = SeededGenerator(seed: 3)
        var base = 0.5
        for attempt in 1...40 {
            for _ in 0..<20 {
                let delay = Backoff.delay(afterAttempt: attempt, using: &generator).seconds
                #expect((base * 0.4999...min(base * 1.5001, 60)).contains(delay))
            }
            base = min(base * 1.5, 60)
        }
    }

    @Test("the same seed gives the same pauses, another one others")
    func seeds() {
        func times(_ seed: UInt64) -> [Double] {
            let run = VirtualRun(.simple(interval: 60), seed: seed)
            run.answer = { _, _ in .fail() }
            run.post(at: 0, .alert("x", 0))
            run.advance(to: 50)
            return run.attempts.map(\.at)
        }
        #expect(times(5) == times(5))
        #expect(times(5) != times(6))
        #expect(times(5).count > 5)
    }

    @Test("a failing integration is retried alone and does not delay the other one")
    func retryAlone() {
        let run = VirtualRun(.simple(interval: 60, integrations: two))
        run.answer = { delivery, at in delivery.integration == 1 && at < 20 ? .fail() : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 60)
        #expect(run.told(0) == ["1: x[0]"])
        #expect(run.told(1).count == 1)
        #expect(run.attempts.filter { $0.delivery.integration == 1 }.map(\.delivery.attempt) == Array(1...run.attempts.count - 1))
        #expect(Set(run.attempts.filter { $0.delivery.integration == 1 }.map(\.delivery.id)).count == 1)
    }

    @Test("a final failure ends the chain; the next tick tries again")
    func finalFailure() {
        let run = VirtualRun(.simple(interval: 20))
        run.answer = { _, at in at < 10 ? .refuse() : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 30)
        #expect(run.attempts.map(\.at) == [1, 21])
        #expect(run.told == ["21: x[0]"])
        let ends = run.notes.compactMap { note -> FailureReason?? in
            if case .deliveryEnded(_, _, _, _, let failure, _) = note { .some(failure) } else { nil }
        }
        #expect(ends == [.clientError, nil])
    }

    @Test("resolved alerts stay in the group until their end is told")
    func failedEnd() {
        let run = VirtualRun(.simple(interval: 20))
        run.answer = { _, at in (10..<45).contains(at) ? .fail() : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.post(at: 5, .alert("x", 0, 5))
        run.advance(to: 90)
        #expect(run.told.first == "1: x[0]")
        #expect(run.told.count == 2 && run.told.last?.hasSuffix("x[0,5]") == true)
        #expect(run.machine.groupIDs.isEmpty)
    }

    @Test("no attempt begins at or after the deadline of group_interval, or 10 s if that is longer", arguments: [2.0, 30.0])
    func deadline(interval: Double) {
        let run = VirtualRun(.simple(interval: interval))
        run.answer = { _, _ in .fail() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 200)
        let begin = 1_000_000_000_000
        for (at, delivery) in run.attempts {
            #expect(at < Double(Int(delivery.deadline) - begin) / 1e9)
        }
        let first = run.attempts.first { $0.delivery.attempt == 1 }
        #expect(first.map { Double(Int($0.delivery.deadline) - begin) / 1e9 } == 1 + max(interval, 10))
        #expect(Set(run.attempts.map(\.delivery.id)).count > 5)
    }

    @Test("an attempt without an answer is cancelled at the deadline, and the next tick tries again")
    func hanging() {
        let run = VirtualRun(.simple(interval: 20))
        run.answer = { _, at in at < 30 ? .hang : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 50)
        #expect(run.attempts.map(\.at) == [1, 21, 41])
        #expect(run.cancelled.count == 2)
        #expect(run.told == ["41: x[0]"])
    }

    @Test("a message that was taken after the deadline is in the log and not sent again")
    func lateSuccess() throws {
        let run = VirtualRun(.simple(interval: 20))
        run.answer = { _, at in at < 10 ? .hang : .accept() }
        run.reportsCancellation = false
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 25)
        // The second flush waits for the lane.
        #expect(run.attempts.count == 1)
        #expect(run.machine.counts(at: run.now).waiting == 1)
        run.report(try #require(run.attempts.first).delivery.id, .delivered(receiverData: nil))
        run.advance(to: 60)
        #expect(run.attempts.count == 1)
        #expect(run.machine.logEntries.map(\.timestamp) == [.at(1)])
    }

    @Test("a later flush of the same key waits for its turn, with its own tick and its own deadline")
    func lane() throws {
        let run = VirtualRun(.simple(interval: 20))
        run.answer = { _, at in at < 10 ? .hang : .accept() }
        run.reportsCancellation = false
        run.post(at: 0, .alert("x", 0))
        run.post(at: 15, .alert("y", 15))
        run.advance(to: 30)
        #expect(run.attempts.count == 1)
        run.report(try #require(run.attempts.first).delivery.id, .cancelled)
        run.advance(to: 31)
        #expect(run.brief == ["30: x y"])
        #expect(run.attempts.last?.delivery.flushTime == .at(21))
        #expect(run.machine.logEntries.map(\.timestamp) == [.at(21)])
    }

    @Test("a chain whose deadline is that of the chain it waited for begins nothing then")
    func commonDeadline() {
        // Siblings with equal matchers and one receiver: two groups, one log key.
        let sibling = Route(
            matchers: [.equal("a", "1")], groupWait: .span(1), groupInterval: .span(20), continues: true, key: "{}/{a=\"1\"}")
        let routes = [Route(children: [1, 2], key: "{}"), sibling, sibling]
        let run = VirtualRun(
            CoreConfiguration(routes: routes, receivers: [Receiver(name: "r", integrations: [Integration(kind: "webhook")])]))
        run.answer = { _, _ in .fail() }
        run.post(at: 0, .alert("x", 0, nil, ["a": "1"]))
        run.advance(to: 70)
        let deadlines = run.attempts.map { (begun: $0.at, deadline: Double(Int($0.delivery.deadline) - 1_000_000_000_000) / 1e9) }
        #expect(deadlines.allSatisfy { $0.begun < $0.deadline })
        #expect(run.cancelled.isEmpty)
    }

    @Test("a chain that waited until its deadline gives up")
    func laneTimeout() throws {
        let run = VirtualRun(.simple(interval: 20))
        run.answer = { _, at in at < 10 ? .hang : .accept() }
        run.reportsCancellation = false
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 100)
        #expect(run.attempts.count == 1)
        #expect(run.machine.counts(at: run.now).waiting == 1)
        run.report(try #require(run.attempts.first).delivery.id, .cancelled)
        run.advance(to: 101)
        #expect(run.attempts.last?.delivery.flushTime == .at(81))
    }

    @Test("a machine that wakes up late begins no attempt whose time is up")
    func lateWakeUp() {
        let run = VirtualRun(.simple(interval: 20))
        run.answer = { _, at in at < 10 ? .fail() : .accept() }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 1)
        #expect(run.attempts.count == 1)
        run.stall(until: 45)
        run.advance(to: 50)
        #expect(run.attempts.map(\.at) == [1, 45])
        #expect(run.attempts.last?.delivery.attempt == 1)
        #expect(run.cancelled.isEmpty)
        // The grid of ticks stays as it was.
        run.advance(to: 62)
        #expect(run.attempts.count == 2)
        #expect(run.machine.groupIDs.first.flatMap { run.machine.group($0, at: run.now)?.nextFlush } == 1_081_000_000_000)
    }

    @Test("what an integration keeps is carried forward, replaced by what it returns, and dropped at a first notification")
    func receiverData() throws {
        let run = VirtualRun(.simple(interval: 10, repeats: 5))
        run.answer = { _, _ in .hang }
        run.post(at: 0, .alert("x", 0))
        func answer(at time: Double, _ data: [String: ReceiverValue]?) throws -> [String: ReceiverValue] {
            run.advance(to: time)
            let last = try #require(run.attempts.last).delivery
            run.report(last.id, .delivered(receiverData: data))
            return last.receiverData
        }
        #expect(try answer(at: 2, ["thread": .string("a")]) == [:])
        #expect(try answer(at: 12, nil) == ["thread": .string("a")])
        #expect(try answer(at: 22, ["thread": .string("b")]) == ["thread": .string("a")])
        run.post(at: 23, .alert("x", 0, 23))
        #expect(try answer(at: 32, nil) == ["thread": .string("b")])
        run.post(at: 40, .alert("x", 40))
        #expect(try answer(at: 42, nil) == [:])
    }

    @Test("a log entry expires after twice the repeat interval, at most the retention")
    func expiry() {
        let short = VirtualRun(.simple(repeats: 100))
        short.post(at: 0, .alert("x", 0))
        short.advance(to: 2)
        #expect(short.machine.logEntries.first?.expiresAt == .at(201))
        let long = VirtualRun(.simple(repeats: 1_000_000))
        long.post(at: 0, .alert("x", 0))
        long.advance(to: 2)
        #expect(long.machine.logEntries.first?.expiresAt == .at(1 + 120 * 3600))
    }

    @Test("an outcome of a delivery that nobody knows changes nothing")
    func unknownOutcome() {
        let run = VirtualRun(.simple())
        run.report(DeliveryID(number: 99), .delivered(receiverData: nil))
        #expect(run.machine.logEntries.isEmpty)
        #expect(run.changes.isEmpty)
    }

    @Test("an end that only the log needs to know is recorded without a message")
    func silentClear() {
        let run = VirtualRun(.simple(interval: 10, integrations: [Integration(kind: "slack", sendResolved: false)]))
        run.post(at: 0, .alert("x", 0))
        run.post(at: 5, .alert("x", 0, 5))
        run.post(at: 15, .alert("x", 15))
        run.advance(to: 30)
        #expect(run.told == ["1: x[0]", "16: x[15]"])
    }
}
