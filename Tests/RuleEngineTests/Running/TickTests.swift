import Labels
import NIOConcurrencyHelpers
import PromQL
import Rules
import SampleStore
import Testing

@testable import RuleEngine

@Suite struct TickTests {
    private static let minute: Int64 = 60_000

    @Test("points of the grid are an interval apart, the same in every process, and spread by the group's name")
    func grid() {
        let first = EvaluationGrid(RuleGroupKey(file: "a.yml", name: "one"), interval: 60_000)
        let second = EvaluationGrid(RuleGroupKey(file: "a.yml", name: "two"), interval: 60_000)
        #expect(first == EvaluationGrid(RuleGroupKey(file: "a.yml", name: "one"), interval: 60_000))
        #expect(first.offset != second.offset)
        for time in [0, 1, 59_999, 1_800_000_000_123, -1, -60_001] as [Int64] {
            let point = first.point(notBefore: time)
            #expect(point >= time && point < time + 60_000)
            #expect((point - first.offset) % 60_000 == 0)
            #expect(first.point(notBefore: point) == point)
        }
    }

    @Test("a group is evaluated at each point of its grid, with the grid's time")
    func ticks() async throws {
        let bench = RuleBench(step: 1000)
        let source = GatedSource()
        let started = bench.clock.now.wall
        let group = try RuleGroupDefinition.test("g", interval: 15_000, source: "remote", [.alert("A", "m")])
        try bench.start([group], remotes: [source])
        await bench.run(Self.minute)
        let first = EvaluationGrid(group.key, interval: 15_000).point(notBefore: started)
        #expect(source.calls.map(\.time) == (0..<4).map { first + $0 * 15_000 })
        #expect(bench.manager?.groups().first?.missedPasses == 0)
        #expect(bench.manager?.groups().first?.nextEvaluation == first + 60_000)
        await bench.kill()
    }

    @Test("on the system's clock the manager's own timer starts passes, and a stop ends them")
    func timer() async throws {
        let bench = RuleBench()
        bench.options.clock = SystemRuleClock()
        bench.options.isTimed = true
        let source = GatedSource()
        try bench.start([.test("g", interval: 20, source: "remote", [.alert("A", "m")])], remotes: [source])
        for _ in 0..<3 { await source.waitForCall() }
        await bench.kill()
        let calls = source.calls
        #expect(zip(calls, calls.dropFirst()).allSatisfy { $1.time > $0.time && ($1.time - $0.time) % 20 == 0 })
        #expect(bench.manager == nil)
    }

    @Test("a pass that takes too long skips the ones it missed, counts them, and never runs beside another of its group")
    func missed() async throws {
        let bench = RuleBench(step: 1000)
        let source = GatedSource()
        source.close()
        let group = try RuleGroupDefinition.test("g", interval: 15_000, source: "remote", [.alert("A", "m")])
        try bench.start([group], remotes: [source])
        let first = EvaluationGrid(group.key, interval: 15_000).point(notBefore: bench.clock.now.wall)
        await bench.run(first - bench.clock.now.wall, waitingFor: "local")
        await source.waitForCall()
        // Three points go by, the third by seven seconds.
        await bench.run(52_000, waitingFor: "local")
        #expect(source.calls.map(\.time) == [first])
        source.open(hanging: 1)
        await bench.manager?.settled()
        #expect(source.calls.map(\.time) == [first, first + 45_000])
        let snapshot = try #require(bench.manager?.groups().first)
        #expect(snapshot.missedPasses == 2)
        #expect(snapshot.nextEvaluation == first + 60_000)
        let text = String(decoding: bench.options.metrics.render(), as: UTF8.self)
        #expect(text.contains("prometheus_rule_group_iterations_missed_total{rule_group=\"rules.yml;g\"} 2\n"))
        await bench.kill()
    }

    @Test("a remote source that hangs holds up neither local groups nor those of another source")
    func hanging() async throws {
        let bench = RuleBench(step: 1000) { _ in [(.series("m"), 20)] }
        let (hanging, other) = (GatedSource("hanging"), GatedSource("other"))
        hanging.close()
        // More groups than a source has threads.
        let stuck = try (0..<6).map { try RuleGroupDefinition.test("h\($0)", interval: 15_000, source: "hanging", [.alert("H", "m")]) }
        let groups =
            try stuck + [
                .test("l", interval: 15_000, [.alert("L", "m > 10")]), .test("o", interval: 15_000, source: "other", [.alert("O", "m")]),
            ]
        try bench.start(groups, remotes: [hanging, other])
        // Scrapes are there before the time goes on.
        await bench.manager?.settled()
        for _ in 0..<60 {
            await bench.run(1000, waitingFor: "local")
            await bench.manager?.settled("other")
        }
        #expect(other.calls.count == 4)
        #expect(bench.sink.alerts.contains { $0.labels["alertname"] == "L" })
        let local = try #require(bench.manager?.groups().first { $0.definition.name == "l" })
        #expect(local.missedPasses == 0 && local.lastEvaluation != nil)
        for _ in 0..<4 { await hanging.waitForCall() }
        #expect(hanging.calls.count == 4)
        hanging.open(hanging: 4)
        await bench.manager?.settled()
        #expect(hanging.calls.count >= 6)
        await bench.kill()
    }

