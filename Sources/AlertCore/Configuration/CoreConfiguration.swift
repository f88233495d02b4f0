public import Labels
public import Time

/// The part of a configuration that the machine acts on, compiled: names are indices, regexes are programs.
public struct CoreConfiguration: Sendable {
    /// The routing tree in preorder; the root is element 0.
    public var routes: [Route]
    /// Receivers in configuration order; routes name them by index.
    public var receivers: [Receiver]
    /// Inhibition rules in configuration order.
    public var inhibitRules: [InhibitRule]
    /// Named time intervals.
    public var timeIntervals: [String: TimeInterval]
    /// `global.resolve_timeout`.
    public var resolveTimeout: TimeSpan
    /// Whether deliveries say what their alerts inhibit: the inhibition index then keeps the targets as well.
    public var tellsSuppressed: Bool

    /// A configuration with these parts. `routes` must not be empty, every index in it must be valid and every interval name defined.
    public init(
        routes: [Route], receivers: [Receiver], inhibitRules: [InhibitRule] = [], timeIntervals: [String: TimeInterval] = [:],
        resolveTimeout: TimeSpan = .minutes(5), tellsSuppressed: Bool = false
    ) {
        self.routes = routes
        self.receivers = receivers
        self.inhibitRules = inhibitRules
        self.timeIntervals = timeIntervals
        self.resolveTimeout = resolveTimeout
        self.tellsSuppressed = tellsSuppressed
    }
}

/// One node of the routing tree with everything inherited already filled in (reference 1.4).
public struct Route: Sendable {
    /// How alerts of one route are grouped.
    public enum GroupBy: Sendable, Hashable {
        /// `group_by: ['...']`: every label set is a group of its own.
        case all
        /// These label names, sorted; an empty list is one group for the whole route.
        case labels([String])
    }

    /// All must hold; sorted by name, value, operator. Deprecated forms are merged in.
    public var matchers: Matchers
    /// Index into `CoreConfiguration.receivers`.
    public var receiver: Int
    /// The grouping.
    public var groupBy: GroupBy
    /// Wait before the first flush of a new group.
    public var groupWait: TimeSpan
    /// Time between flushes of one group.
    public var groupInterval: TimeSpan
    /// Time after which an unchanged, still firing group is told again.
    public var repeatInterval: TimeSpan
    /// Whether siblings after this node are tried as well.
    public var continues: Bool
    /// Indices of the children in `CoreConfiguration.routes`, in order.
    public var children: [Int]
    /// Names of intervals in which the route is muted. Not inherited.
    public var muteTimeIntervals: [String]
    /// Names of intervals outside of which the route is muted. Not inherited.
    public var activeTimeIntervals: [String]
    /// Route labels (name and template text), merged from the parents, sorted by name. The machine only carries them.
    public var labels: [RouteLabel]
    /// The route key (reference 4.2): `{}` for the root, then `/` and each node's matchers.
    public var key: String

    /// A route with these parts.
    public init(
        matchers: Matchers = Matchers([]), receiver: Int = 0, groupBy: GroupBy = .labels([]), groupWait: TimeSpan = .seconds(30),
        groupInterval: TimeSpan = .minutes(5), repeatInterval: TimeSpan = .hours(4), continues: Bool = false, children: [Int] = [],
        muteTimeIntervals: [String] = [], activeTimeIntervals: [String] = [], labels: [RouteLabel] = [], key: String = "{}"
    ) {
        self.matchers = matchers
        self.receiver = receiver
        self.groupBy = groupBy
        self.groupWait = groupWait
        self.groupInterval = groupInterval
        self.repeatInterval = repeatInterval
        self.continues = continues
        self.children = children
        self.muteTimeIntervals = muteTimeIntervals
        self.activeTimeIntervals = activeTimeIntervals
        self.labels = labels
        self.key = key
    }
}

extension Route {
    /// When a message of the tick at `time` comes again at the earliest: on the first tick by which the repeat interval is over.
    public func repeats(after time: Timestamp) -> Timestamp {
        let tick = max(1, groupInterval.nanoseconds)
        let wanted = max(1, repeatInterval.nanoseconds)
        let (ticks, rest) = wanted.quotientAndRemainder(dividingBy: tick)
        return time + groupInterval * (rest == 0 ? ticks : ticks + 1)
    }
}

/// A label that a route adds to its notifications (reference 1.4, `labels`).
public struct RouteLabel: Sendable, Hashable {
    /// The label's name.
    public var name: String
    /// Template text, expanded at notification time.
    public var template: String

    /// A route label.
    public init(name: String, template: String) {
        self.name = name
        self.template = template
    }
}

/// A receiver as the machine sees it: a name and the kinds of its integrations.
public struct Receiver: Sendable, Hashable {
    /// The name, unique in the configuration.
    public var name: String
    /// The receiver's own labels, `name` among them.
    public var labels: LabelSet
    /// The integrations in building order (reference 9).
    public var integrations: [Integration]

    /// A receiver with these parts.
    public init(name: String, labels: LabelSet = LabelSet(), integrations: [Integration] = []) {
        self.name = name
        self.labels = labels
        self.integrations = integrations
    }
}

/// One integration of a receiver.
public struct Integration: Sendable, Hashable {
    /// The kind's name in the notification log: `webhook`, `slack`, …
    public var kind: String
    /// Position within the receiver's list of that kind.
    public var index: Int
    /// Whether ends of alerts are told.
    public var sendResolved: Bool

    /// An integration.
    public init(kind: String, index: Int = 0, sendResolved: Bool = true) {
        self.kind = kind
        self.index = index
        self.sendResolved = sendResolved
    }
}

/// While a source alert fires, targets that agree with it on some labels are not told (reference 6.1).
public struct InhibitRule: Sendable {
    /// Optional name for logs and explanations.
    public var name: String
    /// What a source must match.
    public var source: Matchers
    /// What a target must match.
    public var target: Matchers
    /// Labels on which both must agree; a missing label equals the empty string.
    public var equal: [String]

    /// A rule with these parts.
    public init(name: String = "", source: Matchers, target: Matchers, equal: [String] = []) {
        self.name = name
        self.source = source
        self.target = target
        self.equal = equal
    }
}
