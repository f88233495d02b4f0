import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Inhibition (reference 6.1)")
struct InhibitionTests {
    private let rule = InhibitRule(
        source: Matchers([.equal("severity", "critical")]), target: Matchers([.equal("severity", "warning")]), equal: ["cluster"])

    private func alert(_ name: String, _ severity: String, cluster: String? = nil, until end: Double? = nil) -> Post {
        var labels = ["severity": severity]
        labels["cluster"] = cluster
        return .alert(name, 0, end, labels)
    }

    private func run(_ rules: [InhibitRule]) -> VirtualRun { VirtualRun(.simple(interval: 10, inhibit: rules)) }

    private func inhibitor(_ run: VirtualRun, _ target: Post) -> Fingerprint? { run.status(target)?.inhibitedBy }

    @Test("a firing source mutes targets that agree on the equal labels, at once and until its end")
    func basics() {
        let run = run([rule])
        let source = alert("s", "critical", cluster: "a")
        let target = alert("t", "warning", cluster: "a")
        let other = alert("t", "warning", cluster: "b")
        run.post(at: 0, target, other)
        #expect(inhibitor(run, target) == nil)
        run.post(at: 1, source)
        #expect(inhibitor(run, target) == source.fingerprint)
        #expect(inhibitor(run, other) == nil)
        #expect(inhibitor(run, source) == nil)
        run.post(at: 2, alert("s", "critical", cluster: "a", until: 2))
        #expect(inhibitor(run, target) == nil)
    }

    @Test("a missing label equals an empty one, and no equal labels always agree")
    func equality() {
        let run = run([rule, InhibitRule(source: [.equal("alertname", "all")], target: [.equal("severity", "info")])])
        let source = alert("s", "critical")
        let target = alert("t", "warning")
        let info = alert("i", "info", cluster: "z")
        let all = alert("all", "none", cluster: "q")
        run.post(at: 0, source, target, info, all)
        #expect(inhibitor(run, target) == source.fingerprint)
        #expect(inhibitor(run, info) == all.fingerprint)
    }

    @Test("an alert on both sides is not muted by another one on both sides, but by one that is only a source")
    func twoSided() {
        let both = InhibitRule(source: [.regex("severity", "critical|warning")], target: [.equal("severity", "warning")])
        let run = run([both])
        let first = alert("a", "warning")
        let second = alert("b", "warning")
        run.post(at: 0, first, second)
        #expect(inhibitor(run, first) == nil && inhibitor(run, second) == nil)
        let source = alert("s", "critical")
        run.post(at: 1, source)
        #expect(inhibitor(run, first) == source.fingerprint)
    }

    @Test("every candidate source is looked at, not only one per set of equal labels")
    func allCandidates() {
        let both = InhibitRule(source: [.regex("severity", "critical|warning")], target: [.equal("severity", "warning")])
        let run = run([both])
        let target = alert("t", "warning")
        let source = alert("s", "critical")
        run.post(at: 0, source, target)
        // Many two-sided sources that end later do not hide the plain one.
        run.post(at: 1, (0..<40).map { alert("w\($0)", "warning", until: 1000) })
        #expect(inhibitor(run, target) == source.fingerprint)
        run.post(at: 2, alert("s", "critical", until: 2))
        #expect(inhibitor(run, target) == nil)
    }

    @Test("a rule without matchers mutes nothing")
    func emptyRule() {
        let run = run([InhibitRule(source: [], target: [])])
        run.post(at: 0, alert("a", "x"), alert("b", "y"))
        run.advance(to: 2)
        #expect(run.brief == ["1: a b"])
    }

    @Test("the first rule in the configuration that has a source names it")
    func ruleOrder() {
        let second = InhibitRule(source: [.equal("alertname", "late")], target: [.equal("severity", "warning")])
        let run = run([rule, second])
        let target = alert("t", "warning", cluster: "a")
        let late = alert("late", "x")
        run.post(at: 0, target, late)
        #expect(inhibitor(run, target) == late.fingerprint)
        let source = alert("s", "critical", cluster: "a")
        run.post(at: 1, source)
        #expect(inhibitor(run, target) == source.fingerprint)
    }

