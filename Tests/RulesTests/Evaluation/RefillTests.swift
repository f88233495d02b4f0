import Labels
import PromQL
import Rules
import Testing

@Suite("Gaps in samples")
struct RefillTests {
    /// A counter that rises by 60 a minute, except while somebody sleeps; `quiet` minutes after the sleep it stands still.
    private func bench(_ expression: String, for hold: Int64 = 0, sleep: Int64, quiet: Bool, _ edit: (inout Bench) -> Void = { _ in })
        throws -> Bench
    {
        var bench = Bench([try .alert("A", expression, for: hold)])
        for minute in Int64(0)...20 { try bench.load("c \(60 * minute)", from: minutes(minute)) }
        for minute in Int64(1)...90 {
            try bench.load("c \(1200 + (quiet ? 0 : 60 * minute))", from: minutes(20) + sleep + minutes(minute))
        }
        try bench.run(from: 0, through: minutes(20))
        edit(&bench)
        return bench
    }

    @Test(
        "a firing alert over a rate stays firing until the window is full again, then goes on or ends by what the samples say",
        arguments: [true, false])
    func rate(isKilled: Bool) throws {
        for quiet in [true, false] {
            var bench = try bench("rate(c[5m]) > 0.5", sleep: hours(8), quiet: quiet)
            #expect(bench.state == .firing)
            if isKilled { bench = bench.restarted() } else { bench.group.suspend(for: hours(8)) }
            let start = hours(8) + minutes(20)
            for minute in Int64(1)...5 {
                try bench.pass(at: start + minutes(minute))
                #expect(bench.state == .firing, "minute \(minute)")
                // In the first pass there is one sample, and no rate.
                if quiet || minute == 1 { #expect(bench.alerts.first?.isFrozen == true) }
            }
            try bench.pass(at: start + minutes(6))
            #expect(bench.state == (quiet ? .inactive : .firing))
            #expect(bench.alerts.first?.isFrozen == false)
            #expect(bench.sent.contains { $0.alert.isResolved } == quiet)
        }
    }

    @Test("goes on being told and written while it is frozen")
    func frozenIsTold() throws {
        var bench = try bench("rate(c[5m]) > 0.5", sleep: hours(8), quiet: true)
        bench.group.suspend(for: hours(8))
        bench.sent = []
        let start = hours(8) + minutes(20)
        for minute in Int64(1)...4 { #expect(try bench.pass(at: start + minutes(minute))[0].samples.count == 2) }
        #expect(bench.sent.map { ($0.at - start) / 60_000 } == [1, 3])
        #expect(bench.sent.allSatisfy { !$0.alert.isResolved })
    }

    @Test("after a short gap an alert ends as usual")
    func shortGap() throws {
        var bench = try bench("rate(c[10m]) > 0.9", sleep: minutes(3), quiet: true)
        bench = bench.restarted()
        let start = minutes(23)
        for minute in Int64(1)...3 { try bench.pass(at: start + minutes(minute)) }
        #expect(bench.state == .inactive)
    }

    @Test("a pending alert makes no way towards `for` while it is frozen, and goes on from where it was")
    func pending() throws {
        var bench = try bench("rate(c[5m]) > 0.1", for: minutes(30), sleep: hours(8), quiet: false)
        let progress = minutes(20) - (bench.alerts.first?.activeAt ?? 0)
        bench.group.suspend(for: hours(8))
        let start = hours(8) + minutes(20)
        try bench.pass(at: start + minutes(1))
        let alert = try #require(bench.alerts.first)
        #expect(alert.isFrozen)
        #expect(start + minutes(1) - alert.activeAt == progress)
        try bench.pass(at: start + minutes(2))
        #expect(start + minutes(2) - (bench.alerts.first?.activeAt ?? 0) == progress + minutes(1))
        #expect(bench.alerts.first?.isFrozen == false)
    }

    @Test("a pending alert that stays away ends when the window is full")
    func pendingEnds() throws {
        var bench = try bench("rate(c[5m]) > 0.5", for: minutes(30), sleep: hours(8), quiet: true)
        bench = bench.restarted()
        let start = hours(8) + minutes(20)
        for minute in Int64(1)...5 { try bench.pass(at: start + minutes(minute)) }
        #expect(bench.alerts.map(\.state) == [.pending])
        try bench.pass(at: start + minutes(6))
        #expect(bench.alerts.isEmpty)
    }

    @Test("a plain selector sees at once that an alert is over")
    func plainSelector() throws {
        var bench = try bench("c < 1200", sleep: hours(8), quiet: true)
        try bench.load("c 0", from: minutes(21))
        bench = try self.bench("c > 0 < 1200", sleep: hours(8), quiet: false)
        #expect(bench.state == .inactive)
        bench = try self.bench("c == 1200", sleep: hours(8), quiet: false)
        #expect(bench.state == .firing)
        bench = bench.restarted()
        try bench.pass(at: hours(8) + minutes(21))
        #expect(bench.state == .inactive)
    }

    @Test("a gap is remembered by the state, so that another restart in it resolves nothing")
    func killedInRefill() throws {
        var bench = try bench("rate(c[5m]) > 0.5", sleep: hours(8), quiet: true)
        bench.group.suspend(for: hours(8))
        let start = hours(8) + minutes(20)
        for minute in Int64(1)...5 {
            try bench.pass(at: start + minutes(minute))
            bench = bench.restarted()
        }
        #expect(bench.state == .firing)
        try bench.pass(at: start + minutes(6))
        #expect(bench.state == .inactive)
    }

    @Test("two gaps with little between them count as one")
    func mergedGaps() throws {
        var bench = Bench([try .alert("A", "rate(c[30m]) > 0.5")])
        for minute in Int64(0)...40 { try bench.load("c \(60 * minute)", from: minutes(minute)) }
        try bench.run(from: 0, through: minutes(40))
        bench.group.suspend(for: hours(2))
        try bench.load("c 2400", from: hours(2) + minutes(41))
        try bench.pass(at: hours(2) + minutes(41))
        // A short one, which alone would freeze nothing.
        bench.group.suspend(for: minutes(5))
        let start = hours(2) + minutes(46)
        for minute in Int64(1)...31 { try bench.load("c 2400", from: start + minutes(minute)) }
        for minute in Int64(1)...30 {
            try bench.pass(at: start + minutes(minute))
            #expect(bench.state == .firing, "minute \(minute)")
        }
        try bench.pass(at: start + minutes(31))
        #expect(bench.state == .inactive)
    }

    @Test("a rule over a recorded rate waits for what the recording waits for", arguments: [true, false])
    func recorded(isOtherGroup: Bool) throws {
        let recording = try RuleDefinition.record("c:rate", "rate(c[5m])")
        let alert = try RuleDefinition.alert("A", "c:rate > 0.5")
        var bench = Bench(isOtherGroup ? [alert] : [recording, alert])
        var other = Bench([recording])
        if isOtherGroup { bench.settings.recordedWindows = RefillWindow.recorded(by: [other.group.definition]) }
        func pass(_ ts: Int64) throws {
            if isOtherGroup {
                other.storage = bench.storage
                try other.pass(at: ts)
                bench.storage = other.storage
            }
            try bench.pass(at: ts)
        }
        let state = { bench.group.rules.last?.state }
        for minute in Int64(0)...20 { try bench.load("c \(60 * minute)", from: minutes(minute)) }
        let start = hours(8) + minutes(20)
        for minute in Int64(1)...10 { try bench.load("c 1200", from: start + minutes(minute)) }
        for minute in Int64(0)...20 { try pass(minutes(minute)) }
        #expect(state() == .firing)
        bench.group.suspend(for: hours(8))
        other.group.suspend(for: hours(8))
        // A minute longer than the rate itself: the other group may have its pass later.
        for minute in Int64(1)...6 { try pass(start + minutes(minute)) }
        #expect(state() == .firing)
        try pass(start + minutes(7))
        #expect(state() == .inactive)
    }

    @Test("a rule over another group's alerts or recordings waits until that group has written again")
    func otherGroups() throws {
        var writer = Bench([try .alert("W", "x > 0"), try .record("r", "x")])
        var reader = Bench([try .alert("OverAlert", #"ALERTS{alertname="W"} == 1"#), try .alert("OverRecord", "r > 0")])
        reader.settings.recordedWindows = RefillWindow.recorded(by: [writer.group.definition, reader.group.definition])
        try writer.load("x 1x20")
        let start = hours(8) + minutes(20)
        try writer.load("x 1 1 0 0", from: start)
        // The reader's pass comes half a minute before the writer's.
        func pass(_ minute: Int64) throws {
            reader.storage = writer.storage
            try reader.pass(at: minute - seconds(30))
            writer.storage = reader.storage
            try writer.pass(at: minute)
        }
        for minute in Int64(0)...20 { try pass(minutes(minute)) }
        #expect(reader.group.rules.map(\.state) == [.firing, .firing])
        writer.group.suspend(for: hours(8))
        reader.group.suspend(for: hours(8))
        try pass(start)
        #expect(reader.group.rules.flatMap(\.alerts).map(\.isFrozen) == [true, true])
        try pass(start + minutes(1))
        #expect(reader.group.rules.map(\.state) == [.firing, .firing])
        #expect(reader.group.rules.flatMap(\.alerts).map(\.isFrozen) == [false, false])
        try pass(start + minutes(2))
        try pass(start + minutes(3))
        #expect(reader.group.rules.map(\.state) == [.inactive, .inactive])
    }

    @Test("a rule that looks back by an offset waits when its look falls into the gap")
    func offset() throws {
        var bench = Bench([try .alert("A", "x - x offset 1h > 0")])
        for minute in Int64(0)...90 { try bench.load("x \(minute)", from: minutes(minute)) }
        let start = hours(8) + minutes(90)
        for minute in Int64(1)...90 { try bench.load("x \(90 + minute)", from: start + minutes(minute)) }
        try bench.run(from: 0, through: minutes(90))
        #expect(bench.state == .firing)
        bench = bench.restarted()
        for minute in Int64(1)...90 {
            try bench.pass(at: start + minutes(minute))
            #expect(bench.state == .firing, "minute \(minute)")
        }
        #expect(bench.alerts.first?.isFrozen == false)
    }

    @Test("a rule that queries late waits until its queries have left the gap")
    func queryOffset() throws {
        var bench = Bench([try .alert("A", "x > 0")]) { $0.queryOffset = minutes(2) }
        for minute in Int64(0)...20 { try bench.load("x 1", from: minutes(minute)) }
        let start = hours(8) + minutes(20)
        for minute in Int64(1)...9 { try bench.load("x 1", from: start + minutes(minute)) }
        try bench.run(from: 0, through: minutes(20))
        bench = bench.restarted()
        for minute in Int64(1)...9 {
            try bench.pass(at: start + minutes(minute))
            #expect(bench.state == .firing, "minute \(minute)")
            #expect(bench.alerts.first?.isFrozen == (minute < 3))
        }
    }
}

@Suite("What expressions must see of the past")
struct RefillWindowTests {
    @Test(
        "reaches as far as windows, offsets and subqueries together",
        arguments: [
            ("vector(1)", Int64(0)), ("time() > bool 5", 0), ("x > 1", 5), ("rate(x[10m])", 10),
            ("sum by (a) (rate(x[10m])) / sum(rate(y[20m]))", 20),
            ("x offset 1h", 65), ("rate(x[10m] offset 1h)", 70), ("avg_over_time(rate(x[10m])[1h:1m])", 70),
            ("avg_over_time(rate(x[10m])[1h:1m] offset 30m)", 100), ("max_over_time(rate(x[10m])[1h:1m])", 10),
            ("avg_over_time((x > 1)[1h:1m])", 60), ("max_over_time(x[1h])", 60),
            ("histogram_quantile(0.9, sum by (le) (rate(b[15m])))", 15),
            ("rate(x[1h] @ 1000)", 0), ("quantile_over_time(0.5, x[30m])", 30), ("x offset -1h", 5),
            ("label_replace(rate(x[7m]), \"a\", \"b\", \"c\", \"d\")", 7),
            ("(increase((x[40m])))", 40),
        ])
    func length(expression: String, expected: Int64) throws {
        let parsed = try RuleQuery(expression).expression
        #expect(RefillWindow.of(parsed).length == minutes(expected))
    }

    @Test("of recorded series are those of their rules, through chains and name patterns")
    func recorded() throws {
        var group = RuleGroupDefinition(file: "f", name: "g")
        group.rules = [
            try .record("c", "avg_over_time(b[1h])"), try .record("b", "a * 2"), try .record("a", "rate(x[10m])"),
            try .record("loop", "loop offset 1m + 1"), try .alert("A", "up"),
        ]
        let windows = RefillWindow.recorded(by: [group])
        #expect(Set(windows.keys) == ["a", "b", "c", "loop", "ALERTS", "ALERTS_FOR_STATE"])
        #expect(windows["b"]?.length == minutes(12))
        #expect(windows["c"]?.length == minutes(73))
        #expect(RefillWindow.of(try RuleQuery("c > 1").expression, recorded: windows).length == minutes(73))
        #expect(RefillWindow.of(try RuleQuery(#"{__name__=~"b|y"}"#).expression, recorded: windows).length == minutes(12))
        #expect(RefillWindow.of(try RuleQuery("y").expression, recorded: windows).length == minutes(5))
    }
}
