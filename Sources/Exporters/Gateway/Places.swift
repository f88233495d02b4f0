import Glibc

/// A host with a port, as upstreams have it.
struct HostAndPort: Hashable, Sendable {
    /// A name or an address; an IPv6 address has no brackets here.
    let host: String
    let port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST`, `HOST:PORT` and `[IPV6]:PORT`; nil for anything else.
    init?(_ text: some StringProtocol, defaultPort: UInt16) {
        var hostText = text[...]
        var portText: Substring?
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { return nil }
            hostText = text[text.index(after: text.startIndex)..<close]
            let rest = Substring(text[text.index(after: close)...])
            guard rest.isEmpty || rest.first == ":" else { return nil }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            hostText = text[..<colon]
            guard !hostText.contains(":") else { return nil }
            portText = Substring(text[text.index(after: colon)...])
        }
        var port = defaultPort
        if let portText {
            guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(portText), number > 0 else { return nil }
            port = number
        }
        let allowed: (UInt8) -> Bool = { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x3A, 0x25: true
            default: false
            }
        }
        guard !hostText.isEmpty, hostText.utf8.count <= 255, hostText.utf8.allSatisfy(allowed) else { return nil }
        host = String(hostText)
        self.port = port
    }

    /// `HOST:PORT`, an IPv6 address in brackets.
    var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A path that is asked for through the Gateway, and the port where it is another than the Gateway's own.
struct GatewayPath: Hashable, Sendable {
    let port: UInt16?
    let path: String

    init(port: UInt16?, path: String) {
        self.port = port
        self.path = path
    }

    /// Reads `/PATH` and `:PORT/PATH`; nil for anything else, and for what a URL cannot hold.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        if text.hasPrefix("/") {
            self.init(port: nil, path: text)
            return
        }
        guard text.hasPrefix(":") else { return nil }
        let rest = text.dropFirst()
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let port = UInt16(rest[..<slash]), port > 0 else { return nil }
        self.init(port: port, path: slash == rest.endIndex ? "/" : String(rest[slash...]))
    }
}

/// An IPv4 address as a number.
struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    /// The first byte of the address is the highest.
    let bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    /// Reads four decimal numbers without leading zeros; nil for anything else.
    init?(_ text: some StringProtocol) {
        var bits: UInt32 = 0
        var parts = 0
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part),
                part.utf8.count == 1 || part.utf8.first != 0x30
            else { return nil }
            bits = bits << 8 | UInt32(byte)
            parts += 1
        }
        guard parts == 4 else { return nil }
        self.bits = bits
    }

    func isIn(_ network: UInt32, mask: UInt32) -> Bool { bits & mask == network & mask }

    var isLoopback: Bool { isIn(0x7F00_0000, mask: 0xFF00_0000) }

    /// In 172.16.0.0/12, where WSL2 in NAT mode has its own address.
    var isInRangeOfWSL: Bool { isIn(0xAC10_0000, mask: 0xFFF0_0000) }

    var description: String { "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }
}

/// One IPv4 address of this machine, with its network.
public struct IPv4Interface: Hashable, Sendable {
    /// The device, such as `eth0`.
    public var device: String
    /// The address, its first byte the highest.
    public var address: UInt32
    /// The network's mask.
    public var mask: UInt32

    /// An address of a device.
    public init(device: String, address: UInt32, mask: UInt32) {
        self.device = device
        self.address = address
        self.mask = mask
    }

    /// All that the machine has now.
    @Sendable public static func all() -> [IPv4Interface] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        func bits(_ address: UnsafeMutablePointer<sockaddr>?) -> UInt32? {
            guard let address, address.pointee.sa_family == sa_family_t(AF_INET) else { return nil }
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt32(bigEndian: $0.pointee.sin_addr.s_addr) }
        }
        return sequence(first: list, next: { $0?.pointee.ifa_next }).compactMap { entry in
            guard let entry = entry?.pointee, let address = bits(entry.ifa_addr) else { return nil }
            return IPv4Interface(device: String(cString: entry.ifa_name), address: address, mask: bits(entry.ifa_netmask) ?? .max)
        }
    }
}