    @Test("a source that is silenced mutes all the same")
    func silencedSource() {
        let run = run([rule])
        run.silence(at: 0, .draft([.equal("alertname", "s")], from: 0, to: 100))
        run.post(at: 0, alert("s", "critical"), alert("t", "warning"))
        run.advance(to: 5)
        #expect(run.told.isEmpty)
    }

    @Test("the end of a target is not told while the source fires")
    func resolvedTarget() {
        let run = run([rule])
        run.post(at: 0, alert("t", "warning"))
        run.post(at: 5, alert("s", "critical"))
        run.post(at: 6, alert("t", "warning", until: 6))
        run.advance(to: 30)
        #expect(run.brief == ["1: t", "11: s"])
    }

    @Test("the index finds exactly what looking at every pair finds", arguments: 0..<40)
    func naive(seed: Int) {
        var dice = SeededGenerator(seed: UInt64(seed) &+ 1000)
        func pick(_ values: [String]) -> String { values.randomElement(using: &dice) ?? "" }
        let rules = (0..<4).map { _ in
            InhibitRule(
                source: Matchers(
                    (0..<Int.random(in: 0...2, using: &dice)).map { _ in .regex(pick(["a", "b", "c"]), pick(["1", "1|2", "2|", ".*"])) }),
                target: Matchers(
                    (0..<Int.random(in: 0...2, using: &dice)).map { _ in .equal(pick(["a", "b", "c"]), pick(["1", "2", ""])) }),
                equal: ["a", "b", "c"].filter { _ in Bool.random(using: &dice) && Bool.random(using: &dice) })
        }
        let run = run(rules)
        var alerts: [Post] = []
        for index in 0..<25 {
            var labels: [String: String] = [:]
            for name in ["a", "b", "c"] { labels[name] = ["1", "2", nil].randomElement(using: &dice) ?? nil }
            alerts.append(.alert("x\(index)", 0, Bool.random(using: &dice) ? 5 : nil, labels))
        }
        run.post(at: 1, alerts)
        for time in [2.0, 5, 40, 70] {
            run.advance(to: time)
            let firing = alerts.filter { $0.endsAt == nil || time < 5 }
            for target in alerts {
                let expected = rules.contains { rule in
                    guard rule.target.matches(target.labelSet) else { return false }
                    return firing.contains { source in
                        let agrees = rule.equal.allSatisfy { (source.labels[$0] ?? "") == (target.labels[$0] ?? "") }
                        let bothTwoSided = rule.source.matches(target.labelSet) && rule.target.matches(source.labelSet)
                        return rule.source.matches(source.labelSet) && agrees && !bothTwoSided
                    }
                }
                #expect((run.machine.muteStatus(of: target.labelSet, at: run.now).inhibitedBy != nil) == expected)
            }
        }
        // Ended sources leave the index.
        let held = run.machine.counts(at: run.now).inhibition
        let firing = alerts.filter { $0.endsAt == nil }
        #expect(held == rules.reduce(0) { sum, rule in sum + firing.filter { rule.source.matches($0.labelSet) }.count })
    }

    /// What a delivery says to be inhibited by its alerts, by name.
    private func suppressed(_ run: VirtualRun) -> [[String]] {
        run.attempts.map { $0.delivery.suppressed.compactMap { $0["alertname"] }.sorted() }
    }

    @Test("a message says what its alerts inhibit, and nothing that others do")
    func suppressedByMessage() {
        var configuration = CoreConfiguration.simple(groupBy: .labels(["alertname"]), wait: 1, interval: 60, inhibit: [rule])
        configuration.tellsSuppressed = true
        let run = VirtualRun(configuration)
        run.post(
            at: 0, alert("a", "critical", cluster: "a"), alert("b", "critical", cluster: "b"), alert("t1", "warning", cluster: "a"),
            alert("t2", "warning", cluster: "a"), alert("u", "warning", cluster: "b"), alert("free", "warning", cluster: "c"),
            alert("over", "warning", cluster: "a", until: 0.5))
        run.advance(to: 2)
        let byName = Dictionary(
            run.attempts.map {
                ($0.delivery.groupLabels["alertname"] ?? "", $0.delivery.suppressed.compactMap { $0["alertname"] }.sorted())
            },
            uniquingKeysWith: { first, _ in first })
        #expect(byName == ["a": ["t1", "t2"], "b": ["u"], "free": []])
    }

