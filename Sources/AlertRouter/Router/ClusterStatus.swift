/// What the cluster part of `GET /status` shows (reference 3.3): one instance is its own only peer.
public struct ClusterStatus: Sendable, Hashable {
    /// `--cluster.listen-address`; empty shows clustering as disabled.
    public var listenAddress: String
    /// The peer's name; made up at start where `--cluster.peer-name` gives none.
    public var name: String

    /// A status for these flags. An empty `name` becomes a random one in the form of a ULID.
    public init(listenAddress: String, name: String = "") {
        self.listenAddress = listenAddress
        self.name = name.isEmpty ? Self.randomName() : name
    }

    /// `ready` or `disabled`.
    public var status: String { listenAddress.isEmpty ? "disabled" : "ready" }

    private static func randomName() -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        return "0" + String((0..<25).map { _ in alphabet.randomElement() ?? "0" })
    }
}
