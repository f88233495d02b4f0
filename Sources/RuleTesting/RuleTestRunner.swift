import GoTemplate
public import PromQL
import RE2
import Rules
import StrictYAML
public import Time

/// How unit tests are run.
public struct RuleTestOptions: Sendable {
    /// Regular expressions, one of which a test's name must match somewhere; empty runs all tests.
    public var names: [String] = []
    /// Failures of alerts are shown as differences instead of as two lists.
    public var showsDifference = false
    /// Tells when each test begins and ends, and all samples that it saw.
    public var isDebugging = false
    /// Keys that test files and rule files do not have are passed over.
    public var ignoresUnknownFields = false
    /// Which parts of PromQL beyond the stable ones may be used.
    public var parser = ParserOptions()

    /// The zone of local times in annotations and messages; nil is the host's.
    public var zone: Zone?

    /// promtool's defaults.
    public init() {}
}

/// Runs files of unit tests for rules: promtool's format, failures in its words (Prometheus reference 7.3), and in a second document of the same file
/// tests of the notifications that come of the alerts.
///
/// ```swift
/// let report = RuleTestRunner.run(files: ["rules/tests/host.yml"], options: RuleTestOptions())
/// ```
public enum RuleTestRunner {
    /// Runs files, one after another. Reads them, the rule files and the Alertmanager configuration that they name, and nothing else.
    public static func run(files: [String], options: RuleTestOptions = RuleTestOptions()) -> RuleTestReport {
        var report = RuleTestReport()
        let names: [RE2Regex]
        do throws(RE2Error) {
            names = try options.names.map { (pattern) throws(RE2Error) in try RE2Regex(pattern) }
        } catch {
            report.complain("\(error)\n")
            report.hasFailures = true
            return report
        }
        for file in files {
            var run = RuleTestFileRun(path: file, names: names, options: options)
            TemplateEnvironment.$zone.withValue(options.zone ?? TemplateEnvironment.zone) { run.run() }
            report.add(run)
        }
        return report
    }
}