    @Test("what a message suppresses follows alerts that end, come again and leave, and a reload", arguments: [0, 1])
    func suppressedFollows(reload: Int) {
        var configuration = CoreConfiguration.simple(groupBy: .labels(["alertname"]), wait: 1, interval: 10, repeats: 10, inhibit: [rule])
        configuration.tellsSuppressed = true
        var options = MachineOptions()
        options.alertsGCInterval = .seconds(5)
        let run = VirtualRun(configuration, options: options)
        func named() -> [String]? {
            run.attempts.last { $0.delivery.groupLabels["alertname"] == "s" }?.delivery.suppressed.compactMap { $0["alertname"] }.sorted()
        }
        run.post(at: 0, alert("s", "critical", cluster: "a"), alert("t", "warning", cluster: "a"), alert("u", "warning", cluster: "a"))
        run.advance(to: 2)
        #expect(named() == ["t", "u"])
        run.post(at: 3, alert("t", "warning", cluster: "a", until: 3))
        if reload == 1 { run.reload(at: 4) }
        run.advance(to: 25)
        #expect(named() == ["u"])
        run.post(at: 26, alert("t", "warning", cluster: "a"), alert("v", "warning", cluster: "b"))
        run.advance(to: 45)
        #expect(named() == ["t", "u"])
        run.post(
            at: 46, alert("s", "critical", cluster: "a", until: 46), alert("t", "warning", cluster: "a", until: 46),
            alert("u", "warning", cluster: "a", until: 46), alert("v", "warning", cluster: "b", until: 46))
        run.advance(to: 200)
        #expect(run.machine.counts(at: run.now).inhibition == 0)
    }

    @Test("nothing is looked for unless the configuration asks; an end suppresses nothing; alerts on both sides do not suppress each other")
    func suppressedOnlyWhereAsked() {
        let quiet = run([rule])
        quiet.post(at: 0, alert("s", "critical"), alert("t", "warning"))
        quiet.advance(to: 2)
        #expect(suppressed(quiet) == [[]])

        let both = InhibitRule(source: [.regex("severity", "critical|warning")], target: [.equal("severity", "warning")])
        var configuration = CoreConfiguration.simple(interval: 10, inhibit: [both])
        configuration.tellsSuppressed = true
        let run = VirtualRun(configuration)
        run.post(at: 0, alert("a", "warning"), alert("b", "warning"))
        run.advance(to: 2)
        #expect(suppressed(run) == [[]])
        run.post(at: 3, alert("s", "critical"))
        run.advance(to: 12)
        #expect(suppressed(run) == [[], ["a", "b"]])
        run.post(at: 13, alert("s", "critical", until: 13), alert("a", "warning", until: 13), alert("b", "warning", until: 13))
        run.advance(to: 22)
        #expect(suppressed(run).last == [])
    }

    @Test("a message says when it comes again, and that is when it comes")
    func nextRepeat() {
        let run = VirtualRun(.simple(wait: 1, interval: 10, repeats: 25, resolveTimeout: 3600))
        run.post(at: 0, .alert("x"))
        run.advance(to: 40)
        #expect(run.attempts.map(\.at) == [1, 31])
        #expect(run.attempts.map { $0.delivery.repeatsAt?.sinceStart } == [31, 61])
        run.post(at: 41, .alert("x", nil, 41))
        run.advance(to: 60)
        #expect(run.attempts.last?.delivery.repeatsAt == nil)
        let route = Route(groupInterval: .minutes(1), repeatInterval: .hours(1))
        #expect(route.repeats(after: .at(5)) == .at(3605))
    }
}
