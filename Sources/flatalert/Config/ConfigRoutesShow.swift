import ArgumentParser

/// `config routes [show]`: the routing tree.
struct ConfigRoutesShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool config routes show", abstract: "Print the routing tree.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags
    @OptionGroup var source: RouteSource

    func run(_ session: ClientSession) async throws(ClientError) {
        let tree = try await source.tree(session)
        session.console.print("Routing tree:")
        session.console.print(tree.everything)
    }
}
