import Labels
import Testing
import Time

@testable import AlertCore

@Suite("What is journalled (DESIGN 4)")
struct DurabilityTests {
    private let run = VirtualRun(.simple(interval: 60))

    /// The changes since a point, as short words.
    private func words(after count: Int) -> [String] {
        run.changes.dropFirst(count).map { record in
            switch record {
            case .alert(let slot, let alert): "alert \(slot) \(alert.endReason.map { "\($0)" } ?? "firing")"
            case .alertRemoved(let slot): "removed \(slot)"
            case .silence: "silence"
            case .silenceRemoved: "silence removed"
            case .told(let entry, let ended): "told \(entry.firing.count)/\(entry.resolved.count) ended \(ended.map(\.slot))"
            case .logEntry: "log"
            case .logEntryRemoved: "log removed"
            case .leases(let leases, _): "leases \(leases.map(\.slot))"
            }
        }
    }

    @Test("a new alert, changed text, start, timeout flag, an earlier end and a resolve each make a row; a later end makes none")
    func rows() {
        var seen = 0
        func next() -> [String] {
            defer { seen = run.changes.count }
            return words(after: seen)
        }
        run.post(at: 0, .alert("x", 0, 100))
        #expect(next() == ["alert 0 firing"])
        run.post(at: 0.1, .alert("x", 0, 200))
        run.post(at: 0.2, .alert("x", 0, 200))
        #expect(next() == [])
        run.post(at: 0.3, .alert("x", 0, 200, note: "n"))
        #expect(next() == ["alert 0 firing"])
        run.post(at: 0.4, .alert("x", -1, 200, note: "n"))
        #expect(next() == ["alert 0 firing"])
        run.post(at: 0.5, .alert("x", -1, nil, note: "n"))
        #expect(next() == ["alert 0 firing"])
        run.post(at: 0.6, .alert("x", -1, 250, note: "n"))
        #expect(next() == ["alert 0 firing"])
        run.post(at: 0.7, .alert("x", -1, 0.7, note: "n"))
        #expect(next() == ["alert 0 resolved"])
        run.post(at: 0.8, .alert("x", -1, 0.7, note: "n"))
        #expect(next() == [])
        run.post(at: 0.9, .alert("x", 0.9, 100, note: "n"))
        #expect(next() == ["alert 0 firing"])
        #expect(run.rows.map(\.sequence) == Array(1...UInt64(run.rows.count)))
    }

    @Test("an end that becomes earlier is a row when the old one was a timeout")
    func earlierEnd() {
        run.post(at: 0, .alert("x", 0))
        run.post(at: 0.1, Post(labels: ["alertname": "x"], startsAt: 0, endsAt: 50))
        #expect(words(after: 0) == ["alert 0 firing", "alert 0 firing"])
        #expect(run.journal.alerts[0]?.endsAt == .at(50))
    }

    @Test("receive returns the last row of the alerts it touched, also one of an earlier request")
    func sequences() {
        let first = run.post(at: 0, .alert("x", 0, 100))
        let second = run.post(at: 0.1, .alert("y", 0, 100))
        #expect(second > first)
        #expect(run.post(at: 0.2, .alert("x", 0, 100)) == first)
        #expect(run.post(at: 0.3, .alert("x", 0, 150), .alert("y", 0, 150)) == second)
        #expect(run.post(at: 0.4, []) == 0)
    }

    @Test("leases are written every 30 s with the heartbeat, once each, and the heartbeat also without leases")
    func leases() {
        run.post(at: 0, .alert("x", 0, 100), .alert("y", 0, 100))
        run.post(at: 10, .alert("x", 0, 110))
        run.post(at: 20, .alert("x", 0, 120))
        run.advance(to: 29)
        #expect(run.journal.alerts[0]?.endsAt == .at(100))
        run.advance(to: 95)
        #expect(run.journal.alerts[0]?.endsAt == .at(120))
        #expect(run.journal.heartbeat == .at(90))
        let beats = run.rows.compactMap { entry -> Int? in
            if case .leases(let leases, _) = entry.record { leases.count } else { nil }
        }
        #expect(beats == [0, 1, 0, 0])
    }

    @Test("an end by time is written with the message that tells it, in one record")
    func toldWithEnds() throws {
        run.post(at: 0, .alert("x", 0, 30), .alert("y", 0, 1000))
        run.advance(to: 62)
        #expect(words(after: 0) == ["alert 0 firing", "alert 1 firing", "told 2/0 ended []", "told 1/1 ended [0]"])
        #expect(run.journal.alerts[0]?.endReason == .expired)
        #expect(run.told.last == "61: x[0,30] y[0]")
    }

    @Test("the row of an alert goes when the store and every group have let go of it")
    func removal() {
        run.post(at: 0, .alert("x", 0, 30))
        run.answer = { _, at in (10..<4000).contains(at) ? .fail() : .accept() }
        run.advance(to: 3900)
        // The garbage collection has come, but the group still owes the end.
        #expect(run.status(.alert("x")) == nil)
        #expect(run.machine.fingerprints.isEmpty)
        #expect(run.journal.alerts.count == 1)
        run.advance(to: 4200)
        #expect(run.journal.alerts.isEmpty)
        #expect(run.machine.counts(at: run.now).slots == 0)
    }
}
