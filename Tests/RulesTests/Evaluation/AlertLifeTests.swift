import Labels
import PromQL
import Rules
import Testing

@Suite("The life of an alert")
struct AlertLifeTests {
    /// True from pass 0 through pass 5.
    private func bench(keep: Int64 = 0) throws -> Bench {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(2), keep: keep)])
        try bench.load("x 1x5 0x40")
        return bench
    }

    @Test("goes pass by pass as Prometheus's: pending, firing, told every two minutes, over, forgotten after a quarter of an hour")
    func timeline() throws {
        var bench = try bench()
        for minute in Int64(0)...22 {
            try bench.pass(at: minutes(minute))
            switch minute {
            case 0, 1:
                #expect(bench.alerts.map(\.state) == [.pending])
                #expect(bench.alerts.first?.activeAt == 0)
            case 2...5:
                #expect(bench.alerts.map(\.state) == [.firing])
                #expect(bench.alerts.first?.firedAt == minutes(2))
            case 6...21:
                #expect(bench.alerts.map(\.state) == [.inactive])
                #expect(bench.alerts.first?.resolvedAt == minutes(6))
            default: #expect(bench.alerts.isEmpty)
            }
        }
        #expect(bench.sent.map { $0.at / 60_000 } == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
        #expect(bench.sent.allSatisfy { $0.alert.startsAt == minutes(2) })
        #expect(bench.sent.map(\.alert.endsAt) == [minutes(6), minutes(8)] + Array(repeating: minutes(6), count: 8))
        #expect(bench.sent.map(\.alert.isResolved) == [false, false] + Array(repeating: true, count: 8))
    }

    @Test("stays firing for keep_firing_for after it was true last, with the value it had then")
    func keepFiring() throws {
        var bench = try bench(keep: minutes(2))
        try bench.run(from: 0, through: minutes(7))
        #expect(bench.alerts.map(\.state) == [.firing])
        #expect(bench.alerts.first?.keepFiringSince == minutes(6))
        #expect(bench.alerts.first?.value == 1)
        try bench.pass(at: minutes(8))
        #expect(bench.alerts.map(\.state) == [.inactive])
        #expect(bench.alerts.first?.resolvedAt == minutes(8))
    }

    @Test("forgets since when it was kept when it is true again")
    func keepFiringReset() throws {
        var bench = Bench([try .alert("A", "x > 0", keep: minutes(3))])
        try bench.load("x 1 0 1 0 0 0")
        try bench.run(from: 0, through: minutes(2))
        #expect(bench.alerts.first?.keepFiringSince == nil)
        try bench.run(from: minutes(3), through: minutes(5))
        #expect(bench.alerts.first?.keepFiringSince == minutes(3))
        #expect(bench.state == .firing)
    }

    @Test("ends without a word when it was only pending")
    func pendingVanishes() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(3))])
        try bench.load("x 1 1 0 0")
        try bench.run(from: 0, through: minutes(3))
        #expect(bench.alerts.isEmpty)
        #expect(bench.sent.isEmpty)
    }

    @Test("fires at once without `for`, and in its second pass when `for` is shorter than the interval")
    func shortHolds() throws {
        var bench = Bench([try .alert("Zero", "x > 0"), try .alert("Small", "x > 0", for: seconds(15))])
        try bench.load("x 1x5")
        try bench.pass(at: 0)
        #expect(bench.group.rules.map(\.state) == [.firing, .pending])
        try bench.pass(at: minutes(1))
        #expect(bench.group.rules.map(\.state) == [.firing, .firing])
    }

    @Test("begins anew when it returns after its end: no more messages of the end, a new start")
    func secondLife() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(2))])
        try bench.load("x 1 1 1 0 1 1 1 1")
        try bench.run(from: 0, through: minutes(4))
        #expect(bench.alerts.map(\.state) == [.pending])
        #expect(bench.alerts.first?.activeAt == minutes(4))
        #expect(bench.alerts.first?.lastSentAt == nil)
        try bench.run(from: minutes(5), through: minutes(7))
        #expect(bench.sent.map { $0.at / 60_000 } == [2, 3, 6])
        #expect(bench.sent.map(\.alert.startsAt) == [minutes(2), minutes(2), minutes(6)])
        #expect(bench.sent.map(\.alert.isResolved) == [false, true, false])
    }

    @Test("takes value and annotations of each pass without beginning anew")
    func valueChanges() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(2), annotations: [("is", "{{ $value }}")])])
        try bench.load("x 1 2 3 4")
        try bench.run(from: 0, through: minutes(3))
        #expect(bench.alerts.map(\.value) == [4])
        #expect(bench.alerts.first?.annotations == ["is": "4"])
        #expect(bench.alerts.first?.activeAt == 0)
        #expect(bench.alerts.first?.firedAt == minutes(2))
    }

    @Test("is named by the sample's labels without its name, the rule's labels over them, and its own name last")
    func labels() throws {
        let rule = try RuleDefinition.alert(
            "Own", "x",
            labels: [("alertname", "Other"), ("gone", ""), ("job", "rule"), ("team", "{{ $labels.job }}/{{ .Labels.__name__ }}")])
        var bench = Bench([rule])
        try bench.load(#"x{alertname="Sample", job="sample", gone="no", instance="a"} 1"#)
        try bench.pass(at: 0)
        #expect(bench.alerts.first?.labels == ["alertname": "Own", "instance": "a", "job": "rule", "team": "sample/x"])
    }

    @Test("counts a scalar as one sample without labels")
    func scalar() throws {
        var bench = Bench([try .alert("A", "vector(1) > 0"), try .alert("B", "1")])
        try bench.pass(at: 0)
        #expect(bench.group.rules[1].alerts.first?.labels == ["alertname": "B"])
        #expect(bench.group.rules[1].state == .firing)
    }

    @Test("keeps the others in order when one of many goes")
    func many() throws {
        var bench = Bench([try .alert("A", "x > 0", for: minutes(3))])
        for series in 0..<20 { try bench.load("x{n=\"\(series)\"} 1 1 \(series % 3 == 0 ? 0 : 1) 1 1") }
        try bench.run(from: 0, through: minutes(2))
        let expected = (0..<20).filter { $0 % 3 != 0 }.map(String.init)
        #expect(Set(bench.alerts.compactMap { $0.labels["n"] }) == Set(expected))
        try bench.pass(at: minutes(3))
        let firing = bench.alerts.filter { $0.state == .firing }.compactMap { $0.labels["n"] }
        let pending = bench.alerts.filter { $0.state == .pending }.compactMap { $0.labels["n"] }
        #expect(Set(firing) == Set(expected))
        #expect(pending.count == 7)
        #expect(bench.alerts.count == 20)
    }
}
