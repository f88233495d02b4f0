import Labels
import MonitorFile

/// The Alertmanagers of one entry of `alerting.alertmanagers` (reference 6).
struct AlertmanagerAddresses: Sendable, Equatable {
    /// Where alerts are posted, each URL once, in the order of discovery.
    var active: [String] = []
    /// URLs of those that relabelling dropped.
    var dropped: [String] = []
    /// What was found where no address can be.
    var problems: [String] = []

    /// Where alerts are posted below an address and the entry's path prefix.
    static let path = "/api/v2/alerts"

    private static let scheme = "__scheme__"
    private static let address = "__address__"
    private static let pathLabel = "__alerts_path__"

    init() {}

    /// What an entry makes of discovered targets.
    init(_ groups: [TargetGroup], of entry: AlertmanagerTargets) {
        var seen: Set<String> = []
        for group in groups {
            for target in group.targets {
                let found = Self.labels(of: target, in: group, entry: entry)
                guard let labels = entry.relabeling.isEmpty ? found : entry.relabeling.apply(found) else {
                    dropped.append(Self.url(found))
                    continue
                }
                guard let address = labels[Self.address], !address.isEmpty else { continue }
                guard !address.contains("/") else {
                    problems.append("\"\(address)\" is not an address: HOST:PORT must stand there, without scheme or path")
                    continue
                }
                let url = Self.url(labels)
                if seen.insert(url).inserted { active.append(url) }
            }
        }
    }

    /// A target's own labels win over its group's, but for scheme and path, which are the entry's unless the group names them.
    private static func labels(of target: LabelSet, in group: TargetGroup, entry: AlertmanagerTargets) -> LabelSet {
        var builder = LabelSetBuilder()
        target.forEach { builder.append(name: $0, value: $1) }
        builder.append(name: scheme, value: entry.scheme)
        builder.append(name: pathLabel, value: entry.pathPrefix + path)
        group.labels.forEach { name, value in
            if target.withValue(ofName: name, { $0 == nil }) { builder.append(name: name, value: value) }
        }
        return LabelSet(packing: &builder)
    }

    private static func url(_ labels: LabelSet) -> String {
        let path = labels[pathLabel] ?? ""
        return "\(labels[scheme] ?? "http")://\(labels[address] ?? "")\(path.hasPrefix("/") ? "" : "/")\(path)"
    }
}
