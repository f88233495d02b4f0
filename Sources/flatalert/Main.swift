import AlertRouter
import ArgumentParser
import Glibc

/// Decides by its own name and the first argument which program it is: Flatalert, `alertmanager` or `amtool`.
@main
enum Main {
    static func main() async {
        let arguments = CommandLine.arguments
        let name = arguments.first.map { String($0.split(separator: "/").last ?? "flatalert") } ?? "flatalert"
        exit(await run(name: name, arguments: Array(arguments.dropFirst())))
    }

    /// Runs the program that goes by this name and returns its exit code.
    static func run(name: String, arguments: [String]) async -> Int32 {
        switch name {
        case "amtool": return await ClientCommands.run(program: "amtool", arguments: arguments)
        case "alertmanager", "prometheus-alertmanager": return await serve(program: name, arguments: arguments, isAlertmanager: true)
        default: break
        }
        switch arguments.first {
        case "serve": return await serve(program: "flatalert", arguments: Array(arguments.dropFirst()), isAlertmanager: false)
        case TransportProbe.command: return TransportProbe.run()
        case "--version", "version":
            say("flatalert, version \(ProductInfo.version)\n", to: STDOUT_FILENO)
            return 0
        case nil, "-h", "--help", "help":
            say(Self.help, to: STDOUT_FILENO)
            return arguments.isEmpty ? 1 : 0
        default: return await ClientCommands.run(program: "flatalert", arguments: arguments)
        }
    }

    private static func serve(program: String, arguments: [String], isAlertmanager: Bool) async -> Int32 {
        if arguments.contains("--version") {
            say("\(program), version \(ProductInfo.alertmanagerVersion) (flatalert \(ProductInfo.version))\n", to: STDOUT_FILENO)
            return 0
        }
        do {
            let given = arguments + EnvironmentFlags.arguments(notIn: arguments)
            // The parser takes an empty value only as an argument of its own.
            let command = try Serve.parse(given.flatMap { $0.hasPrefix("--") && $0.hasSuffix("=") ? [String($0.dropLast()), ""] : [$0] })
            try await command.run(isAlertmanager: isAlertmanager)
            return 0
        } catch let error as StartError {
            say("\(program): error: \(error)\n", to: STDERR_FILENO)
            return 1
        } catch {
            let isHelp = Serve.exitCode(for: error) == .success
            let text = Serve.fullMessage(for: error)
            say(
                isHelp ? text + "\n" : "\(program): error: \(Serve.message(for: error)), try --help\n",
                to: isHelp ? STDOUT_FILENO : STDERR_FILENO)
            return isHelp ? 0 : 1
        }
    }

    private static func say(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written <= 0 { return }
            bytes = bytes.dropFirst(written)
        }
    }

    private static let help = """
        Flatalert \(ProductInfo.version): an alert router, drop-in for Prometheus Alertmanager.

        USAGE: flatalert COMMAND [flags]

          serve                       run the alert router (Alertmanager's flags; --help lists them)
          silence add|query|expire|update|import
          alert add|query             alerts of a running instance
          check-config [FILE…]        check configuration files
          init                        write a first configuration: four questions, or the same as flags
          test-fire [label=value…]    send a test message the way of a real alert; --dry-run shows it
          doctor                      check all that a running or planned instance needs, and say the remedy
          health                      whether the instance on this machine is well, for containers
          backup FILE                 a checked copy of the running instance's alerts, silences and notification log
          restore FILE                put a backup in place, while the instance is stopped
          config routes show|test     the routing tree, and where an alert would go
          template render             what a template becomes; what a receiver's Slack messages and mails look like
          version

        Called as "alertmanager" or "amtool" it is that program. Every flag of serve is also FLATALERT_NAME in the environment,
        with dots and dashes as underscores: FLATALERT_WEB_LISTEN_ADDRESS=:9093.

        """
}
