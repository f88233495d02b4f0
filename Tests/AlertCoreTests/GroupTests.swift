import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Routing and groups (reference 4)")
struct GroupTests {
    private func route(_ matchers: [Matcher], receiver: Int = 0, continues: Bool = false, children: [Int] = []) -> Route {
        Route(matchers: Matchers(matchers), receiver: receiver, continues: continues, children: children)
    }

    private func tree(_ routes: [Route]) -> AlertMachine {
        AlertMachine(
            configuration: CoreConfiguration(routes: routes, receivers: [Receiver(name: "r")]), options: MachineOptions(), seed: 1,
            at: ClockReading(wall: .start, monotonic: 0))
    }

    @Test("the deepest matching routes win; continue lets siblings try as well")
    func routing() {
        let machine = tree([
            route([], children: [1, 3, 4]), route([.equal("a", "1")], continues: true, children: [2]), route([.equal("b", "1")]),
            route([.regex("a", "1|2")]), route([]),
        ])
        #expect(machine.routesMatching(["a": "1", "b": "1"]) == [2, 3])
        #expect(machine.routesMatching(["a": "1"]) == [1, 3])
        #expect(machine.routesMatching(["a": "2"]) == [3])
        #expect(machine.routesMatching(["a": "3"]) == [4])
        #expect(tree([route([], children: [1]), route([.equal("a", "1")])]).routesMatching(["b": "2"]) == [0])
    }

    @Test("a node with many children gives the same routes as one that tries each", arguments: 0..<60)
    func indexedRouting(seed: Int) {
        var dice = SeededGenerator(seed: UInt64(seed))
        func matcher() -> Matcher {
            let name = ["a", "b", "c"].randomElement(using: &dice) ?? "a"
            let value = ["1", "2", "3", ""].randomElement(using: &dice) ?? "1"
            switch Int.random(in: 0..<4, using: &dice) {
            case 0: return .regex(name, "\(value)|2")
            case 1: return .not(name, value)
            default: return .equal(name, value)
            }
        }
        let children = (0..<12).map { _ in
            route((0..<Int.random(in: 0...2, using: &dice)).map { _ in matcher() }, continues: Int.random(in: 0..<3, using: &dice) > 0)
        }
        let machine = tree([route([], children: Array(1...12))] + children)
        for _ in 0..<20 {
            var labels: [String: String] = ["alertname": "x"]
            for name in ["a", "b", "c"] { labels[name] = ["1", "2", "3", nil].randomElement(using: &dice) ?? nil }
            let set = LabelSet(labels)
            var expected: [Int] = []
            for (index, child) in children.enumerated() where child.matchers.matches(set) {
                expected.append(index + 1)
                if !child.continues { break }
            }
            #expect(machine.routesMatching(set) == (expected.isEmpty ? [0] : expected))
        }
    }

