import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Merging messages about one alert (reference 3.6)")
struct AlertMergeTests {
    private func times(_ start: Double, _ end: Double, updated: Double, timeout: Bool = false) -> AlertMerge.Times {
        AlertMerge.Times(startsAt: .at(start), endsAt: .at(end), updatedAt: .at(updated), isTimeout: timeout)
    }

    private func merged(_ old: AlertMerge.Times, _ new: AlertMerge.Times, now: Double) -> [Double] {
        let result = AlertMerge.merge(old, new, at: .at(now)).times
        return [result.startsAt.sinceStart, result.endsAt.sinceStart]
    }

    @Test("windows that do not overlap strictly: the new alert replaces the old one")
    func noOverlap() {
        #expect(merged(times(1, 3, updated: 3), times(3, 9, updated: 4), now: 4) == [3, 9])
        #expect(merged(times(1, 3, updated: 3), times(5, 9, updated: 6), now: 6) == [5, 9])
        // Around the old window, neither end lies inside it.
        #expect(merged(times(3, 5, updated: 3), times(1, 9, updated: 6), now: 6) == [1, 9])
    }

    @Test("the earlier start stays")
    func start() {
        #expect(merged(times(1, 10, updated: 1), times(2, 12, updated: 2), now: 2) == [1, 12])
        #expect(merged(times(2, 10, updated: 2), times(1, 9, updated: 3), now: 3) == [1, 10])
    }

    @Test("a firing message keeps a later end that a sender named, and drops one that was a timeout")
    func firingEnds() {
        #expect(merged(times(1, 10, updated: 1), times(1, 8, updated: 2), now: 2) == [1, 10])
        #expect(merged(times(1, 10, updated: 1, timeout: true), times(1, 8, updated: 2), now: 2) == [1, 8])
    }

    @Test("an end that is past wins over a later one while the alert fires, and the later of two past ends stays")
    func resolvedEnds() {
        #expect(merged(times(1, 10, updated: 1), times(1, 4, updated: 5), now: 5) == [1, 4])
        #expect(merged(times(1, 4, updated: 4), times(1, 3, updated: 5), now: 5) == [1, 4])
        #expect(merged(times(1, 4, updated: 4), times(2, 4.5, updated: 5), now: 5) == [1, 4.5])
    }

    @Test("a message that overtook an older one stays the younger")
    func overtaken() {
        let (times, usesNewBody) = AlertMerge.merge(times(1, 10, updated: 5), times(2, 8, updated: 4), at: .at(6))
        #expect(!usesNewBody)
        #expect(times.startsAt == .at(1))
        #expect(times.endsAt == .at(10))
        #expect(times.updatedAt == .at(5))
    }

    @Test("the fast path for refreshed alerts and the merge agree")
    func refreshAgrees() throws {
        var dice = SeededGenerator(seed: 7)
        var refreshed = 0
        for _ in 0..<3000 where try refreshOnce(&dice) { refreshed += 1 }
        #expect(refreshed > 300)
    }

    /// Sends two random messages; false when the second one takes the slow path.
    private func refreshOnce(_ dice: inout SeededGenerator) throws -> Bool {
        let labels = LabelSet(["alertname": "x"])
        func alert(updated: Double) throws -> Alert {
            let start = Double(Int.random(in: 0...12, using: &dice))
            let end = start + Double(Int.random(in: 0...12, using: &dice))
            return try Alert.normalize(
                labels: labels, annotations: LabelSet(["n": Int.random(in: 0...4, using: &dice) == 0 ? "b" : "a"]), generatorURL: "",
                startsAt: Bool.random(using: &dice) ? .at(start) : nil, endsAt: Bool.random(using: &dice) ? .at(end) : nil,
                now: .at(updated),
                resolveTimeout: .span(12), mode: .utf8
            ).get()
        }
        func times(_ alert: Alert) -> AlertMerge.Times {
            AlertMerge.Times(startsAt: alert.startsAt, endsAt: alert.endsAt, updatedAt: alert.updatedAt, isTimeout: alert.isTimeout)
        }
        let old = try alert(updated: 4)
        let new = try alert(updated: Double(Int.random(in: 4...9, using: &dice)))
        var store = AlertStore()
        let slot = store.add(old)
        store[slot].flags.insert(.isGrouped)
        guard store.refresh(new, at: new.updatedAt) != nil else { return false }
        let (expected, _) = AlertMerge.merge(times(old), times(new), at: new.updatedAt)
        let result = try #require(store[slot].alert)
        #expect(result.startsAt == expected.startsAt)
        #expect(result.endsAt == expected.endsAt)
        #expect(result.updatedAt == expected.updatedAt)
        #expect(result.isTimeout == expected.isTimeout)
        // Only what needs no row takes the fast path.
        #expect(result.startsAt == old.startsAt && result.endsAt >= old.endsAt && new.body.annotations == old.body.annotations)
        return true
    }
}
