import ArgumentParser
import JSON

/// `cluster [show]`: the members of the server's cluster.
struct ClusterShow: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "amtool cluster show", abstract: "Show the state of the cluster.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    func run(_ session: ClientSession) async throws(ClientError) {
        let status = try await session.server().get("/status")
        guard let cluster = status["cluster"] else { throw .failed("unexpected answer to GET /status: no cluster") }
        guard session.output != .json else {
            // amtool prints the cluster's part alone; so do we.
            session.console.print(cluster.text)
            return
        }
        session.console.print("Cluster Status:  \(cluster["status"]?.stringValue ?? "")")
        session.console.print("Node Name:       \(cluster["name"]?.stringValue ?? "")")
        guard session.output == .extended else { return }
        let peers = (cluster["peers"]?.arrayValue ?? []).map { peer in
            (address: PeerAddress(peer["address"]?.stringValue ?? ""), name: peer["name"]?.stringValue ?? "")
        }.sorted { $0.address < $1.address }
        let width = (["Address"] + peers.map(\.address.text)).map(\.count).max() ?? 0
        session.console.print("")
        for (address, name) in [("Address", "Name")] + peers.map({ ($0.address.text, $0.name) }) {
            session.console.print(address + String(repeating: " ", count: width - address.count + 2) + name)
        }
    }
}

/// `IP:PORT`, ordered by address as numbers, then by port.
private struct PeerAddress: Comparable {
    let text: String
    private let host: [Int]
    private let port: Int

    init(_ text: String) {
        self.text = text
        let colon = text.lastIndex(of: ":") ?? text.endIndex
        let hexadecimal = text.hasPrefix("[")
        host = text[..<colon].split { $0 == "." || $0 == ":" || $0 == "[" || $0 == "]" }
            .map { Int($0, radix: hexadecimal ? 16 : 10) ?? Int.max }
        port = Int(text[colon...].dropFirst()) ?? 0
    }

    static func < (left: PeerAddress, right: PeerAddress) -> Bool {
        left.host == right.host ? left.port < right.port : left.host.lexicographicallyPrecedes(right.host)
    }
}
