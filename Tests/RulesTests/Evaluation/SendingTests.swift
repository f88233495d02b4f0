import Labels
import PromQL
import Rules
import Testing

@Suite("Messages of rules")
struct SendingTests {
    @Test(
        "repeat after strictly more than the resend delay",
        arguments: [(Int64(15), Int64(75)), (30, 90), (60, 120), (61, 61), (300, 300)])
    func resend(interval: Int64, spacing: Int64) throws {
        var bench = Bench([try .alert("A", "vector(1)")], interval: seconds(interval))
        try bench.run(from: 0, through: seconds(spacing * 3))
        #expect(bench.sent.map(\.at) == (0...3).map { seconds(spacing * $0) })
    }

    @Test("vouch for four times the longer of interval and resend delay")
    func endsAt() throws {
        var bench = Bench([try .alert("A", "vector(1)")], interval: minutes(5))
        try bench.pass(at: minutes(5))
        #expect(bench.sent.first?.alert.endsAt == minutes(25))
        bench = Bench([try .alert("A", "vector(1)")], interval: seconds(15))
        try bench.pass(at: minutes(5))
        #expect(bench.sent.first?.alert.endsAt == minutes(9))
    }

    @Test("tell the end as soon as it is known, though the last message is young")
    func resolvedAtOnce() throws {
        var bench = Bench([try .alert("A", "x > 0")], interval: seconds(15))
        try bench.load("x 1 0 0", step: seconds(15))
        try bench.run(from: 0, through: seconds(30))
        #expect(bench.sent.map(\.at) == [0, seconds(15)])
        #expect(bench.sent.last?.alert.isResolved == true)
        #expect(bench.sent.last?.alert.endsAt == seconds(15))
    }

    @Test("carry the annotations of the last time it was true when it is over")
    func resolvedAnnotations() throws {
        var bench = Bench([try .alert("A", "x > 0", annotations: [("v", "{{ $value }}")])])
        try bench.load("x 1 7 0")
        try bench.run(from: 0, through: minutes(2))
        #expect(bench.sent.last?.alert.isResolved == true)
        #expect(bench.sent.last?.alert.annotations == ["v": "7"])
    }

    @Test("link to the canonical expression under the external URL")
    func generatorURL() throws {
        var bench = Bench([try .alert("A", "sum  by(job)(up{job=~\"a|b\"})  ==  1 or vector(1)")])
        bench.settings.externalURL = "http://host:9090/prom"
        try bench.pass(at: 0)
        #expect(
            bench.sent.first?.alert.generatorURL
                == "http://host:9090/prom/graph?g0.expr=sum+by+%28job%29+%28up%7Bjob%3D~%22a%7Cb%22%7D%29+%3D%3D+1+or+vector%281%29&g0.tab=1"
        )
    }

    @Test("do not have external labels: the dispatcher adds them")
    func externalLabels() throws {
        var bench = Bench([try .alert("A", "vector(1)", annotations: [("host", "{{ $externalLabels.host }}")])])
        bench.settings.externalLabels = ["host": "here"]
        try bench.pass(at: 0)
        #expect(bench.sent.first?.alert.labels == ["alertname": "A"])
        #expect(bench.sent.first?.alert.annotations == ["host": "here"])
    }
}

