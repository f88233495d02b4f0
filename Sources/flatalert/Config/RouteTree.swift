import AlertCore
import Labels

/// The routing tree as text, whole or as labels walk it (reference 4.1, 12.3).
struct RouteTree {
    private let core: CoreConfiguration

    init(_ core: CoreConfiguration) {
        self.core = core
    }

    /// The name of a route's receiver.
    func receiver(of route: Int) -> String { core.receivers[core.routes[route].receiver].name }

    /// The routes where an alert with these labels ends, in order.
    func ends(for labels: LabelSet) -> [Int] { walk(0, labels)?.ends ?? [] }

    /// All routes.
    var everything: String {
        draw { route, _ in
            let node = core.routes[route]
            return (node.continues ? "  continue: true" : "") + "  receiver: \(receiver(of: route))"
        }
    }

    /// The routes that an alert with these labels passes; only where it ends the receiver is shown.
    func matching(_ labels: LabelSet) -> String {
        guard let walked = walk(0, labels) else { return ".\n" }
        return draw(walked) { route, isEnd in isEnd ? "  receiver: \(receiver(of: route))" : "" }
    }

    /// A route and what lies below it.
    private struct Branch {
        let route: Int
        let children: [Branch]

        var ends: [Int] { children.isEmpty ? [route] : children.flatMap(\.ends) }
    }

    /// nil when the route does not match.
    private func walk(_ route: Int, _ labels: LabelSet) -> Branch? {
        guard core.routes[route].matchers.matches(labels) else { return nil }
        var children: [Branch] = []
        for child in core.routes[route].children {
            guard let branch = walk(child, labels) else { continue }
            children.append(branch)
            if !core.routes[child].continues { break }
        }
        return Branch(route: route, children: children)
    }

    private func whole(_ route: Int) -> Branch { Branch(route: route, children: core.routes[route].children.map(whole)) }

    private func draw(_ root: Branch? = nil, _ details: (_ route: Int, _ isEnd: Bool) -> String) -> String {
        var lines = ["."]
        func add(_ branch: Branch, prefix: String, isLast: Bool) {
            let name = branch.route == 0 ? "default-route" : "\(core.routes[branch.route].matchers)"
            lines.append(prefix + (isLast ? "└── " : "├── ") + name + details(branch.route, branch.children.isEmpty))
            for (index, child) in branch.children.enumerated() {
                add(child, prefix: prefix + (isLast ? "    " : "│\u{A0}\u{A0} "), isLast: index == branch.children.count - 1)
            }
        }
        add(root ?? whole(0), prefix: "", isLast: true)
        return lines.joined(separator: "\n") + "\n"
    }
}
