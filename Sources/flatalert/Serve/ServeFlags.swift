import ArgumentParser
import Time

/// The flags of `flatalert serve`: Alertmanager's, spelled as Alertmanager spells them (reference 17.1).
struct ServeFlags: ParsableArguments {
    @Option(
        name: .customLong("config.file"), help: "Alertmanager configuration file. As \"flatalert serve\" the default is a built-in one.",
        completion: .file())
    var configFile: String?

    @Option(name: .customLong("storage.path"), help: "Base path for data storage.", completion: .directory)
    var storagePath = "data/"

    @Option(name: .customLong("data.retention"), help: "How long to keep data for.")
    var dataRetention = GoDurationArgument(.hours(120))

    @Option(
        name: .customLong("data.maintenance-interval"), help: "Interval between garbage collections of the notification log and silences.")
    var dataMaintenanceInterval = GoDurationArgument(.minutes(15))

    @Option(name: .customLong("silences.max-silences"), help: "Maximum number of silences, including expired ones; 0 is unlimited.")
    var maxSilences = 0

    @Option(name: .customLong("silences.max-silence-size-bytes"), help: "Maximum size of a silence in bytes; 0 is unlimited.")
    var maxSilenceBytes = 0

    @Flag(name: .customLong("log.silences"), inversion: .prefixedNo, help: "Log changes of silences.")
    var logSilences = false

    @Option(name: .customLong("alerts.gc-interval"), help: "Interval between garbage collections of alerts.")
    var alertsGCInterval = GoDurationArgument(.minutes(30))

    @Option(name: .customLong("alerts.per-alertname-limit"), help: "Maximum number of alerts per alertname; 0 is unlimited.")
    var perAlertnameLimit = 0

    @Option(
        name: .customLong("alerts.start-grace"),
        help: "How long an alert whose sender is still silent after a restart or sleep stays firing at most.")
    var startGrace = GoDurationArgument(.minutes(5))

    @Option(name: .customLong("history.max-bytes"), help: "Limit of the history's file; the oldest events go. 0 keeps no history.")
    var historyMaxBytes = ByteSizeArgument(bytes: 40 << 20)

    @Option(
        name: .customLong("heartbeat.expect"), parsing: .singleValue,
        help: "Matchers of an alert that must keep arriving, such as alertname=\"Watchdog\", or MonitoringSilent fires; repeatable.")
    var heartbeatExpected: [String] = []

    @Option(name: .customLong("heartbeat.timeout"), help: "How long an expected alert may stay away.")
    var heartbeatTimeout = GoDurationArgument(.minutes(5))

    @Option(
        name: .customLong("heartbeat.ping"),
        help: "A URL of an outside watcher (a dead man's switch) that is called as long as the heartbeat is well.")
    var heartbeatPing = ""

    @Option(name: .customLong("heartbeat.ping-interval"), help: "How often the outside watcher is called.")
    var heartbeatPingInterval = GoDurationArgument(.minutes(1))

    @OptionGroup(title: "Samples and queries")
    var samples: SampleFlags

    @OptionGroup(title: "Scraping and rules")
    var monitor: MonitorFlags

    @OptionGroup(title: "Drills")
    var drill: DrillFlags

    @Option(
        name: .customLong("exporters"),
        help: ArgumentHelp(
            "Pages of metrics at /metrics/NAME: host, gateway and cni, with commas, or none. The default is host where the built-in monitoring is on, which scrapes those that are on.",
            valueName: "list"),
        completion: .list(ExporterKind.allCases.map(\.rawValue) + ["none"]))
    var exporterList: String?

    @Option(name: .customLong("dispatch.maintenance-interval"), help: "Accepted for compatibility; empty groups are removed at once.")
    var dispatchMaintenanceInterval = GoDurationArgument(.seconds(30))

    @Option(name: .customLong("dispatch.start-delay"), help: "Minimum time after start before alerts are dispatched.")
    var dispatchStartDelay = GoDurationArgument(.zero)

    @Option(name: .customLong("web.listen-address"), parsing: .singleValue, help: "Address to listen on; repeatable.")
    var listenAddresses: [String] = []

    @Flag(name: .customLong("web.systemd-socket"), inversion: .prefixedNo, help: "Not in this version.")
    var systemdSocket = false

    @Option(name: .customLong("web.config.file"), help: "File with TLS and authentication settings of the web server.", completion: .file())
    var webConfigFile = ""

    @Option(name: .customLong("web.external-url"), help: "The URL under which people reach this instance.")
    var externalURL = ""

    @Option(name: .customLong("web.route-prefix"), help: "Prefix of all web routes; the path of --web.external-url by default.")
    var routePrefix: String?

    @Option(
        name: .customLong("web.cors-origin"),
        help:
            "Regular expression of whole origins, such as https://karma\\.example\\.com, whose pages may send alerts and change silences from a browser. Only this instance's own page by default; any when called as alertmanager."
    )
    var corsOrigin: String?

    @Option(name: .customLong("web.get-concurrency"), help: "Maximum number of concurrent GET requests; 0 is max(8, CPUs).")
    var getConcurrency = 0

    @Option(name: .customLong("web.timeout"), help: "Time-out of web requests; 0 is none beyond the server's own 30 s.")
    var webTimeout = GoDurationArgument(.zero)

    @Option(name: .customLong("auto-gomemlimit.ratio"), help: .hidden)
    var memoryLimitRatio = "0.9"

    @Option(name: .customLong("template.default"), help: .hidden)
    var debianTemplateDefault: String?

