import BuiltInRules
import MonitorFile
import RuleEngine
import Rules
import Transport

/// What is watched without any file: the machine itself, and what else this instance exports.
struct BuiltInMonitoring: Sendable {
    /// A file of built-in rules, and the scrape job without which it makes no sense.
    private static let neededJobs = [
        "host.yml": ExporterKind.host.job, "gateway.yml": ExporterKind.gateway.job, "cni-plugin.yml": ExporterKind.cni.job,
    ]
    /// How the configuration is called where files have names.
    static let name = "built-in"

    /// Where this instance listens.
    var authority: String
    /// The path in front of all routes; empty when there is none.
    var prefix: String
    /// What this instance exports, and therefore scrapes.
    var exporters: [ExporterKind]
    /// The machine's name: instance and host of everything that is told.
    var host = HostName.own ?? "localhost"

    /// The configuration as a file would say it.
    var text: String {
        """
        global:
          scrape_interval: 15s
          evaluation_interval: 15s
          external_labels: {host: \(quoted(host))}
        \(exporters.isEmpty ? "" : "scrape_configs:")
        \(exporters.map(job).joined())
        """
    }

    private func job(_ exporter: ExporterKind) -> String {
        """
        - job_name: \(exporter.job)
          metrics_path: \(quoted(prefix + exporter.path))
          static_configs:
          - targets: [\(quoted(authority))]
            labels: {instance: \(quoted(host))}

        """
    }

    /// Reads the configuration and those rules whose jobs it has.
    func load() throws -> MonitorInput {
        let configuration = try MonitorConfiguration.parse(Array(text.utf8), file: Self.name)
        let jobs = Set(configuration.scrapeConfigurations.map(\.jobName))
        let groups = try Self.files.filter { file in Self.neededJobs[file.path].map(jobs.contains) ?? true }.flatMap(\.groups)
        return MonitorInput(configuration: configuration, groups: groups)
    }

    /// The jobs whose rules are among these files.
    static func jobs(ofFiles files: Set<String>) -> Set<String> { Set(files.compactMap { neededJobs[$0] }) }

    /// The alerts that are off, by the job that they need.
    static func missing(jobs: Set<String>) -> [(job: String, alerts: [String])] {
        guard let files = try? files else { return [] }
        return files.compactMap { file in
            guard let job = neededJobs[file.path], !jobs.contains(job) else { return nil }
            return (job, file.groups.flatMap(\.rules).filter { $0.kind == .alerting }.map(\.name))
        }
    }

    private static var files: [RuleFile] {
        get throws {
            try BuiltInRules.files.map { try RuleFileReader.read($0.text, file: $0.name, options: RuleFileOptions()) }
        }
    }

    /// A text in YAML's single quotes.
    private func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
