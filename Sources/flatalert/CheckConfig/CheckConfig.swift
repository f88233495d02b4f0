import AlertRouter
import ArgumentParser

/// `check-config`: whether configuration files can be loaded.
struct CheckConfig: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool check-config",
        abstract: "Validate configuration files.",
        discussion: "Without a file, standard input is checked. Everything that is wrong is told at once, each with line and column.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Argument(help: "Configuration files.", completion: .file())
    var files: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        var failed = 0
        for input in try inputs(session) where !check(input, session) { failed += 1 }
        guard failed == 0 else { throw .failed("failed to validate \(failed) file(s)") }
    }

    private struct Input {
        let name: String
        let contents: [UInt8]
        let directory: String?
    }

    /// All files are read first: one that does not exist is a mistake in the command, not in the configuration.
    private func inputs(_ session: ClientSession) throws(ClientError) -> [Input] {
        guard !files.isEmpty else {
            guard let contents = try session.environment.standardInput() else { throw .failed("Failed to read from standard input") }
            return [Input(name: "/dev/stdin", contents: contents, directory: nil)]
        }
        return try files.map { path throws(ClientError) in
            guard let contents = try session.environment.contents(path) else { throw .failed("path '\(path)' does not exist") }
            return Input(name: path, contents: contents, directory: directory(of: path))
        }
    }

    private func check(_ input: Input, _ session: ClientSession) -> Bool {
        let console = session.console
        do throws(ConfigurationError) {
            let configuration = try parse(input, session)
            printSuccess(input, configuration, console)
            for warning in configuration.warnings {
                console.complain("Warning: \(input.name)\(warning.position.map { ":\($0.line):\($0.column)" } ?? ""): \(warning.message)")
            }
            console.print(configuration.templates.isEmpty ? "" : "  SUCCESS\n")
            return true
        } catch {
            // A file of templates is told after what the configuration holds (reference 12.3).
            if error.issues.allSatisfy(\.isInTemplateFile), let configuration = try? parse(input, session, checksTemplates: false) {
                printSuccess(input, configuration, console)
                console.print("  FAILED: \(error.issues.map(\.message).joined(separator: "\n  "))\n")
            } else {
                console.print("Checking '\(input.name)'  FAILED: \(error.lines.joined(separator: "\n  "))\n")
            }
            return false
        }
    }

    private func parse(
        _ input: Input, _ session: ClientSession, checksTemplates: Bool = true
    ) throws(ConfigurationError) -> AlertmanagerConfiguration {
        try AlertmanagerConfiguration.parse(
            input.contents, file: input.name, baseDirectory: input.directory, mode: session.matchers.mode, checksTemplates: checksTemplates)
    }

    private func printSuccess(_ input: Input, _ configuration: AlertmanagerConfiguration, _ console: Console) {
        console.print(
            """
            Checking '\(input.name)'  SUCCESS
            Found:
             - global config
             - route
             - \(configuration.inhibitRules.count) inhibit rules
             - \(configuration.receivers.count) receivers
             - \(configuration.templates.count) templates
            """)
    }
}

/// The directory part of a path; `.` for a bare name.
func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
