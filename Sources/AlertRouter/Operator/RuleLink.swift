public import Labels
import NIOConcurrencyHelpers

/// What the router asks the rules of this process, where there are some: the two know each other only through this.
public final class RuleLink: Sendable {
    /// What an alert of a rule would look like now.
    public struct Sample: Sendable {
        /// With `alertname`, external labels and the wanted ones.
        public var labels: LabelSet
        /// Expanded.
        public var annotations: LabelSet

        /// A sample with these parts.
        public init(labels: LabelSet, annotations: LabelSet) {
            self.labels = labels
            self.annotations = annotations
        }
    }

    /// Why there is no sample.
    public struct Refusal: Error, Sendable {
        /// What was found.
        public var message: String
        /// What to do.
        public var advice: String

        /// A refusal with these words.
        public init(message: String, advice: String) {
            self.message = message
            self.advice = advice
        }
    }

    /// What rules and targets know of an alert.
    public struct Account: Sendable {
        /// Lines for people, each with what it is about: `scraped` or `rule`.
        public var lines: [(topic: String, text: String)]
        /// Why nobody has heard of the alert, its first word in capitals; nil when rules do not know.
        public var absence: String?
        /// Whether a rule of this process makes such alerts.
        public var hasRule: Bool

        /// An account with these parts.
        public init(lines: [(topic: String, text: String)], absence: String? = nil, hasRule: Bool = true) {
            self.lines = lines
            self.absence = absence
            self.hasRule = hasRule
        }
    }

    /// Explains alerts at one moment.
    public protocol Explainer: Sendable {
        /// Alerts that rules hold as pending or firing, under the labels that the router knows them by.
        func alerts(matching matchers: Matchers) -> [LabelSet]

        /// What is known of the alert with these labels, or of alerts that have them among others.
        func account(of labels: LabelSet) async -> Account
    }

    /// Gives the sample of the alerting rule of a name, with labels that it shall have.
    public typealias Sampler = @Sendable (_ rule: String, _ labels: LabelSet) async -> Result<Sample, Refusal>

    private let sampler = NIOLockedValueBox<Sampler?>(nil)
    private let explainer = NIOLockedValueBox<(@Sendable () -> any Explainer)?>(nil)

    init() {}

    /// Connects the rules.
    public func connect(sampler: @escaping Sampler) { self.sampler.withLockedValue { $0 = sampler } }

    /// Connects what explains alerts; `explainer` is called for each question.
    public func connect(explainer: @escaping @Sendable () -> any Explainer) { self.explainer.withLockedValue { $0 = explainer } }

    /// Explains alerts as they are now; nil without rules.
    var currentExplainer: (any Explainer)? { explainer.withLockedValue { $0 }?() }

    func sample(of rule: String, with labels: LabelSet) async -> Result<Sample, Refusal> {
        guard let sampler = sampler.withLockedValue({ $0 }) else {
            return .failure(
                Refusal(
                    message: "there is no rule \(GoQuote.quote(rule)): this instance evaluates none",
                    advice: "start it with --monitor.config=prometheus.yml, or name the labels of the alert yourself"))
        }
        return await sampler(rule, labels)
    }
}
