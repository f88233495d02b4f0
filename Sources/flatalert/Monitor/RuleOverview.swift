import RuleEngine

/// Which rules are evaluated and which are not, for the first look.
struct RuleOverview {
    /// Names of alerting rules, in the order of the files.
    var active: [String]
    /// Recording rules.
    var recorded: Int
    var targets: Int
    /// Built-in alerts that are off, by the scrape job that they need.
    var missing: [(job: String, alerts: [String])]

    /// Lines for the terminal, none of them long.
    var lines: [String] {
        let names = active.isEmpty ? "" : ": \(Self.listed(active))"
        let all = active.count + missing.reduce(0) { $0 + $1.alerts.count }
        let sum = missing.isEmpty ? "\(active.count) alerts" : "\(active.count) of \(all) active"
        let recordings = recorded == 0 ? "" : ", \(recorded) recorded series"
        var lines = ["\(sum)\(names)\(recordings); \(targets) target\(targets == 1 ? "" : "s")"]
        for (job, alerts) in missing { lines.append("off, no scrape job \"\(job)\": \(Self.listed(alerts))") }
        if !missing.isEmpty { lines.append(Self.advice) }
        return lines
    }

    /// All names where they are few, else the first ones and how many follow.
    static func listed(_ names: [String]) -> String {
        names.count <= 6 ? names.joined(separator: ", ") : "\(names.prefix(4).joined(separator: ", ")) and \(names.count - 4) more"
    }

    /// How rules that are off are turned on.
    static let advice = "to turn them on: serve --exporters=\(ExporterKind.names), or docs/rules.md"
}

extension RuleOverview {
    init(_ monitor: Monitor) {
        let rules = monitor.manager.groups().flatMap(\.definition.rules)
        var seen: Set<String> = []
        active = rules.filter { $0.kind == .alerting && seen.insert($0.name).inserted }.map(\.name)
        recorded = rules.count { $0.kind == .recording }
        targets = monitor.scraper.report().active.count
        let configuration = monitor.configuration
        missing =
            configuration.file == BuiltInMonitoring.name
            ? BuiltInMonitoring.missing(jobs: Set(configuration.scrapeConfigurations.map(\.jobName))) : []
    }
}
