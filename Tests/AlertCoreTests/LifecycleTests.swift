import Labels
import Testing
import Time

@testable import AlertCore

@Suite("What leaves, and when")
struct LifecycleTests {
    @Test("after everything has resolved and the retention has passed, the machine is empty")
    func emptiness() {
        let rule = InhibitRule(source: [.equal("alertname", "s")], target: [.regex("alertname", "x.*")], equal: ["cluster"])
        let two = [Integration(kind: "webhook"), Integration(kind: "slack", sendResolved: false)]
        let run = VirtualRun(.simple(groupBy: .labels(["alertname"]), interval: 30, integrations: two, inhibit: [rule]))
        run.answer = { _, at in Int(at) % 7 == 0 ? .fail(after: 1) : .accept(after: 0.5) }
        run.silence(at: 0, .draft([.equal("alertname", "x3")], from: 10, to: 100))
        for time in stride(from: 0.0, to: 600, by: 30) {
            run.post(at: time, (0..<20).map { .alert("x\($0)", 0, nil, ["cluster": "\($0 % 3)", "instance": "\(Int(time) % 60)"]) })
            run.post(at: time + 1, .alert("s", nil, nil, ["cluster": "1"]))
        }
        run.reload(at: 610)
        run.crash(at: 700, startAfter: 100)
        #expect(run.machine.counts(at: run.now).slots > 20)
        run.advance(to: 700 + 121 * 3600 + 3600)
        var expected = MachineCounts()
        expected.deadlines = run.machine.counts(at: run.now).deadlines
        #expect(run.machine.counts(at: run.now) == expected)
        #expect(expected.deadlines < 70)
        #expect(run.machine.fingerprints.isEmpty && run.machine.groupIDs.isEmpty && run.machine.logEntries.isEmpty)
        #expect(run.journal.alerts.isEmpty && run.journal.silences.isEmpty && run.journal.log.isEmpty)
    }

    @Test("an ended alert stays in the store until the garbage collection, then its slot is used again")
    func collection() {
        let run = VirtualRun(.simple())
        run.post(at: 0, .alert("x", 0, 10))
        run.advance(to: 1700)
        #expect(run.machine.fingerprints.count == 1)
        #expect(run.machine.counts(at: run.now).ended == 1)
        run.advance(to: 1801)
        #expect(run.machine.fingerprints.isEmpty)
        run.post(at: 1802, .alert("y", 1802))
        #expect(run.journal.alerts.keys.map { $0 } == [0])
    }

    @Test("an alert that only its group holds is a new one when it is heard of again")
    func revival() {
        let run = VirtualRun(.simple(interval: 30))
        run.answer = { _, at in (10..<2500).contains(at) ? .fail() : .accept() }
        run.post(at: 0, .alert("x", 0, 20))
        run.advance(to: 2000)
        #expect(run.machine.fingerprints.isEmpty)
        run.post(at: 2000, .alert("x", 5))
        #expect(run.status(.alert("x"))?.alert.startsAt == .at(5))
        #expect(run.machine.counts(at: run.now).slots == 1)
        run.advance(to: 2290)
        // It fires as it did when it was told, so there is nothing to tell until it ends again.
        #expect(run.brief == ["1: x"])
        run.advance(to: 2600)
        #expect(run.brief.count == 2 && run.brief.last?.hasSuffix(": x-") == true)
    }

    @Test("the limit per alertname drops new alerts unless the one that ends first is over")
    func limit() {
        var options = MachineOptions()
        options.perAlertnameLimit = 2
        let run = VirtualRun(.simple(), options: options)
        func alert(_ instance: String, until end: Double? = nil) -> Post { .alert("x", 0, end, ["instance": instance]) }
        run.post(at: 0, alert("a", until: 50), alert("b"))
        #expect(run.post(at: 1, alert("c")) == 0)
        run.post(at: 1, .alert("other"))
        run.post(at: 2, alert("a", until: 60))
        #expect(run.machine.counts(at: run.now).firing == 3)
        #expect(run.notes.contains { if case .limited(alertname: "x") = $0 { true } else { false } })
        run.post(at: 61, alert("c"))
        #expect(run.status(alert("c")) != nil)
        run.post(at: 62, alert("d"))
        #expect(run.status(alert("d")) == nil)
    }

    @Test("an end that gave way counts again when it fires again, and all of them do after a restart")
    func limitAgain() {
        var options = MachineOptions()
        options.perAlertnameLimit = 1
        let run = VirtualRun(.simple(), options: options)
        func alert(_ instance: String, _ start: Double, until end: Double) -> Post { .alert("x", start, end, ["instance": instance]) }
        run.post(at: 0, alert("a", 0, until: 10))
        run.post(at: 20, alert("b", 20, until: 30))
        run.crash(at: 40, startAfter: 1)
        run.post(at: 50, alert("a", 50, until: 100))
        run.post(at: 51, alert("c", 51, until: 100))
        #expect(run.status(alert("a", 50, until: 100)) != nil)
        #expect(run.status(alert("c", 51, until: 100)) == nil)
    }

