import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Why an alert is, or is not, told")
struct ExplanationTests {
    private let rule = InhibitRule(source: [.equal("alertname", "source")], target: [.equal("team", "a")])

    private func verdicts(_ run: VirtualRun, _ post: Post) -> [Explanation.Verdict] {
        let explanation = run.machine.explanation(of: post.labelSet, at: run.now)
        return explanation.paths.map { explanation.verdict(of: $0) }
    }

    @Test("an alert that nobody sent has a path, but nothing else")
    func neverArrived() throws {
        let run = VirtualRun(.simple(interval: 10))
        let explanation = run.machine.explanation(of: Post.alert("x", 0).labelSet, at: run.now)
        #expect(explanation.state == .unknown)
        let path = try #require(explanation.paths.first)
        #expect(path.routes == [0] && !path.isMember && path.nextFlush == nil)
        #expect(explanation.verdict(of: path) == .neverArrived)
    }

    @Test("from the wait of its group over the way to told, to the end that was told")
    func life() throws {
        let run = VirtualRun(.simple(interval: 10))
        let x = Post.alert("x", 0, 100)
        run.post(at: 0, x)
        #expect(verdicts(run, x) == [.waitsForGroup])
        run.advance(to: 2)
        #expect(verdicts(run, x) == [.told])
        let late = Post.alert("y", 2, 100)
        run.post(at: 2, late)
        #expect(verdicts(run, late) == [.waitsForInterval])
        let target = try #require(run.machine.explanation(of: x.labelSet, at: run.now).paths.first?.integrations.first)
        #expect(target.toldFiring && !target.toldResolved && target.chain == nil)
        #expect(target.repeatsAt == target.entry.map { $0.timestamp + run.machine.configuration.routes[0].repeatInterval })
        run.advance(to: 15)
        #expect(verdicts(run, late) == [.told])
        run.post(at: 16, .alert("x", 0, 16))
        #expect(verdicts(run, x) == [.endWaits])
        run.advance(to: 25)
        #expect(verdicts(run, x) == [.endTold])
    }

    @Test("what mutes it is named: silences, every inhibiting rule with its source, intervals")
    func mutes() throws {
        var configuration = CoreConfiguration.simple(interval: 10, inhibit: [rule, rule])
        configuration.timeIntervals = ["always": TimeInterval(specs: [TimeIntervalSpec()]), "never": TimeInterval(specs: [])]
        let run = VirtualRun(configuration)
        let x = Post.alert("x", 0, nil, ["team": "a"])
        run.post(at: 0, x)
        let id = try #require(run.silence(at: 0.1, .draft([.equal("alertname", "x")], from: 0.1, to: 5)))
        #expect(verdicts(run, x) == [.silenced])
        #expect(run.machine.explanation(of: x.labelSet, at: run.now).silences.map(\.id) == [id])
        let source = Post.alert("source", 0.2)
        run.post(at: 0.2, source)
        #expect(verdicts(run, x) == [.inhibited])
        let inhibitions = run.machine.explanation(of: x.labelSet, at: run.now).inhibitions
        #expect(inhibitions.map(\.rule) == [0, 1])
        #expect(inhibitions.allSatisfy { $0.source == source.labelSet && $0.since == .at(0.2) })
        run.post(at: 0.3, .alert("source", 0.2, 0.3))
        run.expireSilence(at: 0.4, id)
        // A silence mutes through its very end.
        run.advance(to: 0.45)
        #expect(verdicts(run, x) == [.waitsForGroup])
        var muted = configuration
        muted.routes[0].muteTimeIntervals = ["never", "always"]
        run.reload(at: 0.5, muted)
        #expect(verdicts(run, x) == [.mutedByInterval])
        #expect(run.machine.explanation(of: x.labelSet, at: run.now).paths.first?.mutedBy == ["always"])
        muted.routes[0].muteTimeIntervals = []
        muted.routes[0].activeTimeIntervals = ["never"]
        run.reload(at: 0.6, muted)
        #expect(verdicts(run, x) == [.mutedByInterval])
        #expect(run.machine.explanation(of: x.labelSet, at: run.now).paths.first?.isOutsideActiveInterval == true)
    }

    @Test("a receiver that fails shows its attempts and why")
    func failing() throws {
        let run = VirtualRun(.simple(interval: 60))
        run.answer = { _, _ in .fail() }
        let x = Post.alert("x", 0)
        run.post(at: 0, x)
        run.advance(to: 10)
        #expect(verdicts(run, x) == [.retrying])
        let chain = try #require(run.machine.explanation(of: x.labelSet, at: run.now).paths.first?.integrations.first?.chain)
        #expect(chain.attempts > 2 && chain.failure != nil && chain.deadline > run.now.monotonic)
    }

    @Test("a receiver that asked to come back later is the cause until that moment")
    func deferred() throws {
        let run = VirtualRun(.simple(interval: 300))
        run.answer = { delivery, _ in delivery.attempt == 1 ? .postpone(60) : .accept() }
        let x = Post.alert("x", 0)
        run.post(at: 0, x)
        run.advance(to: 10)
        #expect(verdicts(run, x) == [.deferred])
        let chain = try #require(run.machine.explanation(of: x.labelSet, at: run.now).paths.first?.integrations.first?.chain)
        #expect(chain.restsUntil.map { $0 - run.now.monotonic } == TimeSpan.seconds(51).nanoseconds)
        run.advance(to: 70)
        #expect(verdicts(run, x) == [.told])
    }

