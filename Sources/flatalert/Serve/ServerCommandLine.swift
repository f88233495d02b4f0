import AlertRouter
import ArgumentParser

/// Runs the commands that serve: flags from the command line and the environment, words for what goes wrong.
struct ServerCommandLine {
    /// The program as it names itself, such as `flatalert`.
    var program: String
    /// The command with all words that lead to it, such as `flatalert exporter gateway`.
    var usage: String
    /// What `--version` prints behind the program's name.
    var version = "\(ProductInfo.alertmanagerVersion) (flatalert \(ProductInfo.version))"
    var console = Console.standard

    /// Parses the arguments and runs the command with them; returns the exit code.
    func run<Command: ParsableCommand>(_ type: Command.Type, _ arguments: [String], _ body: (Command) async throws -> Void) async -> Int32 {
        if arguments.contains("--version") {
            console.print("\(program), version \(version)")
            return 0
        }
        do {
            let environment = EnvironmentFlags.current()
            // The parser is slow to describe itself.
            let given =
                environment.isEmpty
                ? arguments : arguments + EnvironmentFlags(of: type).arguments(notIn: arguments, environment: environment)
            // The parser takes an empty value only as an argument of its own.
            let command = try type.parse(given.flatMap { $0.hasPrefix("--") && $0.hasSuffix("=") ? [String($0.dropLast()), ""] : [$0] })
            try await body(command)
            return 0
        } catch let error as StartError {
            console.complain("\(program): error: \(error)")
            return 1
        } catch {
            guard type.exitCode(for: error) == .success else {
                console.complain("\(program): error: \(type.message(for: error)), try --help")
                return 1
            }
            console.print(type.fullMessage(for: error).replacing("USAGE: \(type.configuration.commandName ?? "")", with: "USAGE: \(usage)"))
            return 0
        }
    }
}
