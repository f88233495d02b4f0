import AlertCore
import AlertRouter
import ArgumentParser

/// Where the routing tree comes from: a file, or the server.
struct RouteSource: ParsableArguments {
    @Option(name: .customLong("config.file"), help: "Read the tree from this file instead of asking the server.", completion: .file())
    var configFile: String?

    func tree(_ session: ClientSession) async throws(ClientError) -> RouteTree {
        RouteTree(try await configuration(session).core())
    }

    private func configuration(_ session: ClientSession) async throws(ClientError) -> AlertmanagerConfiguration {
        let text: [UInt8]
        let name: String
        if let configFile, !configFile.isEmpty {
            guard let contents = try session.environment.contents(configFile) else { throw .failed("path '\(configFile)' does not exist") }
            if session.configuredURL != nil { session.console.complain("Warning: --config.file flag overrides the --alertmanager.url.") }
            (text, name) = (contents, configFile)
        } else {
            let status = try await session.server().get("/status")
            guard let original = status["config"]?["original"]?.stringValue else {
                throw .failed("unexpected answer to GET /status: no config.original")
            }
            (text, name) = (Array(original.utf8), "the server's configuration")
        }
        do throws(ConfigurationError) {
            return try AlertmanagerConfiguration.parse(
                text, file: name, baseDirectory: configFile.map(directory(of:)), mode: session.matchers.mode,
                checksTemplates: false)
        } catch {
            throw .failed(error.lines.joined(separator: "\n  "))
        }
    }
}
