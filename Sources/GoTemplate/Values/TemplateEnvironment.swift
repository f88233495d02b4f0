public import Time

/// What functions may know about the world: templates see no other clock or zone.
public struct TemplateEnvironment: Sendable {
    /// The time that `now` and `since` see.
    public var now: Timestamp
    /// The zone of `.Local` and `now`.
    public var local: Zone

    /// An environment.
    public init(now: Timestamp, local: Zone = .local) {
        self.now = now
        self.local = local
    }
}
