import Labels

/// The routing tree, compiled: a node with many children finds those that could match by index (reference 4.1).
struct RoutingTree {
    private struct Node {
        let matchers: Matchers
        let continues: Bool
        let children: [Int32]
        /// The children by their matchers; nil when there are so few that trying each is cheaper.
        let index: MatcherIndex?
    }

    private let nodes: [Node]
    private static let fewChildren = 4

    init(_ routes: [Route]) {
        nodes = routes.map { route in
            let children = route.children.map { Int32($0) }
            var index: MatcherIndex?
            if children.count > Self.fewChildren {
                var built = MatcherIndex()
                // Ids are positions among the children, so that candidates come in the order of the configuration.
                for (position, child) in route.children.enumerated() { built.insert(Int32(position), routes[child].matchers) }
                index = built
            }
            return Node(matchers: route.matchers, continues: route.continues, children: children, index: index)
        }
    }

    /// The routes an alert takes, in order.
    func routes(for probe: LabelProbe) -> [Int32] {
        guard let root = nodes.first, root.matchers.matches(probe.labels) else { return [] }
        var found: [Int32] = []
        collect(0, probe, into: &found)
        return found
    }

    /// Adds what the subtree of a node that matches gives.
    private func collect(_ node: Int32, _ probe: LabelProbe, into found: inout [Int32]) {
        let current = nodes[Int(node)]
        var matched = false
        // Whether siblings after this child are not tried any more.
        func enter(_ child: Int32) -> Bool {
            let next = nodes[Int(child)]
            guard next.matchers.matches(probe.labels) else { return false }
            matched = true
            collect(child, probe, into: &found)
            return !next.continues
        }
        if let index = current.index {
            for position in index.candidates(for: probe) where enter(current.children[Int(position)]) { break }
        } else {
            for child in current.children where enter(child) { break }
        }
        if !matched { found.append(node) }
    }
}
