import Labels
import PromQL
import Rules
import Testing

@testable import RuleEngine

@Suite struct ReloadTests {
    private static let minute: Int64 = 60_000
    private static let alerts = [Matcher(name: "__name__", equals: "ALERTS")]

    private static func bench() -> RuleBench { RuleBench { _ in [(.series("m"), 20)] } }

    private static func group(hold: Int64 = 0, annotation: String = "") throws -> RuleGroupDefinition {
        .test("g", [try .alert("A", "m > 10", hold: hold, annotation: annotation)])
    }

    @Test("an equal group goes on undisturbed, also on other lines of its file")
    func unchanged() async throws {
        let bench = Self.bench()
        let manager = try bench.start([Self.group()])
        await bench.run(3 * Self.minute)
        let before = try #require(manager.groups().first)
        var moved = try Self.group()
        moved.rules[0].line = 17
        try manager.apply([moved], settings: bench.settings)
        await manager.settled()
        let after = try #require(manager.groups().first)
        #expect(after.lastEvaluation == before.lastEvaluation && after.nextEvaluation == before.nextEvaluation)
        await bench.kill()
    }

    @Test("a changed annotation keeps the alert, its start and its progress")
    func changed() async throws {
        let bench = Self.bench()
        let manager = try bench.start([Self.group(hold: 3 * Self.minute)])
        await bench.run(2 * Self.minute)
        try manager.apply([Self.group(hold: 3 * Self.minute, annotation: "new")], settings: bench.settings)
        await manager.settled()
        #expect(manager.groups().first?.rules.first?.alerts.count == 1)
        await bench.run(2 * Self.minute)
        #expect(bench.sink.alerts.map { $0.annotations["summary"] } == ["new"])
        await bench.kill()
    }

    @Test("a group that leaves ends its series two intervals later, without a message; one that returns before goes on")
    func removed() async throws {
        let bench = Self.bench()
        let manager = try bench.start([Self.group()])
        await bench.run(2 * Self.minute)
        try manager.apply([], settings: bench.settings)
        await bench.run(Self.minute)
        try manager.apply([Self.group()], settings: bench.settings)
        await bench.run(3 * Self.minute)
        #expect(!bench.values(Self.alerts).contains { $0.value == nil })
        let started = bench.sink.alerts.map(\.startsAt)
        #expect(Set(started).count == 1)
        try manager.apply([], settings: bench.settings)
        let left = bench.clock.now.wall
        await bench.run(Self.minute + 55_000)
        #expect(!bench.values(Self.alerts).contains { $0.value == nil })
        await bench.run(10_000)
        let markers = bench.values(Self.alerts).filter { $0.value == nil }
        #expect(markers.map(\.time) == [left + 2 * Self.minute])
        #expect(!bench.sink.alerts.contains { $0.isResolved })
        #expect(manager.groups().isEmpty)
        await bench.kill()
    }

    @Test("a group that returns after its series have ended still knows its alerts")
    func returned() async throws {
        let bench = Self.bench()
        let manager = try bench.start([Self.group(hold: 4 * Self.minute)])
        await bench.run(3 * Self.minute)
        try manager.apply([], settings: bench.settings)
        await bench.run(10 * Self.minute)
        try manager.apply([Self.group(hold: 4 * Self.minute)], settings: bench.settings)
        // Two of the four minutes had passed; the time without the group does not count.
        await bench.run(Self.minute)
        #expect(bench.sink.alerts.isEmpty)
        await bench.run(Self.minute)
        #expect(bench.sink.alerts.count == 1)
        await bench.kill()
    }

    @Test("a group that is changed in the middle of a pass finishes the rule in progress and hands its alerts on")
    func changedMeanwhile() async throws {
        let bench = RuleBench(step: 1000)
        let source = GatedSource()
        func groups(_ annotation: String) throws -> [RuleGroupDefinition] {
            try [
                .test(
                    "g", interval: 15_000, source: "remote",
                    [.alert("First", "first", annotation: annotation), .alert("Second", "second")])
            ]
        }
        let manager = try bench.start(groups("old"), remotes: [source])
        source.close()
        await bench.run(15_000, waitingFor: "local")
        await source.waitForCall()
        try manager.apply(groups("new"), settings: bench.settings)
        // Another change before the pass has ended.
        try manager.apply(groups("newest"), settings: bench.settings)
        #expect(manager.groups().count == 1)
        source.open(hanging: 1)
        await manager.settled()
        #expect(source.calls.map(\.query) == ["first"])
        await bench.run(15_000)
        #expect(source.calls.map(\.query) == ["first", "first", "second"])
        #expect(manager.groups().first?.definition.rules.first?.annotations.first?.template == "newest")
        await bench.kill()
    }

    @Test(
        "recording rules over a remote source and unknown sources are refused with file, group, rule and reason, and the old groups go on")
    func refused() async throws {
        let bench = Self.bench()
        let manager = try bench.start([Self.group()], remotes: [GatedSource("thanos")])
        var recording = try RuleGroupDefinition.test("r", source: "thanos", [.alert("A", "m"), .record("job:up:sum", "sum(m)")])
        recording.rules[1].line = 12
        let unknown = try RuleGroupDefinition.test("u", source: "mimir", [.alert("A", "m")])
        let error = #expect(throws: RuleFileError.self) { try manager.apply([recording, unknown], settings: bench.settings) }
        let problems = try #require(error?.problems)
        #expect(problems.count == 2)
        #expect(problems[0].hasPrefix("rules.yml: 12: group \"r\", rule 2, \"job:up:sum\": a recording rule cannot be evaluated over"))
        #expect(problems[0].contains("\"thanos\"") && problems[0].contains("query_source: local"))
        #expect(problems[1] == "rules.yml: group \"u\": query_source \"mimir\" is not configured: known sources are \"local\", \"thanos\"")
        await bench.run(2 * Self.minute)
        #expect(manager.groups().map(\.definition.name) == ["g"])
        #expect(!bench.sink.alerts.isEmpty)
        await bench.kill()
    }

    @Test("a default source is asked by groups that name none, and the local one by its name")
    func defaultSource() throws {
        let sources = QuerySources(
            local: LocalSource(store: Self.bench().store), remotes: [GatedSource("thanos"), GatedSource("local")], defaultName: "thanos")
        #expect(sources.names == ["local", "thanos"])
        #expect(sources.name(for: .test("g", [])) == "thanos")
        #expect(sources.source(named: "local") is LocalSource)
        #expect(throws: RuleFileError.self) { try sources.check([.test("g", [.record("r", "m")])]) }
        try sources.check([.test("g", source: "local", [.record("r", "m")])])
    }

    @Test("groups come by file and name")
    func sorted() async throws {
        let bench = Self.bench()
        let groups: [RuleGroupDefinition] = [.test("b", file: "b.yml", []), .test("z", file: "a.yml", []), .test("a", file: "b.yml", [])]
        try bench.start(groups)
        #expect(bench.manager?.groups().map { "\($0.definition.file) \($0.definition.name)" } == ["a.yml z", "b.yml a", "b.yml b"])
        await bench.kill()
    }
}
