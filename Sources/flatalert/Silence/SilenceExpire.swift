import ArgumentParser
import Transport

/// `silence expire`: ends silences now.
struct SilenceExpire: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "amtool silence expire", abstract: "Expire silences.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Argument(help: "IDs.", completion: .shellCommand("silence query --quiet"))
    var ids: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        guard !ids.isEmpty else { throw .failed("no silence IDs specified") }
        let server = try await session.server()
        for id in ids { try await server.delete("/silence/\(percentEncoded(id))") }
    }
}
