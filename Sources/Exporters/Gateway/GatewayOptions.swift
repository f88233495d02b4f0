import Glibc
public import Time

/// Where the Gateway exporter finds what it tells of. The defaults are those of a Flatnet host seen from WSL2 (reference 1.3, 2.12).
public struct GatewayOptions: Sendable {
    /// The Gateway's web server, as `http://HOST[:PORT]`; `auto` looks for Windows from inside WSL.
    public var url = "auto"
    /// The access log; nil or empty where it comes by syslog or not at all.
    public var accessLog: String? = "/mnt/f/flatnet/logs/access.log"
    /// The error log; nil or empty where it comes by syslog or not at all.
    public var errorLog: String? = "/mnt/f/flatnet/logs/error.log"
    /// The zone of the error log's times, which say none themselves: `local`, `UTC` or an IANA name.
    public var errorLogTimeZone = "local"
    /// The API server's own access log; nil or empty leaves it out.
    public var registryLog: String? = "/mnt/f/flatnet/openresty/logs/api_access.log"
    /// The address of nginx's stub_status; nil is `/stub_status` of the Gateway, empty leaves it out.
    public var stubStatusURL: String?
    /// The Gateway's API, as `http://HOST:PORT`; nil is port 8080 of the Gateway, empty leaves it out.
    public var apiURL: String?
    /// nginx's main configuration file; nil or empty leaves it out.
    public var nginxConfig: String? = "/mnt/f/flatnet/config/nginx.conf"
    /// Upstreams beside those of the configuration.
    public var upstreams: [GatewayUpstream] = []
    /// Whether upstreams of the configuration are also asked through the Gateway, where a location leads to them. Such requests are in the
    /// Gateway's access log and count there.
    public var probesVisiblePaths = false
    /// Requests whose path matches one of these RE2 patterns are left out of the latency, such as transfers of Git packs.
    public var latencyExclusions: [String] = []
    /// Where nginx may send its logs by syslog over UDP, as `HOST:PORT`; nil or empty is off.
    public var syslogListen: String?
    /// Whether lines that were in the logs before the very first start count.
    public var fromBeginning = false
    /// Where the places in the logs and their totals are kept; nil or empty keeps them in memory.
    public var stateDirectory: String?
    /// How long a request or a connection of the exporter may take.
    public var requestLimit = TimeSpan.seconds(3)
    /// Where the kernel tells of the network; tests have their own.
    public var places = GatewayPlaces()
    /// Of this program, for `gateway_exporter_build_info`.
    public var version: String

    /// The options of a Flatnet host.
    public init(version: String) { self.version = version }
}

/// Where the kernel tells whether this is WSL, how it is connected and where Windows is.
public struct GatewayPlaces: Sendable {
    /// The kernel's release; WSL's holds `microsoft`.
    public var kernelRelease = "/proc/sys/kernel/osrelease"
    /// IPv4 routes.
    public var routes = "/proc/net/route"
    /// Network devices; `loopback0` is there in mirrored mode.
    public var networkDevices = "/sys/class/net"
    /// What the environment says; WSL sets `WSL_DISTRO_NAME`.
    public var environment: @Sendable (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
    /// The machine's IPv4 addresses.
    public var ownAddresses: @Sendable () -> [IPv4Interface] = IPv4Interface.all

    /// The places of any Linux machine.
    public init() {}
}

/// An upstream that is probed because a flag names it.
public struct GatewayUpstream: Sendable, Hashable {
    /// Its name in labels.
    public var name: String
    /// `HOST:PORT`, as nginx connects to it.
    public var address: String
    /// A path that the Gateway passes on to it, such as `/wsl2/`; `:3080/` is that of another port. nil probes the address only.
    public var path: String?

    /// An upstream with these parts.
    public init(name: String, address: String, path: String? = nil) {
        self.name = name
        self.address = address
        self.path = path
    }

    /// Reads `NAME=ADDRESS[,PATH]`. An address without a port has port 80.
    public init(_ text: String) throws(GatewayOptionsError) {
        func invalid(_ advice: String) -> GatewayOptionsError { .invalid(flag: "gateway.upstream", value: text, advice: advice) }
        let form = "give NAME=ADDRESS[,PATH], such as forgejo=10.87.1.2:3000,:3080/"
        guard let equals = text.firstIndex(of: "=") else { throw invalid(form) }
        name = String(text[..<equals])
        guard !name.isEmpty else { throw invalid("the name is missing; \(form)") }
        guard name != UpstreamNames.other else { throw invalid("\"other\" is the name of all upstreams without one; choose another") }
        let rest = text[text.index(after: equals)...]
        let comma = rest.firstIndex(of: ",") ?? rest.endIndex
        guard let address = HostAndPort(rest[..<comma], defaultPort: 80) else {
            throw invalid("the address is not of the form HOST:PORT; \(form)")
        }
        self.address = address.text
        let path = comma == rest.endIndex ? "" : String(rest[rest.index(after: comma)...])
        self.path = path.isEmpty ? nil : path
        guard !path.isEmpty else { return }
        guard GatewayPath(path) != nil else { throw invalid("the path \"\(path)\" begins neither with / nor with a port such as :3080/") }
    }
}

/// Why the Gateway exporter cannot be made of some options.
public enum GatewayOptionsError: Error, Equatable, CustomStringConvertible {
    /// A value that leads nowhere: the flag's name, the value, what to do.
    case invalid(flag: String, value: String, advice: String)

    /// What was found, where, and what to do.
    public var description: String {
        switch self {
        case .invalid(let flag, let value, let advice): "--\(flag): \"\(value)\": \(advice)"
        }
    }
}
