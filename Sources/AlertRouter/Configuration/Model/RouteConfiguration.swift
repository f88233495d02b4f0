public import AlertCore
public import Labels
public import StrictYAML
public import Time

/// A node of `route` as configured (reference 1.4): what it does not say it inherits, see `CompiledRoutes`.
public struct RouteConfiguration: Sendable {
    /// Where the node stands in the file.
    public var position: YAMLPosition
    /// The receiver's name; nil inherits.
    public var receiver: String?
    /// The grouping; nil inherits.
    public var groupBy: Route.GroupBy?
    /// The names of `group_by` in the order of the file.
    var groupByNames: [String] = []
    /// `match`, `match_re` and `matchers` as written.
    var forms = MatcherForms()
    /// All three together, sorted.
    public var matchers = Matchers([])
    /// Names of intervals in which the route is muted.
    public var muteTimeIntervals: [String] = []
    /// Names of intervals outside of which the route is muted.
    public var activeTimeIntervals: [String] = []
    /// Whether siblings after this node are tried as well.
    public var continues = false
    /// `labels` as configured, sorted by name.
    public var labels: [RouteLabel] = []
    /// `group_wait`; nil inherits.
    public var groupWait: TimeSpan?
    /// `group_interval`; nil inherits.
    public var groupInterval: TimeSpan?
    /// `repeat_interval`; nil inherits.
    public var repeatInterval: TimeSpan?
    /// The children.
    public var routes: [RouteConfiguration] = []

    /// The receivers that the node and those below it name.
    var receiverNames: Set<String> {
        routes.reduce(into: receiver.map { [$0] } ?? []) { $0.formUnion($1.receiverNames) }
    }
}
