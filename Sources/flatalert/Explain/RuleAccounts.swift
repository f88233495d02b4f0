import AlertRouter
import Labels
import RuleEngine

/// What the rules of this process know, for the router's explanations.
///
/// ```swift
/// router.ruleLink.connect(explainer: { RuleAccounts(RuleExplainer(manager: …, scraper: …, dispatcher: …, sources: …)) })
/// ```
struct RuleAccounts: RuleLink.Explainer {
    private let explainer: RuleExplainer

    init(_ explainer: RuleExplainer) { self.explainer = explainer }

    func alerts(matching matchers: Matchers) -> [LabelSet] { explainer.alerts(matching: matchers) }

    func account(of labels: LabelSet) async -> RuleLink.Account {
        // Sources block: not on a thread that everything shares.
        let explanation = await Blocking.run { explainer.explanation(of: labels) }
        return RuleLink.Account(
            lines: explanation.lines.map { ($0.topic, $0.text) }, absence: explanation.absence, hasRule: explanation.hasRule)
    }
}
