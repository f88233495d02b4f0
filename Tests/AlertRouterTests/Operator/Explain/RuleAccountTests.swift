import AlertCore
import Labels
import NIOConcurrencyHelpers
import Testing
import Time

@testable import AlertRouter

@Suite("Rules in an explanation") struct RuleAccountTests {
    /// Knows what it is given.
    private struct Rules: RuleLink.Explainer {
        var held: [LabelSet] = []
        var account = RuleLink.Account(lines: [("scraped", "a:1 up, 6 s ago"), ("rule", "9 > 5")], absence: "NOT YET, pending 40s of 1m")

        func alerts(matching matchers: Matchers) -> [LabelSet] { held.filter { matchers.matches($0) } }
        func account(of labels: LabelSet) async -> RuleLink.Account { account }
    }

    private let router = FakeRouter()

    private func explain(_ rules: Rules?, _ filter: String = "alertname%3DX") async -> [(headline: String, lines: [(String, String)])] {
        if let rules { router.ruleLink.connect(explainer: { rules }) }
        let alerts = await router.get("/api/flatalert/v1/explain?filter=\(filter)").json?["alerts"]?.arrayValue ?? []
        return alerts.map { alert in
            let lines = (alert["lines"]?.arrayValue ?? []).map { ($0["topic"]?.stringValue ?? "", $0["text"]?.stringValue ?? "") }
            return (alert["headline"]?.stringValue ?? "", lines)
        }
    }

    private func post(_ labels: LabelSet) async throws {
        let now = FakeRouter.noon
        let alert = try Alert.normalize(
            labels: labels, annotations: LabelSet(), generatorURL: "", startsAt: nil, endsAt: now + .hours(1), now: now,
            resolveTimeout: .minutes(5), mode: .utf8
        ).get()
        try await router.receive([alert])
    }

    @Test("of an alert that never arrived the headline is what rules say, once however many would be told, and their lines come first")
    func absence() async {
        let found = await explain(Rules(), "team%3Da")
        #expect(found.map(\.headline) == ["{team=\"a\"}: NOT YET, pending 40s of 1m"])
        #expect(found.first?.lines.prefix(2).map(\.0) == ["scraped", "rule"])
        #expect(found.first?.lines.prefix(2).map(\.1) == ["a:1 up, 6 s ago", "9 > 5"])
        #expect(found.first?.lines.contains { $0.0 == "route" } == true)
    }

    @Test("without rules it never arrived")
    func noRules() async {
        #expect(await explain(nil).first?.headline.contains("NEVER ARRIVED") == true)
    }

    @Test("an alert that a rule holds is found by any matcher, with all its labels")
    func held() async {
        let labels = LabelSet(["alertname": "X", "zone": "east"])
        let found = await explain(Rules(held: [labels]), "alertname%3D~%22X.*%22")
        #expect(found.map(\.headline) == ["\(labels): NOT YET, pending 40s of 1m"])
    }

    @Test("an alert that arrived keeps its own headline beside the rule's lines, and is told once")
    func arrived() async throws {
        let labels = LabelSet(["alertname": "X"])
        try await post(labels)
        let found = await explain(Rules(held: [labels], account: RuleLink.Account(lines: [("rule", "9 > 5")])))
        #expect(found.count == 1)
        #expect(found.first?.headline.contains("NOT YET, pending") == false)
        #expect(found.first?.lines.first?.1 == "9 > 5")
    }

    @Test("of another sender's alert it is no news that no rule makes it")
    func foreign() async throws {
        let account = RuleLink.Account(lines: [("rule", "there is no alerting rule")], absence: "NO SUCH RULE", hasRule: false)
        try await post(LabelSet(["alertname": "X"]))
        let found = await explain(Rules(account: account))
        #expect(found.first?.lines.contains { $0.0 == "rule" } == false)
        #expect(found.first?.headline.contains("NO SUCH RULE") == false)
        #expect(await explain(Rules(account: account), "alertname%3DY").first?.headline == "{alertname=\"Y\"}: NO SUCH RULE")
    }
}