    @Option(name: .customLong("web.ui-path"), help: .hidden)
    var debianUIPath: String?

    @Option(
        name: .customLong("enable-feature"),
        help: "Comma-separated features: \(Feature.allCases.map(\.rawValue).joined(separator: ", ")).",
        completion: .list(Feature.allCases.map(\.rawValue)))
    var features: [String] = []

    @Option(name: .customLong("log.level"), help: "Only log messages of this severity or above: debug, info, warn, error.")
    var logLevel = LogLevelArgument.info

    @Option(name: .customLong("log.format"), help: "Form of log lines: logfmt, json.")
    var logFormat = LogFormatArgument.logfmt

    @Flag(name: .customLong("welcome"), help: .hidden)
    var welcomes = false

    @Option(
        name: .customLong("delivery.manners"),
        help: "What to do when a receiver asks for fewer messages: flatalert (wait, pace, gather), alertmanager (as Alertmanager).")
    var deliveryManners = MannersArgument.flatalert

    @OptionGroup var cluster: ClusterFlags
}

/// The cluster flags. They are accepted so that an Alertmanager's command line works; one instance is its own cluster.
struct ClusterFlags: ParsableArguments {
    @Option(name: .customLong("cluster.listen-address"), help: "Shown as the one peer's address; empty shows clustering as disabled.")
    var listenAddress = "0.0.0.0:9094"

    @Option(name: .customLong("cluster.advertise-address"), help: .hidden)
    var advertiseAddress = ""

    @Option(name: .customLong("cluster.peer-name"), help: .hidden)
    var peerName = ""

    @Option(name: .customLong("cluster.label"), help: .hidden)
    var label = ""

    @Option(name: .customLong("cluster.tls-config"), help: .hidden)
    var tlsConfig = ""

    @Option(name: .customLong("cluster.peer"), parsing: .singleValue, help: "Other instances. Not in this version: each tells by itself.")
    var peers: [String] = []

    @Option(name: .customLong("cluster.peer-timeout"), help: .hidden)
    var peerTimeout = GoDurationArgument(.seconds(15))

    @Option(name: .customLong("cluster.peers-resolve-timeout"), help: .hidden)
    var peersResolveTimeout = GoDurationArgument(.seconds(15))

    @Option(name: .customLong("cluster.gossip-interval"), help: .hidden)
    var gossipInterval = GoDurationArgument(.milliseconds(200))

    @Option(name: .customLong("cluster.pushpull-interval"), help: .hidden)
    var pushPullInterval = GoDurationArgument(.minutes(1))

    @Option(name: .customLong("cluster.tcp-timeout"), help: .hidden)
    var tcpTimeout = GoDurationArgument(.seconds(10))

    @Option(name: .customLong("cluster.probe-timeout"), help: .hidden)
    var probeTimeout = GoDurationArgument(.milliseconds(500))

    @Option(name: .customLong("cluster.probe-interval"), help: .hidden)
    var probeInterval = GoDurationArgument(.seconds(1))

    @Option(name: .customLong("cluster.settle-timeout"), help: .hidden)
    var settleTimeout = GoDurationArgument(.minutes(1))

    @Option(name: .customLong("cluster.reconnect-interval"), help: .hidden)
    var reconnectInterval = GoDurationArgument(.seconds(10))

    @Option(name: .customLong("cluster.reconnect-timeout"), help: .hidden)
    var reconnectTimeout = GoDurationArgument(.hours(6))

    @Flag(name: .customLong("cluster.allow-insecure-public-advertise-address-discovery"), inversion: .prefixedNo, help: .hidden)
    var allowInsecureAdvertise = false
}

/// A Go duration on the command line, such as `1m30s`.
struct GoDurationArgument: ExpressibleByArgument, Sendable {
    let span: TimeSpan

    init(_ span: TimeSpan) { self.span = span }

    init?(argument: String) {
        guard let span = try? GoDuration.parse(argument) else { return nil }
        self.span = span
    }

    var defaultValueDescription: String { GoDuration.format(span) }
}

/// A size on the command line: bytes, or a number with KB, MB or GB, each 1024 of the one before.
struct ByteSizeArgument: ExpressibleByArgument, Sendable {
    let bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let shifts = ["": 0, "B": 0, "KB": 10, "MB": 20, "GB": 30]
        guard let number = Int(digits), let shift = shifts[argument.dropFirst(digits.count).uppercased()],
            number <= Int.max >> (shift + 1)
        else { return nil }
        bytes = number << shift
    }

    var defaultValueDescription: String { "\(bytes >> 20)MB" }
}

/// The values of `--log.level`.
enum LogLevelArgument: String, ExpressibleByArgument, CaseIterable {
    case debug, info, warn, error
}

/// The values of `--log.format`.
enum LogFormatArgument: String, ExpressibleByArgument, CaseIterable {
    case logfmt, json
}

/// The values of `--delivery.manners`.
enum MannersArgument: String, ExpressibleByArgument, CaseIterable {
    case flatalert, alertmanager
}

/// The values of `--enable-feature`.
enum Feature: String, CaseIterable {
    case alertNamesInMetrics = "alert-names-in-metrics"
    case receiverNameInMetrics = "receiver-name-in-metrics"
    case groupKeyInMetrics = "group-key-in-metrics"
    case classicMode = "classic-mode"
    case utf8StrictMode = "utf8-strict-mode"
    case autoMemoryLimit = "auto-gomemlimit"
    case eventRecorder = "event-recorder"
    case experimentalFunctions = "promql-experimental-functions"
    case delayedNameRemoval = "promql-delayed-name-removal"
}