    @Test("group keys are the route key and the group's labels")
    func keys() {
        let route = Route(key: "{}/{service=~\"^(?:foo1|foo2|baz)$\"}/{severity=\"critical\"}")
        #expect(
            route.groupKey(["alertname": "a", "cluster": "b"])
                == "{}/{service=~\"^(?:foo1|foo2|baz)$\"}/{severity=\"critical\"}:{alertname=\"a\", cluster=\"b\"}")
        #expect(Route().groupKey(LabelSet()) == "{}:{}")
    }

    @Test("absent labels are missing from the group's labels, and '...' takes all")
    func groupLabels() {
        #expect(Route(groupBy: .labels(["a", "z"])).groupLabels(of: ["a": "1", "b": "2"]) == ["a": "1"])
        #expect(Route(groupBy: .all).groupLabels(of: ["a": "1", "b": "2"]) == ["a": "1", "b": "2"])
        #expect(Route(groupBy: .labels([])).groupLabels(of: ["a": "1"]) == LabelSet())
    }

    @Test("two routes with one receiver make two groups and two messages")
    func twoRoutes() {
        let routes = [
            Route(groupWait: .span(1), children: [1, 2], key: "{}"),
            Route(matchers: [.equal("a", "1")], groupWait: .span(1), groupInterval: .span(5), continues: true, key: "{}/{a=\"1\"}"),
            Route(matchers: [.equal("b", "1")], groupWait: .span(1), groupInterval: .span(7), key: "{}/{b=\"1\"}"),
        ]
        let run = VirtualRun(
            CoreConfiguration(routes: routes, receivers: [Receiver(name: "r", integrations: [Integration(kind: "webhook")])]))
        run.post(at: 0, .alert("x", 0, nil, ["a": "1", "b": "1"]))
        run.post(at: 2, .alert("x", 0, 2, ["a": "1", "b": "1"]))
        run.advance(to: 20)
        #expect(run.told == ["1: x[0]", "1: x[0]", "6: x[0,2]", "8: x[0,2]"])
        #expect(Set(run.accepted.map(\.delivery.key.groupKey)) == ["{}/{a=\"1\"}:{}", "{}/{b=\"1\"}:{}"])
        #expect(run.machine.groupIDs.isEmpty)
    }

    @Test("only the alert that makes the group can shorten its wait")
    func groupWait() {
        let run = VirtualRun(.simple(groupBy: .labels(["alertname"]), wait: 10, interval: 60))
        run.post(at: 1, .alert("old", -100))
        run.post(at: 1, .alert("new", 1))
        run.post(at: 2, .alert("new", -100, nil, ["instance": "b"]))
        run.advance(to: 20)
        #expect(run.brief == ["1: old", "11: new new"])
    }

    @Test("all alerts of one request are in the group before it flushes at once")
    func immediateBatch() {
        let run = VirtualRun(.simple(wait: 0, interval: 60))
        run.post(at: 1, .alert("a", 0), .alert("b", 0))
        run.advance(to: 2)
        #expect(run.brief == ["1: a b"])
    }

    @Test("ticks keep to their grid however long deliveries take")
    func fixedRate() {
        let run = VirtualRun(.simple(interval: 20, repeats: 1))
        run.answer = { _, _ in .accept(after: 7) }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 50)
        #expect(run.attempts.map(\.at) == [1, 21, 41])
        #expect(run.accepted.map(\.at) == [8, 28, 48])
    }

    @Test("a tick during a flush is remembered once with its own time and runs when the flush ends")
    func rememberedTick() {
        let run = VirtualRun(.simple(interval: 2, repeats: 0.5))
        run.answer = { _, at in .accept(after: at < 2 ? 5 : 0) }
        run.post(at: 0, .alert("x", 0))
        run.advance(to: 9.5)
        // First flush at 1 takes until 6; the tick of 3 runs then; the grid goes on with 7.
        #expect(run.attempts.map(\.at) == [1, 6, 7, 9])
        #expect(run.attempts.map(\.delivery.flushTime.sinceStart) == [1, 3, 7, 9])
    }

    @Test("a remembered tick is judged by its own time: a silence or a source that ended since still mutes")
    func rememberedMutes() throws {
        let rule = InhibitRule(source: [.equal("alertname", "s")], target: [.equal("alertname", "t")])
        let run = VirtualRun(.simple(interval: 2, repeats: 0.5, inhibit: [rule]))
        run.answer = { _, at in .accept(after: at < 2 ? 5 : 0) }
        run.post(at: 0, .alert("x", 0), .alert("t", 0), .alert("m", 0), .alert("s", 0, 4))
        run.silence(at: 0, .draft([.equal("alertname", "m")], from: 0, to: 4.5))
        run.advance(to: 7.5)
        // Told at 1 and taken at 6; the tick of 3 runs at 6, when source and silence are over; that of 7 finds them so.
        #expect(run.brief == ["6: s x", "6: s x", "7: m s- t x"])
    }

    @Test("an alert that fires and resolves within group_wait is never told")
    func shortAlert() {
        let run = VirtualRun(.simple(wait: 10))
        run.post(at: 0, .alert("x", 0))
        run.post(at: 5, .alert("x", 0, 5))
        run.advance(to: 30)
        #expect(run.told.isEmpty)
        #expect(run.machine.groupIDs.isEmpty)
    }

    @Test("an alert that fires again while its end is being told stays in the group")
    func refire() {
        let run = VirtualRun(.simple(interval: 10))
        run.answer = { _, _ in .accept(after: 3) }
        run.post(at: 0, .alert("x", 0))
        run.post(at: 5, .alert("x", 0, 5))
        run.post(at: 12, .alert("x", 12))
        run.advance(to: 40)
        #expect(run.told == ["4: x[0]", "14: x[0,5]", "24: x[12]"])
    }

    @Test("an end that a sender repeats is not told again when others still fire")
    func repeatedEnd() {
        let run = VirtualRun(.simple(interval: 10))
        run.post(at: 0, .alert("x", 0), .alert("y", 0))
        run.post(at: 5, .alert("x", 0, 5))
        run.post(at: 15, .alert("z", 15))
        for time in stride(from: 20.0, to: 100, by: 7) { run.post(at: time, .alert("x", 0, 5)) }
        run.advance(to: 120)
        #expect(run.brief == ["1: x y", "11: x- y", "21: y z"])
    }

    @Test("an end that was muted when it came is told when the sender repeats it after the mute")
    func repeatedEndAfterMute() throws {
        let run = VirtualRun(.simple(interval: 10))
        run.post(at: 0, .alert("x", 0))
        let id = try #require(run.silence(at: 5, .draft([.equal("alertname", "x")], from: 5, to: 100)))
        run.post(at: 6, .alert("x", 0, 6))
        run.expireSilence(at: 30, id)
        run.post(at: 35, .alert("x", 0, 6))
        run.advance(to: 60)
        #expect(run.told == ["1: x[0]", "35: x[0,6]"])
    }

    @Test("the status of a group shows what it holds")
    func status() throws {
        let run = VirtualRun(.simple(groupBy: .labels(["alertname"]), interval: 10))
        run.post(at: 0, .alert("x", 0, nil, ["instance": "a"]), .alert("x", 0, nil, ["instance": "b"]))
        run.post(at: 5, .alert("x", 0, 5, ["instance": "b"]))
        let id = try #require(run.machine.groupIDs.first)
        let status = try #require(run.machine.group(id, at: run.now))
        #expect(status.labels == ["alertname": "x"])
        #expect(status.key == "{}:{alertname=\"x\"}")
        #expect(status.alerts.map { $0.alert.body.labels["instance"] } == ["a"])
        #expect(status.nextFlush == ClockReading(wall: .start, monotonic: 1_000_000_000_000).monotonic(after: .span(11)))
        #expect(!status.isFlushing)
        run.post(at: 6, .alert("x", 0, 6, ["instance": "a"]))
        run.advance(to: 12)
        #expect(run.machine.group(id, at: run.now) == nil)
    }

    @Test("a flush that ran late ends at its group's next tick, and has ten seconds in any case", arguments: [(40.0, 61.0), (58, 68)])
    func lateFlush(ran: Double, deadline: Double) {
        let run = VirtualRun(.simple(wait: 1, interval: 60))
        run.answer = { _, _ in .hang }
        run.post(at: 0, .alert("x"))
        run.stall(until: ran)
        #expect(run.attempts.map(\.delivery.deadline) == [1_000_000_000_000 + Int64(deadline * 1e9)])
        run.advance(to: 130)
        #expect(run.attempts.map(\.at) == [ran, deadline, 121])
    }
}
