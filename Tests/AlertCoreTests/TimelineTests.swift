import AlertCore
import Labels
import Testing
import Time

/// The timeline vectors of reference 16.1, on virtual time. Where the reference allows half a second, the exact moment is expected here.
@Suite("Timeline vectors")
struct TimelineTests {
    @Test("messages about one alert are merged", arguments: [false, true])
    func merge(withEnds: Bool) {
        func firing(_ start: Double, _ note: String? = nil) -> Post { .alert("x", start, withEnds ? start + 3 : nil, note: note) }
        let run = VirtualRun(.simple(groupBy: .labels(["alertname"]), repeats: 0.001))
        run.post(at: 1, firing(1.1))
        run.post(at: 1.2, firing(1))
        run.post(at: 2.1, firing(2, "v1"))
        run.post(at: 3.6, firing(1.5, "v2"))
        run.post(at: 4.6, .alert("x", 3, 4.5, note: "v2"))
        run.post(at: 4.8, .alert("x", 2.9, 4.8, note: "v3"))
        run.post(at: 4.8, .alert("x", 2.9, 4.1, note: "v3"))
        run.post(at: 5.3, firing(5))
        run.advance(to: 6.5)
        #expect(run.told == ["2: x[1]", "3: x[1] v1", "4: x[1] v2", "5: x[1,4.8] v3", "6.3: x[5]"])
    }

    @Test("a group is told again at each tick after the repeat interval, and once when it resolves")
    func repeats() {
        let run = VirtualRun(.simple(groupBy: .labels(["alertname"]), repeats: 0.001))
        run.post(at: 1, .alert("x", 1))
        run.post(at: 3.5, .alert("x", 1, 3))
        run.advance(to: 7)
        #expect(run.told == ["2: x[1]", "3: x[1]", "4: x[1,3]"])
    }

    @Test("a receiver that loses messages is told again without telling the other one early")
    func retry() {
        let run = VirtualRun(
            .simple(interval: 2, repeats: 3, integrations: [Integration(kind: "webhook"), Integration(kind: "webhook", index: 1)]))
        run.answer = { delivery, at in delivery.integration == 1 && at < 4.5 ? .lose : .accept() }
        run.post(at: 1, .alert("x", 1))
        run.advance(to: 7)
        #expect(run.told(0) == ["2: x[1]", "6: x[1]"])
        #expect(run.told(1) == ["6: x[1]"])
    }

    @Test("alerts that join within group_wait go out together, later ones at the next tick")
    func batching() {
        let run = VirtualRun(.simple(repeats: 4.9))
        run.post(at: 1.1, .alert("a", 1))
        run.post(at: 1.7, .alert("b", 1))
        run.post(at: 3.3, .alert("c", 1.5), .alert("d", 1.5), .alert("e", 1.6))
        run.advance(to: 10)
        #expect(run.brief == ["2.1: a b", "4.1: a b c d e", "9.1: a b c d e"])
    }

    @Test("an alert without an end time resolves after resolve_timeout")
    func resolveTimeout() {
        let run = VirtualRun(.simple(interval: 5, resolveTimeout: 10))
        run.post(at: 1, .alert("a"), .alert("b"), .alert("c"))
        run.advance(to: 30)
        #expect(run.told == ["2: a[1] b[1] c[1]", "12: a[1,11] b[1,11] c[1,11]"])
    }

    @Test("send_resolved false leaves ends out and sends nothing for them alone")
    func sendResolved() {
        let integrations = [Integration(kind: "webhook"), Integration(kind: "webhook", index: 1, sendResolved: false)]
        let run = VirtualRun(.simple(interval: 5, integrations: integrations, resolveTimeout: 10))
        run.post(at: 1, .alert("v1"), .alert("v2"))
        run.post(at: 3, .alert("v1", 1, 4), .alert("v3"))
        run.post(at: 8, .alert("v3", 3))
        run.advance(to: 13)
        #expect(run.told(0) == ["2: v1[1] v2[1]", "7: v1[1,4] v2[1] v3[3]", "12: v2[1,11] v3[3]"])
        #expect(run.told(1) == ["2: v1[1] v2[1]", "7: v2[1] v3[3]"])
    }

    @Test("the start delay holds the first flush, and a reload afterwards is not delayed")
    func startDelay() {
        var options = MachineOptions()
        options.startDelay = .span(5)
        let run = VirtualRun(.simple(interval: 6), options: options, from: -0.5)
        run.post(at: 1, .alert("a", -100))
        run.post(at: 2, .alert("b", 2))
        run.reload(at: 5)
        run.post(at: 6, .alert("c", -100))
        run.post(at: 7, .alert("d", 7))
        run.advance(to: 12)
        #expect(run.brief == ["4.5: a b", "11: a b c d"])
    }

