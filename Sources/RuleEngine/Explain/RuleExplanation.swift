/// What rules and targets know of an alert, in words (experience: explain).
public struct RuleExplanation: Sendable, Hashable {
    /// A line and what it is about: `scraped` or `rule`.
    public struct Line: Sendable, Hashable {
        /// What it is about.
        public var topic: String
        /// One sentence.
        public var text: String

        /// A line of these parts.
        public init(topic: String, text: String) {
            self.topic = topic
            self.text = text
        }
    }

    /// The targets that the rule sees, then the rule.
    public var lines: [Line] = []
    /// Why nobody has heard of the alert, its first word in capitals; nil when the rules of this process have nothing to do with that.
    public var absence: String?
    /// Whether a rule of this process makes such alerts.
    public var hasRule = false

    /// Nothing is known.
    public init() {}
}
