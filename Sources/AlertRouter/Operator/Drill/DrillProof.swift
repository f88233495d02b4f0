public import Time

/// What the rules of this process could prove of one alert.
public struct DrillProof: Sendable {
    /// Which alert.
    public var alertname: String
    /// The alert as the router would get it; nil where it cannot fire.
    public var sample: RuleLink.Sample?
    /// How long after the fault it fired.
    public var after = TimeSpan.zero
    /// The fault, in words.
    public var situation = ""
    /// Why it cannot fire; empty where it can.
    public var problem = ""
    /// What to do about it.
    public var advice = ""
    /// What is odd although it fires.
    public var notes: [String] = []

    /// A proof of nothing yet.
    public init(alertname: String) { self.alertname = alertname }
}

/// Whom the router asks for proofs: the rules of this process.
public struct DrillRules: Sendable {
    /// The alerts that must be able to fire.
    public var alertnames: [String]
    /// Plays the fault of one alert.
    public var prove: @Sendable (_ alertname: String) async -> DrillProof

    /// The rules behind these closures.
    public init(alertnames: [String], prove: @escaping @Sendable (_ alertname: String) async -> DrillProof) {
        self.alertnames = alertnames
        self.prove = prove
    }
}
