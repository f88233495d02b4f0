import ArgumentParser

/// `rules check`: whether rule files can be loaded. Output and exit codes are promtool's (Prometheus reference 7.1).
struct RulesCheck: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool rules check",
        abstract: "Validate rule files.",
        discussion: """
            Without a file, standard input is checked. Everything that is wrong is told at once, each with its place. Exit code 1 means that a file \
            cannot be loaded; 3 that --lint-fatal is given and the lint found something.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(
        help: "What to look for beyond errors: all, duplicate-rules or none; several with commas.",
        completion: .list(["all", "duplicate-rules", "none"]))
    var lint = "duplicate-rules"

    @Flag(name: .customLong("lint-fatal"), help: "Exit with code 3 when the lint found something.")
    var isLintFatal = false

    @Flag(name: .customLong("ignore-unknown-fields"), help: "Pass over keys that rule files do not have.")
    var ignoresUnknownFields = false

    @Argument(help: "Rule files.", completion: .file(extensions: ["yml", "yaml", "rules"]))
    var files: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        let report = RuleFileReport(
            console: session.console, looksForDuplicates: RuleLints(lint, console: session.console).duplicates,
            ignoresUnknownFields: ignoresUnknownFields)
        var verdicts: Set<RuleFileReport.Verdict> = []
        if files.isEmpty {
            guard let contents = try session.environment.standardInput() else { throw .failed("Failed to read from standard input") }
            session.console.print("Checking standard input")
            verdicts.insert(report.check(contents, name: "standard input"))
        }
        // All files are read first: one that does not exist is a mistake in the command, not in a file.
        let inputs = try files.map { path throws(ClientError) in
            guard let contents = try session.environment.contents(path) else { throw .failed("path '\(path)' does not exist") }
            return (path: path, contents: contents)
        }
        for input in inputs {
            session.console.print("Checking \(input.path)")
            verdicts.insert(report.check(input.contents, name: input.path))
        }
        if verdicts.contains(.bad) { throw .alreadyTold }
        if isLintFatal, verdicts.contains(.odd) { throw .ended(code: 3) }
    }
}
