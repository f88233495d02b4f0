import Labels
import PromQL
import Rules
import Testing

@Suite("Restoring from ALERTS_FOR_STATE")
struct SeriesRestoreTests {
    private func rule(for hold: Int64) throws -> RuleDefinition {
        try .alert("A", "vector(1)", for: hold, labels: [("team", "t"), ("templated", "{{ $value }}")])
    }

    /// Where `activeAt` ends up when a process whose alert was true since minute 0 stopped after a minute, and another began at a minute.
    private func activeAt(for hold: Int64, stopped: Int64, began: Int64, _ edit: (inout Bench) throws -> Void = { _ in }) throws -> Int64? {
        var first = Bench([try rule(for: hold)])
        try first.run(from: 0, through: minutes(stopped))
        var second = Bench([try rule(for: hold)], isRestored: false)
        second.storage = first.storage
        try edit(&second)
        try second.run(from: minutes(began), through: minutes(began + 1))
        #expect(second.group.awaitsRestoration)
        second.group.restoreFromSamples(
            now: minutes(began + 1), source: StorageSource(storage: second.storage), settings: second.settings)
        #expect(!second.group.awaitsRestoration)
        return second.alerts.first?.activeAt
    }

    @Test("leaves the time in which nobody ran out of `for`")
    func downtime() throws {
        #expect(try activeAt(for: hours(1), stopped: 20, began: 50) == minutes(31))
    }

    @Test("lets an alert that is nearly there wait for the grace period")
    func grace() throws {
        #expect(try activeAt(for: minutes(30), stopped: 25, began: 40) == minutes(41 + 10 - 30))
    }

    @Test("lets an alert fire at once that was firing")
    func wasFiring() throws {
        #expect(try activeAt(for: minutes(15), stopped: 20, began: 40) == 0)
    }

    @Test("does nothing for `for` below the grace period, beyond the outage tolerance, or for other labels")
    func notRestored() throws {
        #expect(try activeAt(for: minutes(9), stopped: 5, began: 40) == minutes(40))
        #expect(try activeAt(for: hours(1), stopped: 5, began: 70) == minutes(70))
        #expect(try activeAt(for: hours(1), stopped: 5, began: 40) { $0.storage = Bench([try rule(for: 0)]).storage } == minutes(40))
    }

    @Test("does nothing for an alert that was over before the process ended")
    func over() throws {
        let active = try activeAt(for: hours(1), stopped: 20, began: 50) {
            try $0.storage.append(
                ["__name__": "ALERTS_FOR_STATE", "alertname": "A", "team": "t", "templated": "1"], time: minutes(21), value: .staleMarker)
        }
        #expect(active == minutes(50))
    }

    @Test("writes ALERTS from the third pass on, and messages from the first")
    func firstPasses() throws {
        var bench = Bench([try .alert("A", "vector(1)")], isRestored: false)
        let first = try bench.pass(at: 0)[0]
        #expect(first.alerts.count == 1)
        #expect(first.samples.isEmpty)
        #expect(!bench.group.awaitsRestoration)
        #expect(try bench.pass(at: minutes(1))[0].samples.isEmpty)
        bench.group.restoreFromSamples(now: minutes(1), source: StorageSource(storage: bench.storage), settings: bench.settings)
        #expect(try bench.pass(at: minutes(2))[0].samples.count == 2)
    }

    @Test("tells which rules got no answer, and restores the group all the same")
    func noAnswer() throws {
        var bench = Bench([try rule(for: hours(1))], isRestored: false)
        try bench.run(from: 0, through: minutes(1))
        let failures = bench.group.restoreFromSamples(now: minutes(1), source: ScriptedSource.broken, settings: bench.settings)
        #expect(failures.map(\.rule) == ["A"])
        #expect(failures.map(\.error) == ["connection refused"])
        #expect(bench.group.isRestored)
        #expect(bench.alerts.first?.activeAt == 0)
    }
}
