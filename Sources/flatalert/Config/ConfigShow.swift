import ArgumentParser
import JSON

/// `config [show]`: the configuration that the server runs with.
struct ConfigShow: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "amtool config show", abstract: "Show the running configuration.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    func run(_ session: ClientSession) async throws(ClientError) {
        let status = try await session.server().get("/status")
        guard let original = status["config"]?["original"]?.stringValue else {
            throw .failed("unexpected answer to GET /status: no config.original")
        }
        switch session.output {
        case .json: session.console.print(status.text)
        case .simple: session.console.print(original)
        case .extended:
            session.console.print(original)
            for name in ["buildUser", "goVersion", "revision", "version", "branch", "buildDate"] {
                session.console.print("\(name) \(status["versionInfo"]?[name]?.stringValue ?? "")")
            }
            session.console.print("uptime \(status["uptime"]?.stringValue ?? "")")
        }
    }
}