@Suite("Series of rules")
struct WrittenSeriesTests {
    @Test("tell of each alert by its state, and end with it")
    func alertSeries() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(1), labels: [("team", "t")])])
        try bench.load("x{i=\"1\"} 1 1 0 0")
        try bench.pass(at: 0)
        #expect(try bench.ask("ALERTS", at: 0) == [#"{__name__="ALERTS", alertname="A", alertstate="pending", i="1", team="t"} 1.0"#])
        #expect(try bench.ask("ALERTS_FOR_STATE", at: 0) == [#"{__name__="ALERTS_FOR_STATE", alertname="A", i="1", team="t"} 0.0"#])
        let passes = try bench.pass(at: minutes(1))
        #expect(passes[0].ended.map { $0["alertstate"] } == ["pending"])
        #expect(
            try bench.ask("ALERTS", at: minutes(1)) == [#"{__name__="ALERTS", alertname="A", alertstate="firing", i="1", team="t"} 1.0"#])
        let last = try bench.pass(at: minutes(2))
        #expect(last[0].samples.isEmpty)
        #expect(last[0].ended.count == 2)
        #expect(try bench.ask("{__name__=~\"ALERTS.*\"}", at: minutes(2)).isEmpty)
        #expect(try bench.pass(at: minutes(3))[0].ended.isEmpty)
    }

    @Test("give ALERTS_FOR_STATE in whole seconds")
    func wholeSeconds() throws {
        var bench = Bench([try .alert("A", "vector(1)", for: minutes(1))])
        let pass = try bench.pass(at: 1_700_000_001_999)[0]
        #expect(pass.samples.map(\.value) == [1, 1_700_000_001])
    }

    @Test("are stamped behind by query_offset, while the alert's times are not")
    func queryOffset() throws {
        var bench = Bench([try .alert("A", "x > 0"), try .record("r", "x")]) { $0.queryOffset = minutes(1) }
        try bench.load("x 1 0 0")
        let passes = try bench.pass(at: minutes(1))
        #expect(passes.map(\.time) == [0, 0])
        #expect(bench.alerts.first?.activeAt == minutes(1))
        #expect(passes[0].samples.map(\.value) == [1, 60])
        #expect(passes[1].samples.map(\.value) == [1])
        #expect(try bench.pass(at: minutes(2)).map(\.time) == [minutes(1), minutes(1)])
        #expect(bench.state == .inactive)
    }

    @Test("of the global offset hold where the group names none")
    func globalOffset() throws {
        var bench = Bench([try .record("r", "vector(1)")])
        bench.settings.queryOffset = seconds(20)
        #expect(try bench.pass(at: minutes(1))[0].time == seconds(40))
        bench = Bench([try .record("r", "vector(1)")]) { $0.queryOffset = 0 }
        bench.settings.queryOffset = seconds(20)
        #expect(try bench.pass(at: minutes(1))[0].time == minutes(1))
    }

    @Test("are recorded with the rule's name and labels; those that vanish are ended")
    func recording() throws {
        var bench = Bench([try .record("job:x", "x", labels: [("drop", ""), ("raw", "{{ $value }}"), ("a", "rule")])])
        try bench.load(#"x{a="1", drop="d", n="1"} 5 6 7"#)
        try bench.load(#"x{a="1", drop="d", n="2"} 5 stale _"#)
        let first = try bench.pass(at: 0)[0]
        #expect(
            Set(first.samples.map(\.labels)) == [
                ["__name__": "job:x", "a": "rule", "raw": "{{ $value }}", "n": "1"],
                ["__name__": "job:x", "a": "rule", "raw": "{{ $value }}", "n": "2"],
            ])
        let second = try bench.pass(at: minutes(1))[0]
        #expect(second.samples.map(\.value) == [6])
        #expect(second.ended == [["__name__": "job:x", "a": "rule", "raw": "{{ $value }}", "n": "2"]])
        #expect(try bench.pass(at: minutes(2))[0].ended.isEmpty)
    }

    @Test("are there for the next rule of the same pass")
    func samePass() throws {
        var bench = Bench([try .record("r", "x * 2"), try .alert("A", "r > 3"), try .alert("B", #"ALERTS{alertname="A"} == 1"#)])
        try bench.load("x 2")
        try bench.pass(at: 0)
        #expect(bench.group.rules.map(\.state) == [.inactive, .firing, .firing])
    }

    @Test("are written for as long as the order of results changes, without ending any")
    func changingOrder() throws {
        var bench = Bench([try .record("r", "x")])
        let both: [(LabelSet, Double)] = [(["n": "1"], 1), (["n": "2"], 2)]
        #expect(try bench.pass(at: 0, source: ScriptedSource(both))[0].samples.count == 2)
        let second = try bench.pass(at: minutes(1), source: ScriptedSource(both.reversed()))[0]
        #expect(second.ended.isEmpty)
        #expect(second.samples.map { $0.labels["n"] } == ["2", "1"])
        let third = try bench.pass(at: minutes(2), source: ScriptedSource([both[0]]))[0]
        #expect(third.ended.map { $0["n"] } == ["2"])
    }
}
