public import Time

/// Where the CNI exporter finds what it tells of. The defaults are those of a Flatnet host (reference 1.3).
public struct CNIOptions: Sendable {
    /// The plugin that is asked for its versions. Through a stand-in too: it passes the question on and writes nothing down.
    public var plugin = "/opt/cni/bin/flatnet"
    /// The plugin's type in network configurations.
    public var type = "flatnet"
    /// Where `*.conflist` files are.
    public var configDirectory = "/etc/cni/net.d"
    /// The plugin's own allocations; nil or empty where `hostLocalDirectory` takes their place.
    public var ipamFile: String? = "/var/lib/flatnet/ipam/allocations.json"
    /// A network's directory of the IPAM plugin host-local, such as `/var/lib/cni/networks/flatnet`, read in place of `ipamFile`.
    public var hostLocalDirectory: String?
    /// What the stand-in of the plugin appends to; nil or empty leaves it out.
    public var eventLog: String? = "/var/log/flatnet/cni.log"
    /// The bridge that the plugin makes.
    public var bridge = "flatnet-br0"
    /// How the host's ends of containers' links begin; 12 hexadecimal digits of the container's ID follow.
    public var vethPrefix = "fn-"
    /// Where the place in the event log and its totals are kept; nil or empty keeps them in memory.
    public var stateDirectory: String?
    /// Whether events that were in the log before the very first start count.
    public var fromBeginning = false
    /// How long the plugin may take to tell its versions before it is killed.
    public var probeLimit = TimeSpan.seconds(5)
    /// How long an answer of the plugin is good for.
    public var probeInterval = TimeSpan.seconds(10)
    /// The kernel's view of devices; tests have their own.
    public var sysDirectory = "/sys"
    /// The kernel's settings; tests have their own.
    public var procDirectory = "/proc"
    /// Of this program, for `cni_exporter_build_info`.
    public var version: String

    /// The options of a Flatnet host.
    public init(version: String) { self.version = version }

    /// Finds values that can mean nothing.
    func check() throws(CNIOptionsError) {
        let paths = [
            ("cni.plugin", plugin), ("cni.config-directory", configDirectory), ("cni.ipam-file", ipamFile ?? ""),
            ("cni.host-local-directory", hostLocalDirectory ?? ""), ("cni.event-log", eventLog ?? ""),
        ]
        for (flag, path) in paths where !path.isEmpty && !path.hasPrefix("/") {
            throw .invalid(flag: flag, value: path, advice: "give an absolute path, one that begins with /")
        }
        for (flag, value) in [("cni.plugin", plugin), ("cni.type", type), ("cni.config-directory", configDirectory)] where value.isEmpty {
            throw .invalid(flag: flag, value: value, advice: "this cannot be empty")
        }
        for (flag, name) in [("cni.bridge", bridge), ("cni.veth-prefix", vethPrefix)] {
            guard name.isEmpty || name.utf8.count > 15 || name.contains("/") || name == "." || name == ".." else { continue }
            throw .invalid(flag: flag, value: name, advice: "give a network device's name, at most 15 bytes without a slash")
        }
    }
}

/// Why the CNI exporter cannot be made of some options.
public enum CNIOptionsError: Error, Equatable, CustomStringConvertible {
    /// A value that leads nowhere: the flag's name, the value, what to do.
    case invalid(flag: String, value: String, advice: String)

    /// What was found, where, and what to do.
    public var description: String {
        switch self {
        case .invalid(let flag, let value, let advice): "--\(flag): \"\(value)\": \(advice)"
        }
    }
}
