import ClientConfiguration
import MonitorFile
import Time

/// What is told of a `prometheus.yml`, in promtool's words and streams (Prometheus reference 7.2).
struct MonitorFileReport {
    let rules: RuleFileReport
    /// Whether files that the configuration names are left alone.
    var checksSyntaxOnly = false
    /// Whether jobs are looked for that scrape too rarely for their samples to be seen between.
    var looksForLongIntervals = false

    private var console: Console { rules.console }
    /// How far back a query looks for a sample, in milliseconds.
    private static let lookback: Int64 = 300_000

    /// Checks a configuration and the rule files that it names.
    func check(_ path: String, contents: [UInt8]) -> [RuleFileReport.Verdict] {
        console.print("Checking \(path)")
        let configuration: MonitorConfiguration
        do throws(MonitorConfigurationError) {
            configuration = try MonitorConfiguration.parse(contents, file: path)
        } catch {
            return fail(error.lines)
        }
        for warning in configuration.warnings { console.print("  WARNING: \(warning)") }
        if !configuration.unusedSections.isEmpty {
            console.print("  WARNING: \(path): not used by flatalert: \(configuration.unusedSections.joined(separator: ", "))")
        }
        var ruleFiles: [String] = []
        if !checksSyntaxOnly {
            let references = MonitorReferences(of: configuration)
            for warning in references.warnings { console.print("  WARNING: \(warning)") }
            guard references.problems.isEmpty else { return fail(references.problems) }
            ruleFiles = references.ruleFiles
        }
        let rare = looksForLongIntervals ? configuration.scrapeConfigurations.filter { $0.interval >= Self.lookback } : []
        if rare.isEmpty {
            if !ruleFiles.isEmpty { console.print("  SUCCESS: \(ruleFiles.count) rule files found") }
            console.print(" SUCCESS: \(path) is valid prometheus config file syntax")
        }
        for job in rare {
            let interval = PrometheusDuration.format(.milliseconds(job.interval))
            console.complain(
                "  FAILED: too-long-scrape-interval: job \(job.jobName) scrapes every \(interval), and queries look back "
                    + "\(PrometheusDuration.format(.milliseconds(Self.lookback))): its series would come and go")
        }
        console.print("")
        return (rare.isEmpty ? [] : [.odd]) + ruleFiles.map(check)
    }

    private func fail(_ problems: [String]) -> [RuleFileReport.Verdict] {
        console.complain("  FAILED: \(problems.joined(separator: "\n  "))")
        console.print("")
        return [.bad]
    }

    private func check(ruleFile path: String) -> RuleFileReport.Verdict {
        console.print("Checking \(path)")
        switch FileReader.contents(of: path) {
        case .success(let contents): return rules.check(contents, name: path)
        case .failure(let fault):
            console.complain("  FAILED:\n\(path): cannot be read: \(fault.message)")
            return .bad
        }
    }
}
