public import Time

/// What functions may know about the world: templates see no other clock or zone.
public struct TemplateEnvironment: Sendable {
    /// The time that `now` and `since` see.
    public var now: Timestamp
    /// The zone of `.Local` and `now`.
    public var local: Zone
    /// What a product's own functions know about the message at hand, by a name of theirs: `routeLabels` reads the route's labels here.
    public var values: [String: TemplateValue]

    /// An environment.
    public init(now: Timestamp, local: Zone = .local, values: [String: TemplateValue] = [:]) {
        self.now = now
        self.local = local
        self.values = values
    }
}
