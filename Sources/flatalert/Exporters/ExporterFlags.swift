import ArgumentParser
import Exporters

/// What the exporters read: flags of `flatalert exporter` as well as of `serve --exporters`.
struct ExporterFlags: ParsableArguments {
    @OptionGroup(title: "Gateway exporter")
    var gateway: GatewayFlags

    @OptionGroup(title: "CNI exporter")
    var cni: CNIFlags

    @OptionGroup(title: "Host exporter")
    var host: HostFlags

    @OptionGroup var state: ExporterStateFlags

    @OptionGroup var logs: ExporterLogFlags
}

/// Where exporters remember.
struct ExporterStateFlags: ParsableArguments {
    @Option(
        name: .customLong("state.directory"),
        help: ArgumentHelp(
            "Where counters, places in logs and seen drives are kept over restarts. Default: \(StateDirectory.standard); in serve, exporters below --storage.path.",
            valueName: "directory"),
        completion: .directory)
    var directory: String?
}

/// How logs are counted.
struct ExporterLogFlags: ParsableArguments {
    @Flag(
        name: .customLong("log.from-beginning"),
        help: "Count what stands in a log before the very first start, too; else only what comes after it.")
    var countsFromBeginning = false
}

/// Where the Gateway is and what it writes.
struct GatewayFlags: ParsableArguments {
    @Option(
        name: .customLong("gateway.url"),
        help: ArgumentHelp(
            "The Gateway. auto finds Windows from WSL2: the next hop of the default route, or 127.0.0.1 in mirrored mode.",
            valueName: "auto|url"))
    var url = "auto"

    @Option(
        name: .customLong("gateway.access-log"), help: "Its access log: nginx's combined format, or our JSON format. Empty: not read.",
        completion: .file())
    var accessLog = "/mnt/f/flatnet/logs/access.log"

    @Option(name: .customLong("gateway.error-log"), help: "Its error log. Empty: not read.", completion: .file())
    var errorLog = "/mnt/f/flatnet/logs/error.log"

    @Option(
        name: .customLong("gateway.error-log.time-zone"),
        help: ArgumentHelp("The zone of the times in the error log, such as Asia/Tokyo.", valueName: "zone"))
    var errorLogZone = "local"

    @Option(
        name: .customLong("gateway.registry-log"), help: "The access log of the container registry. Empty: not read.", completion: .file())
    var registryLog = "/mnt/f/flatnet/openresty/logs/api_access.log"

    @Option(
        name: .customLong("gateway.stub-status-url"),
        help: ArgumentHelp("Its stub_status. Default: /stub_status of the Gateway; empty: not asked.", valueName: "url"))
    var stubStatusURL: String?

    @Option(
        name: .customLong("gateway.api-url"),
        help: ArgumentHelp("The registry's API. Default: port 8080 of the Gateway's host; empty: not asked.", valueName: "url"))
    var apiURL: String?

    @Option(
        name: .customLong("gateway.nginx-config"),
        help: "Its configuration, and the files that it includes: the upstreams to probe. Empty: not read.", completion: .file())
    var nginxConfiguration = "/mnt/f/flatnet/config/nginx.conf"

    @Option(
        name: .customLong("gateway.upstream"), parsing: .singleValue,
        help: ArgumentHelp(
            "An upstream to probe beside those of the configuration; with a path it is also asked for through the Gateway. Repeatable.",
            valueName: "name=address[,path]"))
    var upstreams: [String] = []

    @Flag(
        name: .customLong("gateway.probe-locations"),
        help:
            "Ask for the configuration's upstreams through the Gateway, too, where a location leads to them. Its access log counts these requests."
    )
    var probesLocations = false

    @Option(
        name: .customLong("gateway.latency-exclude"), parsing: .singleValue,
        help: ArgumentHelp(
            "Regular expression of whole paths whose durations are not counted, such as Git transfers. Repeatable.", valueName: "regex"))
    var latencyExclusions: [String] = []