    @Test("a failure that history knows is the cause where nothing is under way and nothing mutes, for firing and for its end")
    func failedForGood() throws {
        func verdict(_ run: VirtualRun, _ post: Post) throws -> Explanation.Verdict {
            var explanation = run.machine.explanation(of: post.labelSet, at: run.now)
            explanation.paths[0].integrations[0].lastFailure = "status 400"
            return explanation.verdict(of: try #require(explanation.paths.first))
        }
        let run = VirtualRun(.simple(interval: 10))
        run.answer = { _, at in at < 5 || at > 15 ? .refuse() : .accept() }
        let x = Post.alert("x", 0, 100)
        run.post(at: 0, x)
        run.advance(to: 4)
        #expect(try verdict(run, x) == .failed)
        // What ends unheard is not told by the next flush.
        run.post(at: 4, .alert("y", 0, 100))
        run.post(at: 4, .alert("y", 0, 4))
        #expect(try verdict(run, .alert("y", 0)) == .endedUntold)
        let id = try #require(run.silence(at: 4, .draft([.equal("alertname", "x")], from: 4, to: 50)))
        #expect(try verdict(run, x) == .silenced)
        run.expireSilence(at: 5, id)
        run.advance(to: 13)
        #expect(try verdict(run, x) == .told)
        run.post(at: 16, .alert("x", 0, 16))
        run.advance(to: 23)
        #expect(try verdict(run, x) == .failed)
    }

    @Test("silences that have not begun or are over are there beside those that mute, if they match")
    func idleSilences() throws {
        let run = VirtualRun(.simple(interval: 10))
        let matcher = Matcher.equal("alertname", "x")
        let over = try #require(run.silence(at: 0, .draft([matcher], from: 0, to: 2)))
        let active = try #require(run.silence(at: 0, .draft([matcher], from: 0, to: 50)))
        let pending = try #require(run.silence(at: 0, .draft([matcher], from: 30, to: 60)))
        _ = try #require(run.silence(at: 0, .draft([.equal("alertname", "y")], from: 30, to: 60)))
        run.advance(to: 5)
        let explanation = run.machine.explanation(of: Post.alert("x", 0).labelSet, at: run.now)
        #expect(explanation.silences.map(\.id) == [active])
        #expect(explanation.idleSilences.map(\.id) == [pending, over])
    }

    @Test("a receiver without integrations, and one that does not want ends, are the cause by themselves")
    func receivers() {
        let hole = VirtualRun(.simple(interval: 10, integrations: []))
        hole.post(at: 0, .alert("x", 0))
        #expect(verdicts(hole, .alert("x", 0)) == [.noIntegration])
        let quiet = VirtualRun(.simple(interval: 10, integrations: [Integration(kind: "slack", sendResolved: false)]))
        quiet.post(at: 0, .alert("x", 0, 100))
        quiet.advance(to: 2)
        quiet.post(at: 3, .alert("x", 0, 3))
        #expect(verdicts(quiet, .alert("x", 0)) == [.endNotWanted])
        // Also after the flush that would have told it.
        quiet.advance(to: 12)
        #expect(verdicts(quiet, .alert("x", 0)) == [.endNotWanted])
    }

    @Test("an alert that fired only while it was muted ended untold")
    func untold() throws {
        let run = VirtualRun(.simple(interval: 10))
        run.post(at: 0, .alert("x", 0, 100), .alert("y", 0, 100))
        _ = try #require(run.silence(at: 0.1, .draft([.equal("alertname", "x")], from: 0.1, to: 50)))
        run.advance(to: 5)
        run.post(at: 6, .alert("x", 0, 6))
        #expect(verdicts(run, .alert("x", 0)) == [.endedUntold])
    }

    @Test("every route that it takes has its own answer, with the way to it")
    func routes() {
        let run = VirtualRun(
            CoreConfiguration(
                routes: [
                    Route(receiver: 0, groupWait: .seconds(1), children: [1, 3]),
                    Route(matchers: [.equal("team", "a")], receiver: 0, groupWait: .seconds(1), continues: true, children: [2]),
                    Route(matchers: [.equal("alertname", "x")], receiver: 1, groupWait: .seconds(1), key: "{}/a/x"),
                    Route(matchers: [.equal("team", "a")], receiver: 0, groupWait: .seconds(100), key: "{}/b"),
                ],
                receivers: [Receiver(name: "r", integrations: [Integration(kind: "webhook")]), Receiver(name: "hole")]))
        let x = Post.alert("x", 0, nil, ["team": "a"])
        run.post(at: 0, x)
        run.advance(to: 5)
        let explanation = run.machine.explanation(of: x.labelSet, at: run.now)
        #expect(explanation.paths.map(\.routes) == [[0, 1, 2], [0, 3]])
        #expect(explanation.paths.map { explanation.verdict(of: $0) } == [.noIntegration, .waitsForGroup])
    }
}