    @Test("a reload restarts the timers and repeats nothing")
    func reload() {
        let run = VirtualRun(.simple(interval: 6, repeats: 600))
        run.post(at: 1, .alert("a", 1))
        run.reload(at: 3)
        run.post(at: 4, .alert("b", 4))
        run.advance(to: 14)
        #expect(run.brief == ["2: a", "9: a b"])
    }

    @Test("attempts that time out are repeated until one is taken", arguments: 1...8 as ClosedRange<UInt64>)
    func webhookTimeout(seed: UInt64) {
        let run = VirtualRun(.simple(interval: 60), seed: seed)
        run.answer = { _, at in at < 3 ? .fail(after: 0.5) : .accept() }
        run.post(at: 1, .alert("x", 1))
        run.advance(to: 50)
        #expect(run.accepted.count == 1)
        // The third attempt begins at 2 + 0.5 + 0.75 + 0.5 + 1.125 at the latest.
        #expect((3...4.875).contains(run.accepted.first?.at ?? 0))
    }

    private static let downRule = InhibitRule(
        source: Matchers([.equal("alertname", "JobDown")]), target: Matchers([.equal("alertname", "InstanceDown")]), equal: ["job", "zone"])

    @Test("a target is not told while its source fires")
    func inhibition() {
        func alert(_ name: String, zone: String, _ start: Double? = nil, _ end: Double? = nil) -> Post {
            .alert(name, start, end, ["job": "testjob", "zone": zone])
        }
        let run = VirtualRun(.simple(repeats: 1, inhibit: [Self.downRule]))
        run.post(at: 1, alert("test1", zone: "aa"), alert("InstanceDown", zone: "aa"), alert("InstanceDown", zone: "ab"))
        run.post(at: 2.2, alert("JobDown", zone: "aa"))
        run.post(at: 3.6, alert("JobDown", zone: "aa", 2.2, 3.6))
        run.advance(to: 4.5)
        #expect(
            run.brief == [
                "2: InstanceDown InstanceDown test1", "3: InstanceDown JobDown test1", "4: InstanceDown InstanceDown JobDown- test1",
            ])
    }

    @Test("source and target that resolve together are both told")
    func jointResolve() {
        let run = VirtualRun(.simple(repeats: 1, inhibit: [Self.downRule]))
        let labels = ["job": "testjob", "zone": "aa"]
        run.post(at: 1, .alert("InstanceDown", 1, nil, labels), .alert("JobDown", 1, nil, labels))
        run.post(at: 2.6, .alert("InstanceDown", 1, 2.6, labels), .alert("JobDown", 1, 2.6, labels))
        run.advance(to: 6)
        #expect(run.told == ["2: JobDown[1]", "3: InstanceDown[1,2.6] JobDown[1,2.6]"])
    }

    @Test("a silenced alert is not told until the silence ends")
    func silencing() {
        let run = VirtualRun(.simple(repeats: 0.001))
        run.post(at: 1, .alert("a"), .alert("b"))
        run.silence(at: 2.3, .draft([.equal("alertname", "a")], from: 2.5, to: 4.5))
        run.advance(to: 5.5)
        #expect(run.brief == ["2: a b", "3: b", "4: b", "5: a b"])
    }

    @Test("ending a silence lets the next tick tell")
    func silenceDelete() throws {
        let run = VirtualRun(.simple(repeats: 0.001))
        run.post(at: 1, .alert("a"), .alert("b"))
        let id = try #require(run.silence(at: 1.3, .draft([.regex("alertname", ".+")], from: 1.5, to: 100)))
        run.expireSilence(at: 3.5, id)
        run.advance(to: 4.5)
        #expect(run.brief == ["4: a b"])
    }

    @Test("an alert that resolves and fires again while the log has it as firing is not told again")
    func resolveWhileSilenced() throws {
        let run = VirtualRun(.simple(interval: 2))
        run.post(at: 0, .alert("x", 0))
        let id = try #require(run.silence(at: 2, .draft([.equal("alertname", "x")], from: 2, to: 100)))
        run.post(at: 3, .alert("x", 0, 3))
        run.expireSilence(at: 8, id)
        run.post(at: 8, .alert("x", 8))
        run.post(at: 14, .alert("x", 8, 14))
        run.advance(to: 20)
        #expect(run.told == ["1: x[0]", "15: x[8,14]"])
    }
}
