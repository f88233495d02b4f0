import Labels
import PromQL
import Rules
import Testing

@Suite("Reloads")
struct ReloadTests {
    private func definition(_ rules: [RuleDefinition], _ edit: (inout RuleGroupDefinition) -> Void = { _ in }) -> RuleGroupDefinition {
        var definition = RuleGroupDefinition(file: "rules.yml", name: "group")
        definition.rules = rules
        edit(&definition)
        return definition
    }

    @Test("leave a group alone whose rules are the same on other lines, and in other words of the same expression")
    func unchanged() throws {
        let old = RuleGroup(definition([try .alert("A", "x  > 0", for: 1, labels: [("a", "b")])]))
        var moved = try RuleDefinition.alert("A", "x > 0", for: 1, labels: [("a", "b")])
        moved.line = 99
        #expect(RuleGroup(definition([moved])).isUnchanged(from: old))
    }

    @Test("change a group with anything else")
    func changed() throws {
        let rule = try RuleDefinition.alert("A", "x > 0", for: 1, labels: [("a", "b")], annotations: [("c", "d")])
        let old = RuleGroup(definition([rule]))
        let variants: [RuleGroupDefinition] = [
            definition([rule]) { $0.interval = 1 }, definition([rule]) { $0.queryOffset = 0 }, definition([rule]) { $0.limit = 1 },
            definition([rule]) { $0.source = "far" }, definition([rule]) { $0.file = "other.yml" },
            definition([rule]) { $0.name = "other" },
            definition([rule, rule]), definition([]),
            definition([try .alert("A", "x > 1", for: 1, labels: [("a", "b")], annotations: [("c", "d")])]),
            definition([try .alert("A", "x > 0", for: 2, labels: [("a", "b")], annotations: [("c", "d")])]),
            definition([try .alert("A", "x > 0", for: 1, keep: 1, labels: [("a", "b")], annotations: [("c", "d")])]),
            definition([try .alert("A", "x > 0", for: 1, labels: [("a", "c")], annotations: [("c", "d")])]),
            definition([try .alert("A", "x > 0", for: 1, labels: [("a", "b")], annotations: [("c", "e")])]),
        ]
        for (index, variant) in variants.enumerated() { #expect(!RuleGroup(variant).isUnchanged(from: old), "variant \(index)") }
    }

    private func reload(_ bench: inout Bench, _ rules: [RuleDefinition]) {
        var definition = bench.group.definition
        definition.rules = rules
        var next = RuleGroup(definition)
        next.adopt(bench.group)
        bench.group = next
    }

    @Test("carry alerts over to the rule of the same name and labels, whatever else changed")
    func carry() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(2), labels: [("l", "1")])])
        try bench.load("x 1x10")
        try bench.run(from: 0, through: minutes(1))
        reload(&bench, [try .alert("New", "x > 5"), try .alert("A", "x > 0.5", for: minutes(2), labels: [("l", "1")])])
        #expect(bench.group.rules[1].alerts.map(\.state) == [.pending])
        #expect(bench.group.rules[1].health == .unknown)
        try bench.pass(at: minutes(2))
        #expect(bench.group.rules[1].state == .firing)
        #expect(bench.group.rules[1].alerts.first?.activeAt == 0)
    }

    @Test("end pending and firing series when the rule is in another state after them")
    func seriesCarry() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(1))])
        try bench.load("x 1x10")
        try bench.pass(at: 0)
        reload(&bench, [try .alert("A", "x >= 1", for: minutes(1))])
        let pass = try bench.pass(at: minutes(1))[0]
        #expect(pass.ended.map { $0["alertstate"] } == ["pending"])
    }

    @Test("make a firing alert pending again when `for` was raised")
    func raisedHold() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(1))])
        try bench.load("x 1x10")
        try bench.run(from: 0, through: minutes(1))
        #expect(bench.state == .firing)
        reload(&bench, [try .alert("A", "x > 0", for: minutes(4))])
        try bench.pass(at: minutes(2))
        #expect(bench.state == .pending)
        #expect(bench.alerts.first?.firedAt == nil)
        #expect(bench.alerts.first?.lastSentAt == nil)
        try bench.run(from: minutes(3), through: minutes(4))
        #expect(bench.alerts.first?.firedAt == minutes(4))
    }

    @Test("end the series of rules that are gone, once, and not those that another rule goes on to write")
    func vanished() throws {
        var bench = Bench([try .record("gone", "x"), try .record("kept", "x"), try .alert("Gone", "x > 0"), try .alert("B", "x > 0")])
        try bench.load("x 1x10")
        try bench.pass(at: 0)
        reload(&bench, [try .alert("B", "x > 0"), try .record("kept", "x + 1", labels: [("new", "")])])
        #expect(bench.group.endedSeries.count == 4)
        let passes = try bench.pass(at: minutes(1))
        let ended = Set(passes.flatMap(\.ended).compactMap { $0["__name__"] })
        #expect(ended == ["gone", "ALERTS", "ALERTS_FOR_STATE"])
        #expect(passes.flatMap(\.ended).count == 3)
        #expect(!bench.sent.contains { $0.alert.isResolved })
        #expect(bench.group.endedSeries.isEmpty)
        #expect(try bench.pass(at: minutes(2)).flatMap(\.ended).isEmpty)
        #expect(try bench.ask("kept", at: minutes(2)).count == 1)
    }

    @Test("match namesakes by their expressions first, then in the order of the file")
    func namesakes() throws {
        let one = try RuleDefinition.alert("A", "x > 0")
        let two = try RuleDefinition.alert("A", "y > 0")
        var bench = Bench([one, two])
        try bench.load("x 1x10")
        try bench.load("y 0x10")
        try bench.pass(at: 0)
        var swapped = bench
        reload(&swapped, [two, one])
        #expect(swapped.group.rules.map(\.state) == [.inactive, .firing])
        reload(&bench, [try .alert("A", "x > 0.5"), try .alert("A", "y > 0.5"), try .alert("A", "z > 0.5")])
        #expect(bench.group.rules.map(\.state) == [.firing, .inactive, .inactive])
        #expect(bench.group.rules[2].alerts.isEmpty)
    }
}
