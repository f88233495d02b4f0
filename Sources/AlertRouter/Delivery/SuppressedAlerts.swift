public import Labels

/// Alerts of one name that are not told, because alerts of a message inhibit them.
public struct SuppressedAlerts: Sendable, Hashable {
    /// The alertname.
    public let name: String
    /// How many there are.
    public let count: Int
    /// The pairs that all of them have.
    public let labels: LabelSet

    /// Alerts by name, in the order of the names.
    static func summary(of alerts: [LabelSet]) -> [SuppressedAlerts] {
        guard !alerts.isEmpty else { return [] }
        let byName = Dictionary(grouping: alerts) { $0["alertname"] ?? "" }
        return byName.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, alerts in
            SuppressedAlerts(name: name, count: alerts.count, labels: CommonLabels.of(alerts))
        }
    }
}
