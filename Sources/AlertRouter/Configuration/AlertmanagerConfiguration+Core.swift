public import AlertCore
import StrictYAML
public import Time

extension AlertmanagerConfiguration {
    /// What the machine acts on: inheritance resolved, names replaced by indices.
    public func core() -> CoreConfiguration {
        var compiler = RouteCompiler(receivers: receivers)
        compiler.add(route, parent: RouteCompiler.defaults)
        return CoreConfiguration(
            routes: compiler.routes,
            receivers: receivers.map { receiver in
                Receiver(
                    name: receiver.name, labels: receiver.labelSet,
                    integrations: receiver.integrations.map { Integration(kind: $0.kind, index: $0.index, sendResolved: $0.sendResolved) })
            },
            inhibitRules: inhibitRules.map(\.rule),
            timeIntervals: Dictionary(
                (timeIntervals + muteTimeIntervals).map { ($0.name, $0.interval) }, uniquingKeysWith: { first, _ in first }),
            resolveTimeout: global.resolveTimeout, tellsSuppressed: messageTemplates.asksSuppressed)
    }

    /// Everything worth a warning, also what depends on how long the notification log is kept (reference 1.4).
    public func warnings(retention: TimeSpan) -> [ConfigurationWarning] {
        var compiler = RouteCompiler(receivers: receivers)
        compiler.add(route, parent: RouteCompiler.defaults)
        return warnings
            + zip(compiler.routes, compiler.positions).flatMap { route, position in
                var found: [ConfigurationWarning] = []
                let interval = PrometheusDuration.format(route.repeatInterval)
                if route.repeatInterval > retention {
                    found.append(
                        ConfigurationWarning(
                            position: position,
                            message:
                                "repeat_interval is greater than the data retention period. It can lead to notifications being repeated more often than expected.",
                            attributes: [
                                "repeat_interval": interval, "retention": PrometheusDuration.format(retention), "route": route.key,
                            ]))
                }
                if route.repeatInterval < route.groupInterval {
                    found.append(
                        ConfigurationWarning(
                            position: position,
                            message:
                                "repeat_interval is less than group_interval. Notifications will not repeat until the next group_interval.",
                            attributes: [
                                "repeat_interval": interval, "group_interval": PrometheusDuration.format(route.groupInterval),
                                "route": route.key,
                            ]))
                }
                return found
            }
    }
}

/// Flattens a routing tree in preorder and fills in what nodes inherit (reference 1.4).
private struct RouteCompiler {
    /// What the root inherits.
    static let defaults = Route(key: "")

    private let indices: [String: Int]
    private(set) var routes: [Route] = []
    private(set) var positions: [YAMLPosition] = []

    init(receivers: [ReceiverConfiguration]) {
        indices = Dictionary(receivers.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// Adds a node and its children.
    ///
    /// - Returns: The node's index.
    @discardableResult
    mutating func add(_ configured: RouteConfiguration, parent: Route) -> Int {
        var route = parent
        route.matchers = configured.matchers
        route.receiver = configured.receiver.flatMap { indices[$0] } ?? parent.receiver
        route.groupBy = configured.groupBy ?? parent.groupBy
        route.groupWait = configured.groupWait ?? parent.groupWait
        route.groupInterval = configured.groupInterval ?? parent.groupInterval
        route.repeatInterval = configured.repeatInterval ?? parent.repeatInterval
        route.continues = configured.continues
        route.muteTimeIntervals = configured.muteTimeIntervals
        route.activeTimeIntervals = configured.activeTimeIntervals
        route.labels = Self.merged(parent.labels, configured.labels)
        route.key = parent.key.isEmpty ? "\(route.matchers)" : "\(parent.key)/\(route.matchers)"
        route.children = []

        let index = routes.count
        routes.append(route)
        positions.append(configured.position)
        for child in configured.routes {
            let childIndex = add(child, parent: route)
            routes[index].children.append(childIndex)
        }
        return index
    }

    private static func merged(_ inherited: [RouteLabel], _ own: [RouteLabel]) -> [RouteLabel] {
        let names = Set(own.map(\.name))
        return (inherited.filter { !names.contains($0.name) } + own).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
