import ArgumentParser

/// `monitor check`: whether `prometheus.yml` can be loaded. Output and exit codes are promtool's (Prometheus reference 7.2).
struct MonitorCheck: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool monitor check",
        abstract: "Validate prometheus.yml and the files that it names.",
        discussion: """
            The file is what serve --monitor.config reads. Everything that is wrong is told at once, each with line and column; rule files, lists of \
            targets, credentials and certificates that it names are looked at as well. Exit code 1 means that it cannot be loaded or that a file is \
            missing; 3 that --lint-fatal is given and the lint found something.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Flag(name: .customLong("syntax-only"), help: "Leave the files alone that the configuration names.")
    var isSyntaxOnly = false

    @Option(
        help: "What to look for beyond errors: all, duplicate-rules, too-long-scrape-interval or none; several with commas.",
        completion: .list(["all", "duplicate-rules", "too-long-scrape-interval", "none"]))
    var lint = "duplicate-rules"

    @Flag(name: .customLong("lint-fatal"), help: "Exit with code 3 when the lint found something.")
    var isLintFatal = false

    @Argument(help: "Configuration files.", completion: .file(extensions: ["yml", "yaml"]))
    var files: [String]

    func run(_ session: ClientSession) async throws(ClientError) {
        let lints = RuleLints(lint, console: session.console)
        var report = MonitorFileReport(rules: RuleFileReport(console: session.console, looksForDuplicates: lints.duplicates))
        report.checksSyntaxOnly = isSyntaxOnly
        report.looksForLongIntervals = lints.longIntervals
        // All files are read first: one that does not exist is a mistake in the command, not in a file.
        let inputs = try files.map { path throws(ClientError) in
            guard let contents = try session.environment.contents(path) else { throw .failed("path '\(path)' does not exist") }
            return (path: path, contents: contents)
        }
        let verdicts = inputs.flatMap { report.check($0.path, contents: $0.contents) }
        if verdicts.contains(.bad) { throw .alreadyTold }
        if isLintFatal, verdicts.contains(.odd) { throw .ended(code: 3) }
    }
}
