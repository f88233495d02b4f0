import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Dedup (reference 5.3)")
struct DedupTests {
    private func prints(_ values: [UInt64]) -> [Fingerprint] { values.map { Fingerprint(value: $0) } }

    private func decide(
        _ firing: [UInt64], _ resolved: [UInt64] = [], told: ([UInt64], [UInt64])?, sendsResolved: Bool = true, age: Double = 10,
        repeats: Double = 60
    ) -> (rule: Int, reason: NotificationReason?) {
        let key = LogKey(groupKey: "{}:{}", receiver: "r", kind: "webhook", index: 0)
        let entry = told.map {
            LogEntry(key: key, firing: prints($0.0), resolved: prints($0.1), timestamp: .at(100 - age), expiresAt: .at(1000))
        }
        let dedup = Dedup(
            firing: prints(firing), resolved: prints(resolved), entry: entry, sendsResolved: sendsResolved, repeatInterval: .span(repeats),
            now: .at(100))
        return (dedup.rule, dedup.reason)
    }

    @Test("rule 1: without an entry, only something that fires is told")
    func noEntry() {
        #expect(decide([1], told: nil) == (1, .firstNotification))
        #expect(decide([], [1], told: nil) == (1, nil))
    }

    @Test("rule 2: an alert that was not told as firing is told, as a first one when nothing fired before")
    func newAlerts() {
        #expect(decide([1, 2], told: ([1], [])) == (2, .newAlertsAdded))
        #expect(decide([1], told: ([], [1])) == (2, .firstNotification))
        #expect(decide([2], told: ([1, 3], [])) == (2, .newAlertsAdded))
    }

    @Test("rule 3: when nothing fires any more, that is told once, whatever send_resolved says")
    func allResolved() {
        #expect(decide([], [1], told: ([1], [])) == (3, .allAlertsResolved))
        #expect(decide([], [1], told: ([1], []), sendsResolved: false) == (3, .allAlertsResolved))
        #expect(decide([], [1], told: ([], [1]), age: 1000) == (3, nil))
    }

    @Test("rule 4: an end that was not told is told if ends are sent")
    func someResolved() {
        #expect(decide([2], [1], told: ([1, 2], [])) == (4, .someAlertsResolved))
        #expect(decide([2], [1], told: ([1, 2], []), sendsResolved: false) == (6, nil))
        #expect(decide([2], [1], told: ([2], [1])) == (6, nil))
    }

    @Test("rule 5: the repeat interval must be exceeded, not only reached")
    func repeats() {
        #expect(decide([1], told: ([1], []), age: 60, repeats: 60) == (6, nil))
        #expect(decide([1], told: ([1], []), age: 60.001, repeats: 60) == (5, .repeatIntervalElapsed))
    }

    @Test("rule 6: an unchanged group, or one with fewer firing alerts and nothing to say, is not told")
    func nothing() {
        #expect(decide([1], told: ([1], [])) == (6, nil))
        #expect(decide([1], told: ([1, 2], [])) == (6, nil))
    }

    @Test(
        "sorted subsets",
        arguments: [
            ([], [], true), ([1], [], false), ([], [1], true), ([1, 3], [1, 2, 3], true), ([1, 4], [1, 2, 3], false), ([3, 3], [3], false),
        ])
    func subsets(_ left: [UInt64], _ right: [UInt64], _ expected: Bool) {
        #expect(prints(left).isSortedSubset(of: prints(right)) == expected)
    }

    @Test("every row of the table is met by the machine")
    func allRules() {
        let run = VirtualRun(.simple(repeats: 5))
        run.post(at: 0, .alert("x", 0), .alert("y", 0))
        run.post(at: 8, .alert("z", 8))
        run.post(at: 10, .alert("x", 0, 10))
        run.post(at: 12, .alert("y", 0, 12), .alert("z", 8, 12))
        run.post(at: 20, .alert("old", 1, 2))
        run.advance(to: 25)
        #expect(Set(run.dedupRules) == [1, 2, 3, 4, 5, 6])
    }
}
