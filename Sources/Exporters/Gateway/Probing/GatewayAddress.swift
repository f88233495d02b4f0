import Glibc
import NIOConcurrencyHelpers

/// Where the Gateway is. `auto` finds Windows from inside WSL, and is looked at again when the Gateway does not answer: Windows and WSL get
/// new addresses as they start.
final class GatewayAddress: Sendable {
    /// How the address became known.
    enum Source: String, CaseIterable, Sendable {
        /// A flag says it.
        case flag
        /// WSL2 in NAT mode: Windows is the next hop of the default route.
        case defaultRoute = "default_route"
        /// WSL2 in mirrored mode: Windows' loopback is WSL's.
        case mirrored
        /// No WSL: the Gateway is on this machine.
        case local
        /// WSL2 without a default route: nothing is known.
        case unknown
    }

    /// An address with its source.
    struct Found: Hashable, Sendable {
        var url: GatewayURL
        var source: Source
    }

    private let fixed: GatewayURL?
    private let places: GatewayPlaces
    private let found: NIOLockedValueBox<Found>

    /// The address that the options tell, or that is found now.
    init(_ options: GatewayOptions) throws(GatewayOptionsError) {
        places = options.places
        if options.url == "auto" {
            fixed = nil
            found = NIOLockedValueBox(Self.find(options.places))
        } else {
            let url = try GatewayURL(options.url, flag: "gateway.url")
            fixed = url
            found = NIOLockedValueBox(Found(url: url, source: .flag))
        }
    }

    /// The address as of now.
    var current: Found { found.withLockedValue { $0 } }

    /// Looks again; true when the address is another than before. One that is lost stays as it was.
    func lookAgain() -> Bool {
        guard fixed == nil else { return false }
        let now = Self.find(places)
        return found.withLockedValue { found in
            guard now != found, now.source != .unknown || found.source == .unknown else { return false }
            found = now
            return true
        }
    }

    // MARK: Looking

    /// The Gateway's address by what the kernel tells.
    static func find(_ places: GatewayPlaces) -> Found {
        func at(_ host: String, _ source: Source) -> Found { Found(url: GatewayURL(host: host), source: source) }
        guard isWSL(places) else { return at("127.0.0.1", .local) }
        if access("\(places.networkDevices)/loopback0", F_OK) == 0 { return at("127.0.0.1", .mirrored) }
        guard let route = DefaultRoute.find(in: text(places.routes)) else { return at("127.0.0.1", .unknown) }
        return at(route.gateway.description, .defaultRoute)
    }

    /// Whether this is WSL. A kernel of one's own may not say so, but WSL's environment does.
    static func isWSL(_ places: GatewayPlaces) -> Bool {
        text(places.kernelRelease).lowercased().contains("microsoft")
            || ["WSL_DISTRO_NAME", "WSL_INTEROP"].contains { places.environment($0)?.isEmpty == false }
    }

    /// Far more than the kernel tells of routes.
    fileprivate static let kernelLimit = 4 << 20

    private static func text(_ path: String) -> String {
        String(decoding: (try? SmallFile.read(path, limit: kernelLimit)) ?? [], as: UTF8.self)
    }
}

/// The IPv4 default route.
struct DefaultRoute: Hashable, Sendable {
    let device: String
    let gateway: IPv4Address

    /// The route with the lowest metric in the kernel's table; nil where none has a next hop.
    static func find(in table: String) -> DefaultRoute? {
        var best: (metric: UInt32, route: DefaultRoute)?
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split { $0 == "\t" || $0 == " " }
            // Device, destination, next hop, flags, …, metric, mask; up and by a next hop.
            guard fields.count >= 8, UInt32(fields[1], radix: 16) == 0, UInt32(fields[7], radix: 16) == 0,
                let hop = UInt32(fields[2], radix: 16), hop != 0, let flags = UInt32(fields[3], radix: 16), flags & 3 == 3,
                let metric = UInt32(fields[6])
            else { continue }
            // The kernel prints the bytes of the network as a number of this machine.
            let route = DefaultRoute(device: String(fields[0]), gateway: IPv4Address(bits: UInt32(bigEndian: hop)))
            if best.map({ metric < $0.metric }) ?? true { best = (metric, route) }
        }
        return best?.route
    }

    /// That of the kernel's table at this place.
    static func current(_ places: GatewayPlaces) -> DefaultRoute? {
        guard let bytes = try? SmallFile.read(places.routes, limit: GatewayAddress.kernelLimit) else { return nil }
        return find(in: String(decoding: bytes, as: UTF8.self))
    }
}
