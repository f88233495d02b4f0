import Labels
import PromQL
import Rules
import Testing

@Suite("Evaluations that fail")
struct FailureTests {
    @Test("change no alert, end no series and tell why; the next success goes on")
    func queryError() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(2)), try .record("r", "x")])
        try bench.load("x 1x10")
        try bench.run(from: 0, through: minutes(1))
        let before = bench.group.rules.map(\.alerts)
        let passes = try bench.pass(at: minutes(2), source: ScriptedSource.broken)
        #expect(passes.map(\.error) == ["connection refused", "connection refused"])
        #expect(passes.allSatisfy { $0.samples.isEmpty && $0.ended.isEmpty && $0.alerts.isEmpty && !$0.changesState })
        #expect(bench.group.rules.map(\.alerts) == before)
        #expect(bench.group.rules.map(\.health) == [.err, .err])
        #expect(bench.group.rules[0].lastError == "connection refused")
        // As in Prometheus the time of the failure counts: it fires in the next pass.
        try bench.pass(at: minutes(3))
        #expect(bench.state == .firing)
        #expect(bench.group.rules.map(\.health) == [.ok, .ok])
        #expect(bench.group.rules[0].lastError == nil)
    }

    @Test("let firing alerts be vouched for, however long they last, and nothing else")
    func vouching() throws {
        var bench = Bench([try .alert("A", "x > 0")])
        try bench.load("x{n=\"1\"} 1 1 1")
        try bench.load("x{n=\"2\"} 1 0 0")
        try bench.run(from: 0, through: minutes(2))
        bench.sent = []
        for minute in Int64(3)...13 { try bench.pass(at: minutes(minute), source: ScriptedSource.broken) }
        #expect(bench.sent.map { $0.at / 60_000 } == [4, 6, 8, 10, 12])
        #expect(bench.sent.allSatisfy { $0.alert.labels["n"] == "1" && !$0.alert.isResolved && $0.alert.endsAt == $0.at + minutes(4) })
    }

    @Test("are those whose samples become the same alert")
    func duplicateAlerts() throws {
        var bench = Bench([try .alert("A", "x > 0", labels: [("n", "same")])])
        try bench.load("x{n=\"1\"} 1 1")
        try bench.pass(at: 0)
        #expect(bench.state == .firing)
        let before = bench.alerts
        try bench.load("x{n=\"2\"} 1", from: minutes(1))
        let pass = try bench.pass(at: minutes(1))[0]
        #expect(pass.error == "vector contains metrics with the same labelset after applying alert labels")
        #expect(bench.alerts == before)
        #expect(pass.samples.isEmpty && pass.ended.isEmpty)
    }

    @Test("are those whose new samples become the same alert")
    func freshDuplicates() throws {
        var bench = Bench([try .alert("A", #"{__name__=~"x|y"}"#)])
        try bench.load("x 1")
        try bench.load("y 1")
        #expect(try bench.pass(at: 0)[0].error == "vector contains metrics with the same labelset after applying alert labels")
        #expect(bench.alerts.isEmpty)
    }

    @Test("are those that record the same series twice")
    func duplicateSeries() throws {
        var bench = Bench([try .record("r", "x", labels: [("n", "")])])
        try bench.load("x{n=\"1\"} 1 1")
        #expect(try bench.pass(at: 0)[0].error == nil)
        try bench.load("x{n=\"2\"} 1 stale", from: minutes(1))
        let pass = try bench.pass(at: minutes(1))[0]
        #expect(pass.error == "vector contains metrics with the same labelset after applying rule labels")
        #expect(pass.samples.isEmpty && pass.ended.isEmpty)
    }

    @Test("are those of a type that rules cannot take", arguments: ["x[5m]", #""text""#])
    func types(expression: String) throws {
        var bench = Bench([try .alert("A", expression)])
        try bench.load("x 1")
        #expect(try bench.pass(at: 0)[0].error == "rule result is not a vector or scalar")
    }

    @Test("drop all alerts when there are more than the limit, without a word about them")
    func alertLimit() throws {
        var bench = Bench([try .alert("A", "x > 0")]) { $0.limit = 2 }
        try bench.load("x{n=\"1\"} 1 1 1")
        try bench.load("x{n=\"2\"} 1 1 1")
        try bench.load("x{n=\"3\"} 0 1 0")
        try bench.pass(at: 0)
        #expect(bench.alerts.count == 2)
        bench.sent = []
        let pass = try bench.pass(at: minutes(1))[0]
        #expect(pass.error == "exceeded limit of 2 with 3 alerts")
        #expect(pass.changesState)
        #expect(pass.samples.isEmpty && pass.ended.isEmpty)
        #expect(bench.alerts.isEmpty)
        #expect(bench.sent.isEmpty)
        try bench.pass(at: minutes(2))
        #expect(bench.alerts.map(\.state) == [.firing, .firing])
        #expect(bench.alerts.allSatisfy { $0.activeAt == minutes(2) })
    }

    @Test("store nothing of a recording over the limit, and end nothing")
    func seriesLimit() throws {
        var bench = Bench([try .record("r", "x")]) { $0.limit = 1 }
        try bench.load("x{n=\"1\"} 1 1")
        try bench.load("x{n=\"2\"} _ 1")
        try bench.pass(at: 0)
        let pass = try bench.pass(at: minutes(1))[0]
        #expect(pass.error == "exceeded limit of 1 with 2 series")
        #expect(pass.samples.isEmpty && pass.ended.isEmpty)
    }

    @Test("are none when there are only warnings, which are kept until the next evaluation")
    func warnings() throws {
        var bench = Bench([try .alert("A", "x")])
        let pass = try bench.pass(at: 0, source: ScriptedSource([([:], 1)], warnings: ["PromQL info: odd"]))[0]
        #expect(pass.error == nil)
        #expect(pass.warnings == ["PromQL info: odd"])
        #expect(bench.group.rules[0].warnings == ["PromQL info: odd"])
        try bench.pass(at: minutes(1), source: ScriptedSource([([:], 1)]))
        #expect(bench.group.rules[0].warnings.isEmpty)
    }

    @Test("are none, but what an answer lacks that is not whole stays as it is")
    func partialAnswers() throws {
        var bench = Bench([try .alert("A", "x", for: minutes(2))])
        let all: [(LabelSet, Double)] = [(["n": "1"], 1), (["n": "2"], 2)]
        for minute in Int64(0)...2 { try bench.pass(at: minutes(minute), source: ScriptedSource(all)) }
        for minute in Int64(3)...5 {
            try bench.pass(at: minutes(minute), source: ScriptedSource([all[0], (["n": "3"], 3)], warnings: ["store 2 did not answer"]))
        }
        #expect(bench.alerts.map(\.state) == [.firing, .firing, .firing])
        #expect(bench.alerts.map(\.isFrozen) == [false, true, false])
        try bench.pass(at: minutes(6), source: ScriptedSource([all[0]]))
        #expect(bench.alerts.map(\.state) == [.firing, .inactive, .inactive])
    }

    @Test("do not shorten keep_firing_for when an answer is not whole")
    func partialAnswersWhileKept() throws {
        var bench = Bench([try .alert("A", "x", keep: minutes(2))])
        try bench.pass(at: 0, source: ScriptedSource([([:], 1)]))
        try bench.pass(at: minutes(1), source: ScriptedSource([]))
        #expect(bench.alerts.first?.keepFiringSince == minutes(1))
        try bench.pass(at: minutes(2), source: ScriptedSource([], warnings: ["store 2 did not answer"]))
        try bench.pass(at: minutes(3), source: ScriptedSource([]))
        #expect(bench.state == .firing)
        try bench.pass(at: minutes(4), source: ScriptedSource([]))
        #expect(bench.state == .inactive)
    }

    @Test("show in the health when the store refused samples")
    func storageErrors() throws {
        var bench = Bench([try .record("r", "vector(1)")])
        try bench.pass(at: 0)
        bench.group.noteEvaluation(of: 0, began: 17, duration: 42, storageError: "1 of 1 samples was out of order")
        #expect(bench.group.rules[0].health == .err)
        #expect(bench.group.rules[0].lastError == "1 of 1 samples was out of order")
        #expect(bench.group.rules[0].lastEvaluation == 17)
        #expect(bench.group.rules[0].duration == 42)
    }
}
