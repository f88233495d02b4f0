import Time

/// The cluster part of the status. One instance is a cluster of its own: it shows itself as the one peer, so that clients and tests that
/// expect a cluster find one. An empty listen address shows it as disabled.
public struct ClusterStatus: Sendable, Hashable {
    /// The address shown; empty when clustering is disabled.
    public let address: String
    /// The name shown.
    public let name: String

    /// The status for the values of `--cluster.listen-address` and `--cluster.peer-name`. Without a name one is made up, as Alertmanager does.
    public init(listenAddress: String, name: String = "") {
        address = listenAddress.hasPrefix(":") ? "0.0.0.0" + listenAddress : listenAddress
        self.name = name.isEmpty ? Self.randomName() : name
    }

    /// Whether there is a cluster to show.
    public var isEnabled: Bool { !address.isEmpty }

    /// `ready` or `disabled`.
    public var status: String { isEnabled ? "ready" : "disabled" }

    /// A ULID: 48 bits of milliseconds and 80 random bits in Crockford's base 32.
    private static func randomName() -> String {
        let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".unicodeScalars)
        let milliseconds = UInt64(max(0, Clock.wall().unixNanoseconds)) / 1_000_000
        var name = String.UnicodeScalarView()
        for shift in stride(from: 45, through: 0, by: -5) { name.append(digits[Int(milliseconds >> UInt64(shift)) & 31]) }
        for _ in 0..<16 { name.append(digits[Int.random(in: 0..<32)]) }
        return String(name)
    }
}
