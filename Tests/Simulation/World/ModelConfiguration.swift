import AlertCore
import Labels
import Time

/// One node of the routing tree, as the naive model reads it.
struct ModelRoute {
    var matchers: ModelMatchers = []
    var receiver = 0
    /// The bits of a label set's code that make a group; all bits for `...`.
    var groupMask: UInt64 = 0
    /// `group_by: ['...']`.
    var groupsByAll = false
    var groupWait: Nanos = .seconds(30)
    var groupInterval: Nanos = .minutes(5)
    var repeatInterval: Nanos = .hours(4)
    var continues = false
    var children: [Int] = []
    /// Indices of intervals.
    var mutes: [Int] = []
    /// Indices of intervals.
    var actives: [Int] = []
    /// The route key (reference 4.2).
    var key = "{}"
}

/// An inhibition rule, as the naive model reads it.
struct ModelRule {
    var source: ModelMatchers
    var target: ModelMatchers
    /// Indices of label names.
    var equal: [Int]
}

/// A configuration in the form that a naive model can evaluate, and from which the core's is made.
struct ModelConfiguration {
    /// In preorder.
    var routes: [ModelRoute]
    var receivers: [Receiver]
    var rules: [ModelRule]
    var intervals: [ModelInterval]
    var resolveTimeout: Nanos
    /// Messages say what their alerts inhibit.
    var tellsSuppressed: Bool

    /// Routing by the words of reference 4.1, without any index.
    func routes(for code: UInt64) -> [Int] {
        var found: [Int] = []
        visit(0, code, &found)
        return found
    }

    private func visit(_ node: Int, _ code: UInt64, _ found: inout [Int]) {
        guard routes[node].matchers.matches(code) else { return }
        let before = found.count
        for child in routes[node].children {
            let count = found.count
            visit(child, code, &found)
            if found.count > count && !routes[child].continues { break }
        }
        if found.count == before { found.append(node) }
    }

    /// The names that mute a route at an instant and why; nil when nothing does (reference 5.2).
    func muting(of route: Int, at wall: Nanos) -> (reason: SuppressionReason, names: [String])? {
        let actives = routes[route].actives
        if !actives.isEmpty, !actives.contains(where: { intervals[$0].containing(wall) > 0 }) {
            return (.activeTimeInterval, actives.map { intervals[$0].name })
        }
        let containing = routes[route].mutes.filter { intervals[$0].containing(wall) > 0 }
        // A name comes once for each of its specs that contains the instant.
        return containing.isEmpty
            ? nil : (.muteTimeInterval, containing.flatMap { Array(repeating: intervals[$0].name, count: intervals[$0].containing(wall)) })
    }

    /// The same configuration, compiled for the core.
    func compiled() throws(MatcherError) -> CoreConfiguration {
        var core: [Route] = []
        for route in routes {
            let names = Vocabulary.names.indices.filter { route.groupMask & Vocabulary.mask(of: [$0]) != 0 }.map { Vocabulary.names[$0] }
            core.append(
                Route(
                    matchers: try route.matchers.compiled(), receiver: route.receiver, groupBy: route.groupsByAll ? .all : .labels(names),
                    groupWait: TimeSpan(nanoseconds: route.groupWait), groupInterval: TimeSpan(nanoseconds: route.groupInterval),
                    repeatInterval: TimeSpan(nanoseconds: route.repeatInterval), continues: route.continues, children: route.children,
                    muteTimeIntervals: route.mutes.map { intervals[$0].name },
                    activeTimeIntervals: route.actives.map { intervals[$0].name },
                    key: route.key))
        }
        var inhibitRules: [InhibitRule] = []
        for rule in rules {
            inhibitRules.append(
                InhibitRule(
                    source: try rule.source.compiled(), target: try rule.target.compiled(),
                    equal: rule.equal.map { $0 < Vocabulary.names.count ? Vocabulary.names[$0] : Vocabulary.strangeName }))
        }
        return CoreConfiguration(
            routes: core, receivers: receivers, inhibitRules: inhibitRules,
            timeIntervals: Dictionary(uniqueKeysWithValues: intervals.map { ($0.name, TimeInterval(specs: $0.specs.map(\.spec))) }),
            resolveTimeout: TimeSpan(nanoseconds: resolveTimeout), tellsSuppressed: tellsSuppressed)
    }
}
