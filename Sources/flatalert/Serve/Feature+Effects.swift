import AlertRouter

extension Feature {
    /// What it adds to metrics.
    var metricLabels: MetricLabels {
        switch self {
        case .receiverNameInMetrics: .receiverName
        case .alertNamesInMetrics: .alertName
        case .groupKeyInMetrics, .classicMode, .utf8StrictMode, .autoMemoryLimit, .eventRecorder, .experimentalFunctions,
            .delayedNameRemoval:
            []
        }
    }

    /// Why it changes nothing although it is accepted; nil where it does something.
    var excuse: String? {
        switch self {
        case .receiverNameInMetrics, .alertNamesInMetrics, .classicMode, .utf8StrictMode, .experimentalFunctions, .delayedNameRemoval: nil
        case .groupKeyInMetrics: "alertmanager_alerts has no label group_key here; leave it out, and ask `flatalert explain` for the group"
        case .autoMemoryLimit: "there is no Go runtime here whose memory could be limited; leave it out"
        case .eventRecorder: "events are kept in the history instead (--history.max-bytes, `flatalert history`); leave it out"
        }
    }

    /// What to say at the start about features that were asked for.
    static func warnings(_ features: Set<Feature>) -> [String] {
        features.sorted { $0.rawValue < $1.rawValue }.compactMap { feature in
            feature.excuse.map { "--enable-feature=\(feature.rawValue) has no effect: \($0)" }
        }
    }
}
