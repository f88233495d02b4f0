public import Labels
import PromQL
public import Rules

/// What an alert of a rule would look like now, for tests of the way to people: the rule's own labels and annotations, filled in from real samples where
/// there are some.
public struct RuleSample: Sendable {
    /// With `alertname`; the wanted ones among them.
    public var labels: LabelSet
    /// Expanded.
    public var annotations: LabelSet

    /// Evaluates an alerting rule without what keeps it quiet: its comparisons, `and`, `unless` and `for` are left out.
    ///
    /// - Parameters:
    ///   - labels: Labels that the alert shall have. Of the real ones the first that has them is taken.
    ///   - time: Milliseconds. Blocks as long as the source does.
    public init(_ rule: RuleDefinition, with labels: LabelSet, at time: Int64, source: any QuerySource, settings: RuleSettings) {
        let quiet = Self.alerts(of: rule, asking: rule.query.expression.withoutConditions.description, at: time, source, settings)
        let real = quiet.filter { alert in labels.pairs.allSatisfy { alert.labels[$0.name] == $0.value } }
            .min { LabelOrder.precedes($0.labels, $1.labels) }
        let alert = real ?? Self.alerts(of: rule, asking: Self.vector(with: labels), at: time, source, settings).first
        annotations = alert?.annotations ?? LabelSet()
        let own = alert?.labels ?? LabelSet([("alertname", rule.name)])
        self.labels = LabelSet(own.pairs.map { ($0.name, $0.value) } + labels.pairs.map { ($0.name, $0.value) }).removingEmptyValues()
    }

    /// The alerts that the rule would fire at once if it asked this.
    private static func alerts(
        of rule: RuleDefinition, asking text: String, at time: Int64, _ source: any QuerySource, _ settings: RuleSettings
    ) -> [RuleAlert] {
        guard let query = try? RuleQuery(text, options: settings.parserOptions) else { return [] }
        var definition = rule
        definition.query = query
        (definition.holdDuration, definition.keepFiringFor) = (0, 0)
        var groupDefinition = RuleGroupDefinition(file: "", name: "")
        groupDefinition.rules = [definition]
        var group = RuleGroup(groupDefinition)
        return group.evaluate(0, at: time, source: source, settings: settings).alerts
    }

    /// An expression that gives one sample with these labels and the value 0.
    private static func vector(with labels: LabelSet) -> String {
        labels.pairs.reduce("vector(0)") { inner, label in
            // A dollar sign is a reference to a group in a replacement.
            let value = label.value.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
            return "label_replace(\(inner), \(GoQuote.quote(label.name)), \(GoQuote.quote(value)), \"\", \"\")"
        }
    }
}

extension PromQL.Expression {
    /// The expression without the conditions that choose among its samples, as far as they stand outside.
    var withoutConditions: Self {
        switch self {
        case .parentheses(var parentheses):
            parentheses.expression = parentheses.expression.withoutConditions
            return .parentheses(parentheses)
        case .binary(var binary):
            if binary.op.isComparison, !binary.returnsBool {
                return (binary.left.type == .scalar ? binary.right : binary.left).withoutConditions
            }
            switch binary.op {
            case .and, .unless: return binary.left.withoutConditions
            case .or:
                (binary.left, binary.right) = (binary.left.withoutConditions, binary.right.withoutConditions)
                return .binary(binary)
            default: return self
            }
        default: return self
        }
    }
}
