import AlertCore

extension Dice {
    /// A random configuration. Names are drawn from small pools, so that a reload keeps some log keys and drops others.
    mutating func configuration(near wall: Nanos, grain: Grain) -> ModelConfiguration {
        let intervals = (0..<below(4)).map { interval(named: "interval\($0)", near: wall) }
        let receivers = (0..<(1 + below(4))).map { receiver(named: "receiver\($0)") }
        var configuration = ModelConfiguration(
            routes: [], receivers: receivers, rules: (0..<below(5)).map { _ in rule() }, intervals: intervals,
            resolveTimeout: grain.length(&self, .minutes(2), .minutes(8)), tellsSuppressed: chance(60))
        var root = timed(ModelRoute(), grain)
        root.receiver = below(receivers.count)
        regroup(&root)
        configuration.routes = [root]
        grow(&configuration, under: 0, depth: 1, grain: grain)
        alignTwins(&configuration)
        return configuration
    }

    /// A copy with one or two differences, as an edited file has.
    mutating func edited(_ old: ModelConfiguration, near wall: Nanos, grain: Grain) -> ModelConfiguration {
        var new = old
        switch below(6) {
        case 0: new.rules = (0..<below(5)).map { _ in rule() }
        case 1:
            let route = below(new.routes.count)
            new.routes[route] = timed(new.routes[route], grain)
        case 2:
            let route = below(new.routes.count)
            regroup(&new.routes[route])
        case 3:
            let index = below(new.receivers.count)
            new.receivers[index] = receiver(named: new.receivers[index].name)
        case 4:
            for index in new.intervals.indices { new.intervals[index] = interval(named: new.intervals[index].name, near: wall) }
            new.resolveTimeout = grain.length(&self, .minutes(2), .minutes(8))
        default: new = configuration(near: wall, grain: grain)
        }
        alignTwins(&new)
        return new
    }

    /// Routes with equal keys share their log entries. With one repeat interval it does not matter which of two groups told something, and with intervals
    /// that do not meet it is known which of them ticks first.
    private func alignTwins(_ configuration: inout ModelConfiguration) {
        for index in configuration.routes.indices {
            let key = configuration.routes[index].key
            if let first = configuration.routes.firstIndex(where: { $0.key == key }), first != index {
                configuration.routes[index].groupInterval =
                    max(configuration.routes[index].groupInterval, .seconds(10)) + 13_000_007 * Nanos(index)
                configuration.routes[index].repeatInterval = configuration.routes[first].repeatInterval
            }
        }
    }

    private mutating func grow(_ configuration: inout ModelConfiguration, under parent: Int, depth: Int, grain: Grain) {
        let count = depth == 1 ? 1 + below(4) : below(3)
        for _ in 0..<count where configuration.routes.count < 9 {
            var route = configuration.routes[parent]
            route.children = []
            route.continues = chance(45)
            route.matchers = (0..<(chance(20) ? 0 : 1 + below(2))).map { _ in matcher() }.inConfigurationOrder
            // Siblings with equal matchers share their group keys.
            if chance(12), let twin = configuration.routes[parent].children.last {
                route.matchers = configuration.routes[twin].matchers
                configuration.routes[twin].continues = true
            }
            if chance(60) { route.receiver = below(configuration.receivers.count) }
            if chance(50) { regroup(&route) }
            if chance(60) { route = timed(route, grain) }
            route.mutes = chance(25) ? configuration.intervals.indices.filter { _ in chance(50) } : []
            route.actives = chance(15) ? configuration.intervals.indices.filter { _ in chance(50) } : []
            route.key = configuration.routes[parent].key + "/" + route.matchers.printed
            let index = configuration.routes.count
            configuration.routes.append(route)
            configuration.routes[parent].children.append(index)
            if depth < 3 { grow(&configuration, under: index, depth: depth + 1, grain: grain) }
        }
    }

    private mutating func regroup(_ route: inout ModelRoute) {
        route.groupsByAll = chance(20)
        let chosen = chance(25) ? [] : Vocabulary.names.indices.filter { _ in chance(35) }
        route.groupMask = route.groupsByAll ? .max : Vocabulary.mask(of: chosen)
    }

    private mutating func timed(_ old: ModelRoute, _ grain: Grain) -> ModelRoute {
        var route = old
        switch below(10) {
        case 0: route.groupWait = 0
        case 1...6: route.groupWait = grain.length(&self, .milliseconds(500), .seconds(30))
        default: route.groupWait = grain.length(&self, .seconds(30), .minutes(3))
        }
        switch below(20) {
        case 0: route.groupInterval = grain.length(&self, .seconds(2), .seconds(9))
        case 1...2: route.groupInterval = grain.length(&self, .seconds(10), .minutes(1))
        case 3...14: route.groupInterval = grain.length(&self, .minutes(1), .minutes(6))
        default: route.groupInterval = grain.length(&self, .minutes(6), .minutes(20))
        }
        // So that the next tick of a group tells whether its first one has come.
        if route.groupWait == route.groupInterval { route.groupWait -= .milliseconds(300) }
        switch below(10) {
        case 0: route.repeatInterval = .milliseconds(1)
        case 1...3: route.repeatInterval = route.groupInterval * Nanos(1 + below(4))
        case 4...6: route.repeatInterval = grain.length(&self, .minutes(10), .hours(1))
        default: route.repeatInterval = grain.length(&self, .hours(1), .hours(5))
        }
        return route
    }

    private mutating func receiver(named name: String) -> Receiver {
        var counts = [0, 0, 0]
        let kinds = ["webhook", "slack", "email"]
        let integrations = (0..<weighted([3, 45, 35, 17])).map { _ in
            let kind = weighted([60, 25, 15])
            counts[kind] += 1
            return Integration(kind: kinds[kind], index: counts[kind] - 1, sendResolved: chance(70))
        }
        return Receiver(name: name, integrations: integrations)
    }

    private mutating func rule() -> ModelRule {
        var equal = Vocabulary.names.indices.filter { _ in chance(25) }
        if chance(5) { equal.append(Vocabulary.names.count) }
        return ModelRule(
            source: (0..<(chance(5) ? 0 : 1 + below(2))).map { _ in matcher() },
            target: (0..<(chance(5) ? 0 : 1 + below(2))).map { _ in matcher() },
            equal: equal)
    }
}
