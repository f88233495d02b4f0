/// What is probed of one upstream.
struct UpstreamTargets: Hashable, Sendable {
    /// More addresses are left out, of all upstreams together: labels must stay bounded.
    static let limit = 256

    var name: String
    var addresses: [HostAndPort]
    /// What is asked for through the Gateway.
    var path: GatewayPath?

    /// The upstreams that flags name, then those of the configuration.
    static func all(_ given: [GatewayUpstream], _ configuration: NginxConfiguration, probesVisiblePaths: Bool) -> [UpstreamTargets] {
        var targets: [UpstreamTargets] = []
        var room = limit
        func add(_ name: String, _ addresses: [HostAndPort], _ path: GatewayPath?) {
            let taken = Array(addresses.prefix(room))
            room -= taken.count
            if let known = targets.firstIndex(where: { $0.name == name }) {
                for address in taken where !targets[known].addresses.contains(address) { targets[known].addresses.append(address) }
                if targets[known].path == nil { targets[known].path = path }
            } else if !taken.isEmpty {
                targets.append(UpstreamTargets(name: name, addresses: taken, path: path))
            }
        }
        for upstream in given {
            guard let address = HostAndPort(upstream.address, defaultPort: 80) else { continue }
            add(upstream.name, [address], upstream.path.flatMap(GatewayPath.init))
        }
        for upstream in configuration.upstreams + configuration.bareAddresses {
            add(upstream.name, upstream.addresses, probesVisiblePaths ? upstream.path : nil)
        }
        return targets
    }

    /// The label of a request through the Gateway, which may reach any of the servers.
    var joinedAddress: String { addresses.map(\.text).joined(separator: ",") }
}

/// Whether an upstream's address has been WSL2's and is no longer: after each start WSL2 in NAT mode has another one, and nginx's
/// configuration keeps the old until it is rewritten.
struct StaleAddresses: Sendable {
    private let own: [IPv4Interface]
    private let route: DefaultRoute?
    private let isWSL: Bool
    private let isMirrored: Bool

    init(own: [IPv4Interface], route: DefaultRoute?, isWSL: Bool, isMirrored: Bool) {
        self.own = own
        self.route = route
        self.isWSL = isWSL
        self.isMirrored = isMirrored
    }

    /// WSL2's own addresses, for the log.
    var ownAddresses: [IPv4Address] {
        own.filter { $0.device == route?.device }.map { IPv4Address(bits: $0.address) }
    }

    func isStale(_ host: String) -> Bool {
        guard isWSL, let address = IPv4Address(host), !address.isLoopback else { return false }
        guard !own.contains(where: { $0.address == address.bits }), address != route?.gateway else { return false }
        let holding = own.filter { address.isIn($0.address, mask: $0.mask) && $0.mask != .max }
        // Neighbours on a bridge of containers are no addresses of WSL2's own; nor, in mirrored mode, is any neighbour.
        if isMirrored || holding.contains(where: { $0.device != route?.device }) { return holding.isEmpty && address.isInRangeOfWSL }
        return address.isInRangeOfWSL || !holding.isEmpty
    }
}