    @Test("no local rule is evaluated before the first scrapes; groups of remote sources do not wait")
    func ready() async throws {
        let bench = RuleBench(step: 1000) { _ in [(.series("m"), 20)] }
        let source = GatedSource()
        let (scraped, scrapes) = AsyncStream.makeStream(of: Void.self)
        let groups = try [
            RuleGroupDefinition.test("local", interval: 15_000, [.alert("L", "m > 10")]),
            .test("remote", interval: 15_000, source: "remote", [.alert("R", "m")]),
        ]
        try bench.start(groups, remotes: [source]) { for await _ in scraped { break } }
        for _ in 0..<60 {
            await bench.run(1000, waitingFor: "local")
            await bench.manager?.settled("remote")
        }
        #expect(bench.sink.alerts.isEmpty)
        #expect(source.calls.count == 4)
        #expect(bench.manager?.groups().map(\.lastEvaluation).first == .some(nil))
        #expect(bench.manager?.groups().first?.nextEvaluation == nil)
        scrapes.yield()
        await bench.manager?.settled()
        await bench.run(15_000)
        #expect(bench.sink.alerts.count == 1)
        #expect(bench.manager?.groups().first?.missedPasses == 0)
        await bench.kill()
    }

    @Test("a query offset moves the first pass back until the query sees what was scraped after the start")
    func offset() async throws {
        let bench = RuleBench(step: 1000) { _ in [(.series("m"), 20)] }
        var group = try RuleGroupDefinition.test("g", interval: 15_000, [.alert("A", "m > 10")])
        group.queryOffset = 60_000
        let started = bench.clock.now.wall
        try bench.start([group])
        await bench.manager?.settled()
        let next = try #require(bench.manager?.groups().first?.nextEvaluation)
        #expect(next - 60_000 >= started && next - 60_000 < started + 15_000)
        await bench.kill()
    }

    @Test("after eight hours of sleep targets are scraped before any rule is evaluated")
    func resume() async throws {
        let order = NIOLockedValueBox<[String]>([])
        let bench = RuleBench(step: 5000) { _ in [(.series("m"), 20)] }
        bench.options.resumed = { gap in order.withLockedValue { $0.append("resumed after \(gap / 3_600_000)h") } }
        try bench.start([.test("g", [.alert("A", "m > 10")])]) { order.withLockedValue { $0.append("ready") } }
        await bench.run(2 * Self.minute)
        let before = try #require(bench.manager?.groups().first?.lastEvaluation)
        await bench.sleep(8 * 60 * Self.minute)
        #expect(order.withLockedValue { $0 } == ["ready", "resumed after 8h", "ready"])
        // Nothing ran at once: the next pass is the next point of the grid.
        #expect(bench.manager?.groups().first?.lastEvaluation == before)
        await bench.run(Self.minute)
        #expect(try #require(bench.manager?.groups().first?.lastEvaluation) > before + 8 * 60 * Self.minute)
        #expect(bench.manager?.groups().first?.missedPasses == 0)
        #expect(bench.lines.withLockedValue { $0 }.contains { $0.contains("cause=sleep") })
        await bench.kill()
    }

    @Test("a clock that is set back takes alerts along: they are told again and end as they should")
    func setBack() async throws {
        let bench = RuleBench(step: 5000) { awake in [(.series("m"), awake < 900 ? 20 : 1)] }
        let source = GatedSource()
        try bench.start([.test("g", source: "remote", [.alert("A", "vector(1)")])], remotes: [source])
        await bench.run(5 * Self.minute)
        bench.clock.step(-60 * Self.minute)
        await bench.run(5 * Self.minute)
        let times = source.calls.map(\.time)
        #expect(times.count == 10)
        #expect(times[5] < times[4])
        #expect(zip(times[5...], times[6...]).allSatisfy { $1 - $0 == Self.minute })
        await bench.kill()
    }
}

@Suite struct ClockGapTests {
    private static func reading(_ wall: Int64, _ awake: Int64, _ boot: Int64) -> RuleClockReading {
        RuleClockReading(wall: wall, monotonic: awake * 1_000_000, boottime: boot * 1_000_000)
    }

    @Test("clocks that go together, or drift apart slowly, show no gap")
    func drift() {
        var watch = ClockGapWatch()
        for second in 0..<10_000 as Range<Int64> {
            #expect(watch.look(Self.reading(1_000_000 + second * 1001, second * 1000, second * 1000)) == nil)
        }
    }

    @Test(
        "sleep, steps and standstills are told by their causes",
        arguments: [
            (reading(28_801_000, 1000, 28_801_000), ClockGap(cause: .sleep, length: 28_800_000)),
            (reading(61_000, 1000, 1000), ClockGap(cause: .step, length: 60_000)),
            (reading(-59_000, 1000, 1000), ClockGap(cause: .step, length: -60_000)),
            (reading(600_000, 600_000, 600_000), ClockGap(cause: .standstill, length: 600_000)),
        ])
    func causes(_ now: RuleClockReading, _ expected: ClockGap) {
        var watch = ClockGapWatch()
        #expect(watch.look(Self.reading(0, 0, 0)) == nil)
        #expect(watch.look(now) == expected)
        #expect(watch.look(now) == nil)
    }
}
