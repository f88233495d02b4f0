public import Time

/// What functions may know about the world: templates see no other clock or zone.
public struct TemplateEnvironment: Sendable {
    /// The time that `now` and `since` see.
    public var now: Timestamp
    /// The zone of `.Local` and `now`.
    public var local: Zone
    /// What a product's own functions know about the message at hand, by a name of theirs: `routeLabels` reads the route's labels here.
    public var values: [String: TemplateValue]

    /// The zone that is local where none is named: the host's, unless a test says otherwise for what it runs.
    @TaskLocal public static var zone = Zone.local

    /// An environment.
    public init(now: Timestamp, local: Zone = Self.zone, values: [String: TemplateValue] = [:]) {
        self.now = now
        self.local = local
        self.values = values
    }
}
