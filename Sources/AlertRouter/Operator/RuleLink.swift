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

    /// Gives the sample of the alerting rule of a name, with labels that it shall have.
    public typealias Sampler = @Sendable (_ rule: String, _ labels: LabelSet) async -> Result<Sample, Refusal>

    private let sampler = NIOLockedValueBox<Sampler?>(nil)

    init() {}

    /// Connects the rules.
    public func connect(sampler: @escaping Sampler) { self.sampler.withLockedValue { $0 = sampler } }

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
