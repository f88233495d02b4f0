import Glibc

/// What the kernel tells of the plugin's devices.
struct KernelView {
    /// The names in /sys/class/net.
    var devices: Set<String> = []
    /// The devices on the bridge; nil when there is no bridge.
    var ports: Int?
    /// Whether it passes packets, or would if a container were there.
    var isBridgeUp = false
    var isForwarding = false

    /// Looks at the bridge, all devices, and the setting that lets packets through.
    init(bridge: String, sysDirectory: String, procDirectory: String) {
        let classes = "\(sysDirectory)/class/net"
        devices = Set((try? SmallFile.names(in: classes)) ?? [])
        ports = (try? SmallFile.names(in: "\(classes)/\(bridge)/brif"))?.count
        let state = Self.word(in: "\(classes)/\(bridge)/operstate")
        let flags = UInt64(Self.word(in: "\(classes)/\(bridge)/flags").dropFirst(2), radix: 16) ?? 0
        // A bridge that no container uses has no carrier, which the kernel calls down too.
        isBridgeUp = ["up", "unknown"].contains(state) || ports == 0 && flags & UInt64(IFF_UP) != 0
        isForwarding = !["", "0"].contains(Self.word(in: "\(procDirectory)/sys/net/ipv4/ip_forward"))
    }

    private static func word(in file: String) -> String {
        guard let bytes = try? SmallFile.read(file, limit: 4 << 10, expecting: 64) else { return "" }
        return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    }
}
