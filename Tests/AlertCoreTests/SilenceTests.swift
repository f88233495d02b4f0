import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Silences (reference 3.8, 6.2)")
struct SilenceTests {
    private let run = VirtualRun(.simple(interval: 10))
    private let x = Matcher.equal("alertname", "x")

    private func plan(_ draft: Silence, _ run: VirtualRun) throws(SilenceError) -> SilenceChange {
        try run.machine.planSilence(draft, newID: "new", at: run.now)
    }

    private func refusal(_ draft: Silence, _ run: VirtualRun) -> SilenceError? {
        do {
            _ = try plan(draft, run)
            return nil
        } catch {
            return error
        }
    }

    @Test("what a silence may not be, in the order of the checks")
    func validation() {
        run.advance(to: 100)
        #expect(refusal(.draft([x], from: 5, to: 5), run) == .invalid("Failed to create silence: start time must be before end time"))
        #expect(refusal(.draft([x], from: 5, to: 99), run) == .invalid("Failed to create silence: end time can't be in the past"))
        #expect(refusal(.draft([], from: 5, to: 200), run) == .invalid("invalid silence: at least one matcher required"))
        #expect(
            refusal(.draft([.equal("a", ""), .regex("b", ".*")], from: 5, to: 200), run)
                == .invalid("invalid silence: at least one matcher must not match the empty string"))
        #expect(refusal(.draft([.not("a", "b")], from: 5, to: 200), run) == nil)
        #expect(refusal(.draft([x], from: 5, to: 200, id: "unknown"), run) == .notFound)
        #expect(
            refusal(.draft([x], from: 5, to: 99, id: "unknown"), run) == .invalid("Failed to create silence: end time can't be in the past")
        )
    }

    @Test("classic mode refuses names that are not ASCII")
    func classicNames() {
        var options = MachineOptions()
        options.labelNameMode = .classic
        let run = VirtualRun(.simple(), options: options)
        #expect(
            refusal(.draft([x, .equal("é", "b")], from: 0, to: 10), run)
                == .invalid("invalid silence: invalid label matcher 1 in set 0: invalid label name \"é\""))
    }

    @Test("a new silence starts now at the earliest")
    func creation() throws {
        run.advance(to: 100)
        let change = try plan(.draft([x], from: 5, to: 200), run)
        #expect(change.id == "new")
        #expect(change.records.count == 1)
        #expect(change.records[0].startsAt == .at(100) && change.records[0].updatedAt == .at(100))
        var unset = Silence.draft([x], from: 0, to: 200)
        unset.startsAt = .goZero
        #expect(try plan(unset, run).records[0].startsAt == .at(100))
        #expect(try plan(.draft([x], from: 150, to: 200), run).records[0].startsAt == .at(150))
    }

    @Test("an active silence keeps its id if matchers and start stay; otherwise it ends and a new one begins")
    func updateActive() throws {
        let id = try #require(run.silence(at: 10, .draft([x, .equal("a", "b")], from: 10, to: 100)))
        run.advance(to: 20)
        let same = try plan(.draft([x, .equal("a", "b")], from: 10, to: 300, id: id, comment: "longer"), run)
        #expect(same.records.map(\.id) == [id])
        #expect(same.records[0].endsAt == .at(300) && same.records[0].comment == "longer" && same.records[0].updatedAt == .at(20))
        // The start is compared by the second: clients send it back with less of its fraction.
        #expect(try plan(.draft([x, .equal("a", "b")], from: 10.6, to: 300, id: id), run).records.map(\.id) == [id])
        let reordered = try plan(.draft([.equal("a", "b"), x], from: 10, to: 300, id: id), run)
        #expect(reordered.records.map(\.id) == [id, "new"])
        #expect(reordered.records[0].endsAt == .at(20))
        #expect(reordered.records[1].startsAt == .at(20))
        let moved = try plan(.draft([x, .equal("a", "b")], from: 11, to: 300, id: id), run)
        #expect(moved.records.map(\.id) == [id, "new"])
    }

    @Test("a pending silence keeps its id while it stays in the future; an expired one never does")
    func updatePending() throws {
        let id = try #require(run.silence(at: 10, .draft([x], from: 50, to: 100)))
        run.advance(to: 20)
        #expect(try plan(.draft([x], from: 30, to: 90, id: id), run).records.map(\.id) == [id])
        let past = try plan(.draft([x], from: 15, to: 90, id: id), run)
        #expect(past.records.map(\.id) == [id, "new"])
        #expect(past.records[0].startsAt == .at(20) && past.records[0].endsAt == .at(20))
        run.expireSilence(at: 30, id)
        #expect(try plan(.draft([x], from: 50, to: 100, id: id), run).records.map(\.id) == ["new"])
    }

    @Test("ending: an active silence ends now, a pending one never begins, an ended one is left alone, an unknown one is not found")
    func expiry() throws {
        let active = try #require(run.silence(at: 0, .draft([x], from: 0, to: 100)))
        let pending = try #require(run.silence(at: 0, .draft([x], from: 50, to: 100)))
        run.advance(to: 20)
        let first = try #require(try run.machine.planExpiry(id: active, at: run.now)?.records.first)
        #expect(first.startsAt == .at(0) && first.endsAt == .at(20) && first.updatedAt == .at(20))
        let second = try #require(try run.machine.planExpiry(id: pending, at: run.now)?.records.first)
        #expect(second.startsAt == .at(20) && second.endsAt == .at(20))
        run.expireSilence(at: 20, active)
        run.advance(to: 21)
        #expect(try run.machine.planExpiry(id: active, at: run.now) == nil)
        #expect(throws: SilenceError.notFound) { try run.machine.planExpiry(id: "unknown", at: run.now) }
    }

    @Test("planning and reserving change nothing; applying does")
    func threeSteps() throws {
        run.post(at: 0, .alert("x", 0))
        let change = try plan(.draft([x], from: 0, to: 100), run)
        #expect(run.status(.alert("x"))?.silencedBy == [])
        run.silence(at: 0, .draft([x], from: 0, to: 100))
        #expect(run.status(.alert("x"))?.silencedBy.count == 1)
        #expect(run.machine.silence(id: change.id) == nil)
    }

    @Test("limits count all stored silences and leave the old one untouched")
    func limits() throws {
        var options = MachineOptions()
        options.maxSilences = 2
        let run = VirtualRun(.simple(), options: options)
        let first = try #require(run.silence(at: 0, .draft([x], from: 0, to: 100)))
        run.silence(at: 0, .draft([x], from: 0, to: 100))
        run.expireSilence(at: 1, first)
        run.advance(to: 2)
        #expect(refusal(.draft([x], from: 0, to: 100), run) == .limit("exceeded maximum number of silences: 2 (limit: 2)"))
        #expect(refusal(.draft([x], from: 0, to: 100, id: first), run) == .limit("exceeded maximum number of silences: 2 (limit: 2)"))
    }

    @Test("the size limit counts the bytes that Alertmanager would store")
    func sizeLimit() {
        // MeshSilence{1: Silence{1: id, 2: matcher, 3, 4, 5: times, 8: creator, 9: comment, 11: matcher set}, 2: expiry}
        let silence = Silence(
            id: String(repeating: "i", count: 36), matchers: [.equal("a", "b")], startsAt: Timestamp(seconds: 1),
            endsAt: Timestamp(seconds: 2),
            updatedAt: Timestamp(seconds: 1), createdBy: "me", comment: "c")
        // Matcher 6, times 2 each: 38 + 8 + 4 + 4 + 4 + 4 + 3 + 10 = 75, plus 2 for the wrapping, plus 2 + 2 for the expiry at second 3.
        #expect(silence.storedSize(retention: .span(1)) == 81)
        var options = MachineOptions()
        options.maxSilenceBytes = 50
        let run = VirtualRun(.simple(), options: options)
        guard case .limit(let text)? = refusal(.draft([x], from: 0, to: 100), run) else {
            Issue.record("a silence over the limit was accepted")
            return
        }
        #expect(text.hasPrefix("silence exceeded maximum size: ") && text.hasSuffix(" bytes (limit: 50 bytes)"))
    }

    @Test("active by soonest end, pending by soonest start, expired by latest end")
    func order() throws {
        let specs: [(Double, Double)] = [(0, 50), (0, 40), (60, 200), (55, 300), (0, 5), (0, 8)]
        var ids: [String] = []
        for (from, to) in specs { ids.append(try #require(run.silence(at: 0, .draft([x], from: from, to: to)))) }
        run.advance(to: 20)
        #expect(run.machine.silences(matching: [], at: run.now).map(\.id) == [1, 0, 3, 2, 5, 4].map { ids[$0] })
        #expect(run.machine.silences(matching: [x], at: run.now).count == 6)
        #expect(run.machine.silences(matching: [.regex("alertname", "x")], at: run.now).isEmpty)
        let counts = run.machine.counts(at: run.now)
        #expect([counts.activeSilences, counts.pendingSilences, counts.expiredSilences] == [2, 2, 2])
    }

    @Test("an alert names all silences that mute it, through their very end; pending ones do not mute")
    func status() throws {
        run.post(at: 0, .alert("x", 0, nil, ["job": "a"]))
        let post = Post.alert("x", nil, nil, ["job": "a"])
        let first = try #require(run.silence(at: 1, .draft([x], from: 0, to: 20)))
        let second = try #require(run.silence(at: 1, .draft([.regex("job", "a|b")], from: 0, to: 30)))
        run.silence(at: 1, .draft([.equal("job", "a")], from: 25, to: 26))
        run.silence(at: 1, .draft([.not("job", "a")], from: 0, to: 100))
        #expect(run.status(post)?.silencedBy == [first, second])
        run.advance(to: 20)
        #expect(run.status(post)?.silencedBy == [first, second])
        #expect(try run.machine.state(of: #require(run.machine.silence(id: first)), at: run.now) == .expired)
        run.advance(to: 20.001)
        #expect(run.status(post)?.silencedBy == [second])
        run.advance(to: 25)
        #expect(run.status(post)?.silencedBy.count == 2)
    }

    @Test("a silence leaves after its retention, and not before")
    func retention() throws {
        let id = try #require(run.silence(at: 0, .draft([x], from: 0, to: 100)))
        run.advance(to: 120 * 3600 - 1)
        #expect(run.machine.silence(id: id) != nil)
        run.advance(to: 120 * 3600 + 1900)
        #expect(run.machine.silence(id: id) == nil)
        #expect(run.journal.silences.isEmpty)
    }

    @Test("the index finds exactly the silences that match", arguments: 0..<30)
    func naive(seed: Int) throws {
        var dice = SeededGenerator(seed: UInt64(seed) &+ 77)
        func pick(_ values: [String]) -> String { values.randomElement(using: &dice) ?? "" }
        let run = VirtualRun(.simple())
        var stored: [Silence] = []
        for _ in 0..<9 {
            let matchers = (0..<Int.random(in: 1...3, using: &dice)).map { _ -> Matcher in
                switch Int.random(in: 0..<3, using: &dice) {
                case 0: .equal(pick(["a", "b"]), pick(["1", "2", ""]))
                case 1: .regex(pick(["a", "b"]), pick(["1", "1|2", "2|"]))
                default: .not(pick(["a", "b"]), pick(["1", ""]))
                }
            }
            if let id = run.silence(at: 0, .draft(matchers, from: 0, to: Double.random(in: 1...9, using: &dice))) {
                stored.append(try #require(run.machine.silence(id: id)))
            }
        }
        for time in stride(from: 0.5, to: 10, by: 1.5) {
            run.advance(to: time)
            for a in ["1", "2", ""] {
                for b in ["1", "2", ""] {
                    let labels = LabelSet(["alertname": "x", "a": a, "b": b]).removingEmptyValues()
                    let expected = stored.filter { $0.matchers.matches(labels) && time <= $0.endsAt.sinceStart }.map(\.id).sorted()
                    #expect(run.machine.muteStatus(of: labels, at: run.now).silencedBy == expected)
                }
            }
        }
    }
}
