import ArgumentParser
import Time
import Transport

/// `health`: whether the instance on this machine answers, for containers without curl or wget.
struct Health: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool health",
        abstract: "Ask the instance on this machine whether it is well.",
        discussion: """
            One line; exits with 0 if it is, else with 1. Without --url or --alertmanager.url the port is that of FLATALERT_WEB_LISTEN_ADDRESS, or 9093. \
            In a Dockerfile: HEALTHCHECK CMD ["flatalert", "health"]
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(help: "The instance, with the prefix of its routes, if it has one.")
    var url: String?

    /// A probe that waits longer than its caller says nothing.
    private static let timeout = TimeSpan.seconds(2)

    func run(_ session: ClientSession) async throws(ClientError) {
        let given =
            url ?? session.configuredURL ?? Self.localURL(listenAddress: session.environment.variable("FLATALERT_WEB_LISTEN_ADDRESS"))
        let instance = InstanceURL(given)
        let request = HTTPRequest(
            url: instance.text + "/-/healthy", timeout: Self.timeout, options: try session.clientOptions(for: instance.text))
        let begun = Clock.monotonic()
        let problem: String?
        do throws(TransportError) {
            let answer = try await session.environment.send(request)
            problem = answer.status == 200 ? nil : "it answers \(answer.status)"
        } catch {
            problem = "\(error)"
        }
        if let problem {
            session.console.print("NOT healthy: \(instance.shown): \(problem)")
            throw .alreadyTold
        }
        session.console.print("healthy: \(instance.shown) in \((Clock.monotonic() - begun) / 1_000_000) ms")
    }

    /// This machine, at the port of a listen address.
    static func localURL(listenAddress: String?) -> String {
        let port = listenAddress?.split(separator: ":").last.map(String.init) ?? ""
        return "http://127.0.0.1:\(port.isEmpty ? "9093" : port)"
    }
}
