import Labels
import Rules
import Testing

@testable import RuleEngine

/// What a receiver hears that tells people about changes alone, as every Alertmanager does.
struct HeardTransitions: Equatable, CustomStringConvertible {
    var changes: [String] = []
    /// Alerts that were told as new although they had not ended.
    var twice: [String] = []

    private var firing: [LabelSet: Int64] = [:]
    private var read = 0

    /// Takes what was sent since the last time, at this time awake.
    mutating func take(_ alerts: [RuleAlert], at awake: Int) {
        for alert in alerts[read...] {
            let name = alert.labels["alertname"] ?? ""
            switch (firing[alert.labels], alert.isResolved) {
            case (nil, false):
                firing[alert.labels] = alert.startsAt
                changes.append("\(awake)s \(name) fires")
            case (.some, true):
                firing[alert.labels] = nil
                changes.append("\(awake)s \(name) ends")
            case (let since?, false) where since != alert.startsAt: twice.append("\(awake)s \(name) fires from another time")
            default: break
            }
        }
        read = alerts.count
    }

    var description: String { (changes + twice).joined(separator: ", ") }

    static func == (left: HeardTransitions, right: HeardTransitions) -> Bool { left.description == right.description }
}

@Suite struct SurvivalTests {
    private static let minute: Int64 = 60_000
    private static let length = 28

    /// Above 10 from the second minute to the tenth, again from the 20th to the 22nd.
    private static func bench() -> RuleBench {
        RuleBench(step: 5000) { awake in
            let minute = awake / 60
            return [(.series("m", ("host", "a")), (2..<11).contains(minute) || (20..<23).contains(minute) ? 20 : 1)]
        }
    }

    private static func groups() throws -> [RuleGroupDefinition] {
        [
            try .test(
                "g",
                [
                    .alert("Waits", "m > 10", hold: 5 * minute), .alert("Keeps", "m > 10", hold: 2 * minute, keep: 4 * minute),
                    .alert("AtOnce", "m > 10"),
                ])
        ]
    }

    enum Interruption: CaseIterable {
        case killed, killedForTenMinutes, killedOvernight, asleepOvernight, asleepAndKilled
    }

    private static func interrupt(_ bench: RuleBench, _ interruption: Interruption) async throws {
        let night = 480 * minute
        switch interruption {
        case .killed, .killedForTenMinutes, .killedOvernight:
            await bench.kill()
            bench.clock.sleep(interruption == .killed ? 0 : interruption == .killedForTenMinutes ? 10 * minute : night)
            try bench.start(groups())
            await bench.manager?.settled()
        case .asleepOvernight: await bench.sleep(night)
        case .asleepAndKilled:
            await bench.sleep(night)
            await bench.kill()
            try bench.start(groups())
            await bench.manager?.settled()
        }
    }

    /// Runs the half hour, interrupted after so many minutes awake.
    private static func heard(_ interruption: Interruption? = nil, after minutes: Int = 0) async throws -> HeardTransitions {
        let bench = bench()
        try bench.start(groups())
        await bench.manager?.settled()
        var heard = HeardTransitions()
        for minute in 0..<length {
            if minute == minutes, let interruption { try await interrupt(bench, interruption) }
            await bench.run(Self.minute)
            heard.take(bench.sink.alerts, at: bench.awake)
        }
        await bench.kill()
        return heard
    }

    @Test("an undisturbed half hour tells each alert's beginning and end once")
    func undisturbed() async throws {
        let heard = try await Self.heard()
        #expect(heard.twice.isEmpty)
        #expect(heard.changes.filter { $0.contains("Waits") }.count == 2)
        #expect(heard.changes.filter { $0.contains("Keeps") }.count == 4)
        #expect(heard.changes.filter { $0.contains("AtOnce") }.count == 4)
    }

    @Test(
        "a kill, a night off and a night asleep at any minute, before, in `for`, firing, kept firing and resolved, change no transition",
        arguments: Interruption.allCases)
    func interrupted(_ interruption: Interruption) async throws {
        let expected = try await Self.heard()
        for minutes in 1..<Self.length {
            let heard = try await Self.heard(interruption, after: minutes)
            #expect(heard == expected, "\(interruption) after \(minutes) minutes")
        }
    }

    @Test("an interruption at every other minute changes no transition")
    func often() async throws {
        let expected = try await Self.heard()
        let bench = Self.bench()
        try bench.start(Self.groups())
        await bench.manager?.settled()
        var heard = HeardTransitions()
        for minute in 0..<Self.length {
            if minute % 2 == 1 { try await Self.interrupt(bench, Interruption.allCases[minute / 2 % Interruption.allCases.count]) }
            await bench.run(Self.minute)
            heard.take(bench.sink.alerts, at: bench.awake)
        }
        await bench.kill()
        #expect(heard == expected)
    }

    @Test("a kill at any second of `for` costs no pass, also where passes come faster than their times are written")
    func fastPasses() async throws {
        func start(afterKillAt second: Int?) async throws -> Int64? {
            let bench = RuleBench(step: 1000) { _ in [(.series("m"), 20)] }
            let groups = try [RuleGroupDefinition.test("g", interval: 5000, [.alert("A", "m > 10", hold: 30_000)])]
            try bench.start(groups)
            await bench.manager?.settled()
            for now in 0..<60 {
                if now == second {
                    await bench.kill()
                    try bench.start(groups)
                    await bench.manager?.settled()
                }
                await bench.run(1000)
            }
            await bench.kill()
            return bench.sink.alerts.first?.startsAt
        }
        let expected = try #require(try await start(afterKillAt: nil))
        for second in 1..<45 { #expect(try await start(afterKillAt: second) == expected, "after \(second) s") }
    }

    @Test("without the state of the last run a night in the middle of `for` begins it anew")
    func withoutState() async throws {
        let bench = Self.bench()
        try bench.start(Self.groups(), keepsState: false)
        await bench.run(5 * Self.minute)
        await bench.kill()
        bench.clock.sleep(480 * Self.minute)
        try bench.start(Self.groups(), keepsState: false)
        await bench.run(4 * Self.minute)
        #expect(!bench.sink.alerts.contains { $0.labels["alertname"] == "Waits" })
        await bench.kill()
    }
}
