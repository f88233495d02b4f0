import ArgumentParser
import Labels

/// `config routes test`: where an alert with these labels would go.
struct ConfigRoutesTest: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool config routes test",
        abstract: "Test which receivers an alert would go to.",
        discussion: "Labels are given as name=value. With --verify.receivers the exit code is 1 when others are found.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags
    @OptionGroup var source: RouteSource

    @Flag(help: "Print the matching part of the tree as well.")
    var tree = false

    @Option(name: .customLong("verify.receivers"), help: "The expected receivers, comma-joined, in order.")
    var verifyReceivers: String?

    @Argument(help: "Labels.")
    var labels: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        let routes = try await source.tree(session)
        let labels = try labels(session)
        let ends = routes.ends(for: labels)
        if tree {
            session.console.print("Matching routes:")
            session.console.print(routes.matching(labels) + "\n")
        }
        let receivers = ends.map { routes.receiver(of: $0) }.joined(separator: ",")
        session.console.print(receivers)
        if let verifyReceivers, !verifyReceivers.isEmpty, verifyReceivers != receivers {
            session.console.print("WARNING: Expected receivers did not match resolved receivers.")
            throw .alreadyTold
        }
    }

    private func labels(_ session: ClientSession) throws(ClientError) -> LabelSet {
        do throws(ClientError) {
            return LabelSet(try session.matchers.labels(labels, shorthand: false).map { ($0.name, $0.value) })
        } catch {
            throw .failed("Failed to parse labels: \(error.message ?? "")")
        }
    }
}
