import AlertRouter
import ArgumentParser
import Transport

/// amtool's commands: under its own name, and as `flatalert alert|silence|check-config|config|cluster`.
enum ClientCommands {
    /// Runs a command line, without the program's name.
    ///
    /// - Returns: the exit code; what went wrong has been said on standard error.
    static func run(program: String, arguments: [String]) async -> Int32 {
        let transport = Transport(name: "client", userAgent: "\(program)/\(ProductInfo.alertmanagerVersion)")
        defer { transport.shutdown() }
        return await run(arguments, in: .process(program: program, transport: transport))
    }

    /// Runs a command line in an environment.
    static func run(_ arguments: [String], in environment: ClientEnvironment) async -> Int32 {
        do throws(ClientError) {
            switch try CommandSearch.find(arguments) {
            case .version:
                environment.console.print(
                    "\(environment.program), version \(ProductInfo.alertmanagerVersion) (flatalert \(ProductInfo.version))")
            case .help(let node, let path):
                environment.console.write(.output, ClientHelp.text(node, path: [environment.program] + path))
            case .command(let command, let arguments):
                try await run(command, arguments, in: environment)
            }
            return 0
        } catch {
            if let message = error.message { environment.console.complain("\(environment.program): error: \(message)") }
            return error.exitCode
        }
    }

    private static func run<Command: ClientCommand>(
        _ type: Command.Type, _ arguments: [String], in environment: ClientEnvironment
    ) async throws(ClientError) {
        let command: Command
        do {
            command = try type.parse(splittingEmptyValues(arguments))
        } catch {
            guard type.exitCode(for: error) == .success else { throw .failed(argumentComplaint(type.message(for: error))) }
            environment.console.print(type.fullMessage(for: error).replacing("USAGE: amtool", with: "USAGE: \(environment.program)"))
            return
        }
        try await command.run(try ClientSession(command.global, in: environment))
    }

    /// `--flag=` gives a flag the empty value, which ArgumentParser takes only as a word of its own.
    private static func splittingEmptyValues(_ arguments: [String]) -> [String] {
        let flags = arguments.prefix { $0 != "--" }
        return flags.flatMap { word in
            word.hasPrefix("--") && word.firstIndex(of: "=") == word.indices.last ? [String(word.dropLast()), ""] : [word]
        } + arguments.dropFirst(flags.count)
    }
}
