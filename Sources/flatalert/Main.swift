import AlertRouter
import ArgumentParser
import Exporters
import Glibc

/// Decides by its own name and the first argument which program it is: Flatalert, `alertmanager` or `amtool`.
@main
enum Main {
    static func main() async {
        // In the place of a CNI plugin it is gone before anything else begins: no thread, no word of its own.
        let names = ["flatalert", "alertmanager", "prometheus-alertmanager", "amtool"]
        if let code = CNIShim.run(arguments: CommandLine.unsafeArgv, ownNames: names) { exit(code) }
        let arguments = CommandLine.arguments
        let name = arguments.first.map { String($0.split(separator: "/").last ?? "flatalert") } ?? "flatalert"
        exit(await run(name: name, arguments: Array(arguments.dropFirst())))
    }

    /// Runs the program that goes by this name and returns its exit code.
    static func run(name: String, arguments: [String]) async -> Int32 {
        if let code = await SelfDescription.run(program: name, arguments: arguments) { return code }
        switch ProgramName(name) {
        case .amtool: return await ClientCommands.run(program: name, arguments: arguments)
        case .alertmanager: return await serve(program: name, arguments: arguments, isAlertmanager: true)
        case .flatalert: break
        }
        switch arguments.first {
        case "serve": return await serve(program: "flatalert", arguments: Array(arguments.dropFirst()), isAlertmanager: false)
        case ExporterCommands.noun: return await ExporterCommands.run(program: "flatalert", arguments: Array(arguments.dropFirst()))
        case TransportProbe.command: return TransportProbe.run()
        case "--version", "version":
            say("flatalert, version \(ProductInfo.version)\n", to: STDOUT_FILENO)
            return 0
        case "help" where arguments.count > 1: return await run(name: name, arguments: arguments.dropFirst() + ["--help"])
        case nil, "-h", "--help", "help":
            say(Self.help, to: STDOUT_FILENO)
            return arguments.isEmpty ? 1 : 0
        default: return await ClientCommands.run(program: "flatalert", arguments: arguments)
        }
    }

    private static func serve(program: String, arguments: [String], isAlertmanager: Bool) async -> Int32 {
        let line = ServerCommandLine(program: program, usage: isAlertmanager ? program : "\(program) serve")
        return await line.run(Serve.self, arguments) { try await $0.run(isAlertmanager: isAlertmanager) }
    }

    private static func say(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written <= 0 { return }
            bytes = bytes.dropFirst(written)
        }
    }

    private static var help: String {
        """
        Flatalert \(ProductInfo.version): an alert router, drop-in for Prometheus Alertmanager.

        usage: flatalert <command> [<flags>] [<args> ...]

        Commands (* is meant when none is given; flatalert <command> --help lists its flags):
        \(CommandModel.table(CommandModel.program("flatalert").leaves))
        Called as "alertmanager" or "amtool" it is that program. Every flag of serve and exporter is also FLATALERT_NAME in the
        environment, with dots and dashes as underscores: FLATALERT_WEB_LISTEN_ADDRESS=:9093.

        """
    }
}