    @Option(
        name: .customLong("gateway.syslog-listen"),
        help: ArgumentHelp("UDP address for access_log syslog:server=…, such as 127.0.0.1:9514. Empty: off.", valueName: "address"))
    var syslogAddress = ""
}

/// Where the CNI plugin and its traces are.
struct CNIFlags: ParsableArguments {
    @Option(name: .customLong("cni.plugin"), help: "The plugin's program.", completion: .file())
    var plugin = "/opt/cni/bin/flatnet"

    @Option(name: .customLong("cni.type"), help: "The plugin's type in network configurations.")
    var type = "flatnet"

    @Option(name: .customLong("cni.config-directory"), help: "Where network configurations are.", completion: .directory)
    var configurationDirectory = "/etc/cni/net.d"

    @Option(name: .customLong("cni.ipam-file"), help: "The file of the plugin's own address management.", completion: .file())
    var ipamFile = "/var/lib/flatnet/ipam/allocations.json"

    @Option(
        name: .customLong("cni.host-local-directory"),
        help: "The directory of a network that host-local manages, such as /var/lib/cni/networks/NAME, instead of that file.",
        completion: .directory)
    var hostLocalDirectory: String?

    @Option(name: .customLong("cni.event-log"), help: "What flatalert cni-shim writes. Empty: not read.", completion: .file())
    var eventLog = "/var/log/flatnet/cni.log"

    @Option(name: .customLong("cni.bridge"), help: "The bridge of the containers.")
    var bridge = "flatnet-br0"

    @Option(name: .customLong("cni.veth-prefix"), help: "What the host's ends of the containers' interfaces are called by.")
    var vethPrefix = "fn-"
}

/// What the host must have.
struct HostFlags: ParsableArguments {
    @Option(
        name: .customLong("host.root"),
        help: ArgumentHelp(
            """
            Where the host's root directory is seen. In a container: the place that / is bound to, with all that is mounted in it.
            """, valueName: "directory"),
        completion: .directory)
    var root = "/"

    @Option(
        name: .customLong("host.required-mount"), parsing: .singleValue,
        help: ArgumentHelp(
            "A mount point that must be there, besides the Windows drives of WSL2 that were ever seen. Repeatable.", valueName: "directory"),
        completion: .directory)
    var requiredMounts: [String] = []

    @Option(
        name: .customLong("host.optional-mount"), parsing: .singleValue,
        help: ArgumentHelp("A mount point that may come and go, such as that of a removable drive. Repeatable.", valueName: "directory"),
        completion: .directory)
    var optionalMounts: [String] = []

    func validate() throws {
        if let problem = HostOptions.problem(withMount: root) { throw ValidationError("--host.root: \(problem)") }
        for (flag, mounts) in [("required", requiredMounts), ("optional", optionalMounts)] {
            if let problem = mounts.lazy.compactMap(HostOptions.problem).first {
                throw ValidationError("--host.\(flag)-mount: \(problem)")
            }
        }
    }
}

/// How an exporter serves its pages.
struct ExporterServerFlags: ParsableArguments {
    @Option(name: .customLong("web.telemetry-path"), help: "The path of the metrics.")
    var telemetryPath = "/metrics"

    @Option(name: .customLong("web.config.file"), help: "File with TLS and authentication settings of the web server.", completion: .file())
    var webConfigFile = ""

    @Option(name: .customLong("log.level"), help: "Only log messages of this severity or above: debug, info, warn, error.")
    var logLevel = LogLevelArgument.info

    @Option(name: .customLong("log.format"), help: "Form of log lines: logfmt, json. At a terminal the default is lines for people.")
    var logFormat: LogFormatArgument?

    func validate() throws {
        guard telemetryPath.hasPrefix("/"), !["/", "/-/healthy", "/-/ready", ExporterPages.sourcesPath].contains(telemetryPath) else {
            throw ValidationError("--web.telemetry-path: \"\(telemetryPath)\" cannot be the path of the metrics; write it like /metrics")
        }
    }
}
