/// Why something cannot work as it is configured, and what to do about it.
public struct Problem: Sendable, Hashable {
    /// What was found. No secret.
    public var message: String
    /// What to do.
    public var advice: String

    /// A problem.
    public init(_ message: String, advice: String) {
        self.message = message
        self.advice = advice
    }
}

/// What was found out about one integration before anything was sent.
public struct ReceiverFinding: Sendable, Hashable {
    /// The receiver's name.
    public var receiver: String
    /// Such as `slack[0]`; empty for a receiver without any.
    public var integration: String
    /// Where messages go, free of secrets.
    public var place: String
    /// Whether a route leads to the receiver.
    public var isRouted: Bool
    /// Why it cannot deliver; nil when nothing speaks against it.
    public var problem: Problem?
}