    @Test("one event handles no more than the limit, and the rest is due at once")
    func dueLimit() {
        var options = MachineOptions()
        options.dueLimit = 3
        let run = VirtualRun(.simple(groupBy: .labels(["alertname"]), interval: 60), options: options)
        run.post(at: 0, (0..<10).map { .alert("x\($0)", 0) })
        run.stall(until: 1)
        #expect(run.attempts.count == 3)
        #expect(run.machine.nextDeadline == run.now.monotonic)
        run.advance(to: 2)
        #expect(run.accepted.count == 10)
    }

    @Test("an alert that comes and goes leaves no trail of deadlines, though its ends lie far ahead")
    func flapping() {
        let run = VirtualRun(.simple(interval: 5))
        for time in stride(from: 0.0, to: 6000, by: 2) {
            run.post(at: time, .alert("x", time, time + 1_000_000), .alert("y", time, time + 1))
        }
        for time in stride(from: 6000.0, to: 12000, by: 4) {
            run.post(at: time, .alert("x", time, time + 1_000_000))
            run.post(at: time + 2, .alert("x", time, time + 2))
        }
        #expect(run.machine.counts(at: run.now).deadlines < 150)
    }

    @Test("beginnings and ends are noted with their reasons")
    func notes() {
        let run = VirtualRun(.simple())
        run.post(at: 0, .alert("x", 0, 10), .alert("y", 0))
        run.post(at: 5, .alert("y", 0, 5))
        run.advance(to: 11)
        run.post(at: 12, .alert("x", 12))
        let words = run.notes.compactMap { note -> String? in
            switch note {
            case .alertFiring(let body): "\(body.labels["alertname"] ?? "") fires"
            case .alertEnded(let body, let reason): "\(body.labels["alertname"] ?? "") \(reason)"
            default: nil
            }
        }
        #expect(words == ["x fires", "y fires", "y resolved", "x expired", "x fires"])
    }

    @Test("what a flush leaves out is noted with its reason")
    func suppressed() {
        let rule = InhibitRule(source: [.equal("alertname", "s")], target: [.equal("alertname", "t")])
        let run = VirtualRun(.simple(interval: 100, inhibit: [rule]))
        run.silence(at: 0, .draft([.equal("alertname", "m")], from: 0, to: 50))
        run.post(at: 0, .alert("s", 0), .alert("t", 0), .alert("m", 0), .alert("m", 0, nil, ["i": "2"]))
        run.advance(to: 2)
        let counts = run.notes.compactMap { note -> (SuppressionReason, Int)? in
            if case .suppressed(let reason, let count) = note { (reason, count) } else { nil }
        }
        #expect(counts.map(\.0) == [.inhibition, .silence])
        #expect(counts.map(\.1) == [1, 2])
    }

    @Test("the status of an alert is what a flush at that moment does", arguments: 0..<25)
    func statusIsFlush(seed: Int) throws {
        var dice = SeededGenerator(seed: UInt64(seed) &+ 5)
        let rule = InhibitRule(source: [.equal("s", "1")], target: [.equal("t", "1")], equal: ["c"])
        let run = VirtualRun(.simple(interval: 10, repeats: 0.001, inhibit: [rule]))
        var posts: [Post] = []
        for index in 0..<12 {
            var labels: [String: String] = ["c": "\(Int.random(in: 0...2, using: &dice))"]
            if Int.random(in: 0..<3, using: &dice) == 0 { labels["s"] = "1" }
            if Bool.random(using: &dice) { labels["t"] = "1" }
            posts.append(.alert("x\(index)", 0, Double.random(in: 5...200, using: &dice), labels))
        }
        run.post(at: 0, posts)
        for _ in 0..<4 {
            let start = Double.random(in: 0...50, using: &dice)
            run.silence(at: 0, .draft([.equal("c", "\(Int.random(in: 0...2, using: &dice))")], from: start, to: start + 40))
        }
        for tick in stride(from: 1.0, to: 150, by: 10) {
            run.advance(to: tick)
            let active = posts.filter { post in
                guard let status = run.status(post) else { return false }
                return status.silencedBy.isEmpty && status.inhibitedBy == nil
            }
            let firing = run.accepted.filter { $0.at == tick }.flatMap(\.delivery.alerts).filter { !$0.isResolved }
            #expect(Set(firing.map(\.body.labels.fingerprint)) == Set(active.map(\.fingerprint)))
        }
    }
}
