public import Time

/// What functions may know about the world: templates see no other clock or zone.
public struct TemplateEnvironment: Sendable {
    /// The time that `now` and `since` see.
    public var now: Timestamp
    /// The zone of `.Local` and `now`.
    public var local: Zone
    /// What a product's own functions know about the message at hand, by a name of theirs: `routeLabels` reads the route's labels here.
    public var values: [String: TemplateValue]
    /// The most bytes that a function may give. One whose result can be far longer than its arguments looks here before it computes it
    /// and fails with ``TemplateFault/tooLong(_:)``; the engine checks the results of all.
    public var maximumBytes: Int

    /// An environment. Rendering sets `maximumBytes` from its limits.
    public init(now: Timestamp, local: Zone = .local, values: [String: TemplateValue] = [:], maximumBytes: Int = 16 << 20) {
        self.now = now
        self.local = local
        self.values = values
        self.maximumBytes = maximumBytes
    }
}
