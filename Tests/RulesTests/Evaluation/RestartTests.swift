import Labels
import PromQL
import Rules
import Testing

@Suite("Restarts, sleep and clocks")
struct RestartTests {
    /// True from minute 0 through minute 5 of the time in which somebody runs, with a pause of some length behind a minute.
    private func bench(pause: Int64, after minute: Int64) throws -> Bench {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(3), keep: minutes(2))])
        let values = [1, 1, 1, 1, 1, 1] + Array(repeating: 0, count: 30)
        for (index, value) in values.enumerated() {
            let at = minutes(Int64(index)) + (Int64(index) > minute ? pause : 0)
            try bench.load("x \(value)", from: at)
        }
        return bench
    }

    /// States pass by pass, and whether the end has been told; repetitions may come earlier after a pause, which changes nothing for anybody.
    private func history(pause: Int64, after minute: Int64, interrupt: (inout Bench) -> Void) throws -> [String] {
        var bench = try bench(pause: pause, after: minute)
        var history: [String] = []
        var isOver = false
        for pass in Int64(0)...26 {
            if pass == minute + 1 { interrupt(&bench) }
            bench.sent = []
            try bench.pass(at: minutes(pass) + (pass > minute ? pause : 0))
            isOver = isOver || bench.sent.contains { $0.alert.isResolved }
            history.append("\(pass) \(bench.alerts.map(\.state)) over: \(isOver)")
        }
        return history
    }

    @Test("make no difference to what follows, wherever they come and however long they last", arguments: Int64(0)...24)
    func interruptions(minute: Int64) throws {
        let plain = try history(pause: 0, after: 99) { _ in }
        for pause in [0, seconds(7), minutes(7), hours(8)] {
            let killed = try history(pause: pause, after: minute) { $0 = $0.restarted() }
            #expect(killed == plain, "restart of \(pause) ms after \(minute)")
            let asleep = try history(pause: pause, after: minute) { $0.group.suspend(for: pause) }
            #expect(asleep == plain, "sleep of \(pause) ms after \(minute)")
            let both = try history(pause: pause, after: minute) {
                $0.group.suspend(for: pause)
                $0 = $0.restarted()
            }
            #expect(both == plain, "restart asleep for \(pause) ms after \(minute)")
        }
    }

    @Test("do not change when a firing alert began, and tell it again at once after a long time")
    func firingOverSleep() throws {
        var bench = Bench([try .alert("A", "vector(1)", for: minutes(1))])
        try bench.run(from: 0, through: minutes(1))
        bench.group.suspend(for: hours(8))
        bench.sent = []
        try bench.pass(at: hours(8) + minutes(2))
        #expect(bench.sent.map(\.alert.startsAt) == [minutes(1)])
        #expect(bench.alerts.first?.firedAt == minutes(1))
    }

    @Test("let at most one interval count between the pass before and the pass after, though scrapes kept it waiting")
    func waiting() throws {
        var bench = Bench([try .alert("A", "vector(1)", for: minutes(10))])
        try bench.run(from: 0, through: minutes(5))
        bench.group.suspend(for: minutes(30))
        #expect(bench.alerts.first?.activeAt == minutes(30))
        try bench.pass(at: minutes(5 + 30 + 4))
        #expect(bench.alerts.first?.activeAt == minutes(33))
    }

    @Test("count the time for late passes and failures as Prometheus does: the program ran")
    func latePasses() throws {
        var bench = Bench([try .alert("A", "vector(1)", for: minutes(10))])
        try bench.pass(at: 0)
        try bench.pass(at: minutes(10))
        #expect(bench.state == .firing)
    }

    @Test("set the whole life back with the clock, told or untold", arguments: [true, false])
    func clockSetBack(isTold: Bool) throws {
        var bench = Bench([try .alert("P", "vector(1)", for: minutes(10)), try .alert("F", "vector(1)")])
        try bench.run(from: hours(2), through: hours(2) + minutes(4))
        if isTold { bench.group.suspend(for: -hours(1)) }
        bench.sent = []
        try bench.pass(at: hours(1) + minutes(5))
        #expect(bench.group.rules[0].alerts.first?.activeAt == hours(1))
        #expect(bench.group.rules[1].alerts.first?.firedAt == hours(1))
        for minute in Int64(6)...10 { try bench.pass(at: hours(1) + minutes(minute)) }
        #expect(bench.group.rules[0].state == .firing)
        #expect(bench.sent.filter { $0.alert.labels["alertname"] == "F" }.map { ($0.at - hours(1)) / 60_000 } == [6, 8, 10])
        #expect(bench.sent.allSatisfy { $0.alert.endsAt > $0.at && $0.alert.startsAt <= $0.at })
    }

    @Test("bring back alerts with every part of their state, and end what was written and is gone")
    func roundTrip() throws {
        var bench = Bench([try .alert("A", "x > 0", keep: minutes(5), annotations: [("v", "{{ $value }}")]), try .record("r", "x")])
        try bench.load("x{n=\"1\"} 1 0 0")
        try bench.load("x{n=\"2\"} 1 1 stale")
        try bench.run(from: 0, through: minutes(1))
        var next = bench.restarted()
        #expect(next.group.rules[0].alerts == bench.group.rules[0].alerts)
        #expect(next.group.rules.map { Set($0.series) } == bench.group.rules.map { Set($0.series) })
        #expect(next.group.state == bench.group.state)
        let passes = try next.pass(at: minutes(2))
        #expect(passes[1].ended.compactMap { $0["n"] } == ["2"])
        #expect(passes[0].samples.count == 4)
    }

    @Test("end the series of rules that the new process does not have")
    func vanishedRules() throws {
        var bench = Bench([try .alert("A", "vector(1)"), try .record("r", "vector(1)")])
        try bench.pass(at: 0)
        let state = bench.group.state
        var next = Bench([try .alert("B", "vector(1)")])
        next.group.restore(state)
        #expect(Set(try next.pass(at: minutes(1))[0].ended.compactMap { $0["__name__"] }) == ["ALERTS", "ALERTS_FOR_STATE", "r"])
    }

    @Test("say that the state must be written when alerts were moved on in time")
    func writing() throws {
        var bench = Bench([try .alert("A", "vector(1)", for: hours(1)), try .alert("B", "vector(1)", for: hours(1))])
        #expect(try bench.pass(at: 0).map(\.changesState) == [true, true])
        #expect(try bench.pass(at: minutes(1)).map(\.changesState) == [false, false])
        bench.group.suspend(for: hours(8))
        #expect(try bench.pass(at: hours(8) + minutes(2)).map(\.changesState) == [true, true])
        #expect(try bench.pass(at: hours(8) + minutes(3)).map(\.changesState) == [false, false])
    }
}
