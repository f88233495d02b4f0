public import AlertCore
import CPlatform
public import Labels
public import Time

extension Router {
    /// Where the configuration comes from.
    public enum ConfigurationSource: Sendable {
        /// A file, read again at each reload.
        case file(String)
        /// One route to the built-in receiver, at this URL of this instance: enough to look around. Without a URL nobody is told.
        case builtIn(inbox: String? = nil)

        /// How logs and pages name it.
        public var name: String {
            switch self {
            case .file(let path): path
            case .builtIn: "built-in"
            }
        }

        func load(mode: MatcherMode) throws(ConfigurationError) -> AlertmanagerConfiguration {
            switch self {
            case .file(let path): try AlertmanagerConfiguration.load(file: path, mode: mode)
            case .builtIn: try AlertmanagerConfiguration.parse(builtInText, file: name, mode: mode)
            }
        }

        /// The text of the built-in configuration. Its times are short: whoever tries something wants to see what comes of it.
        var builtInText: String {
            var text = """
                route:
                  receiver: inbox
                  group_by: [alertname]
                  group_wait: 1s
                  group_interval: 10s
                  repeat_interval: 4h
                  routes:
                  - {receiver: none, matchers: ['alertname="Watchdog"']}
                receivers:
                - name: none
                - name: inbox

                """
            if case .builtIn(.some(let url)) = self {
                text += """
                      webhook_configs:
                      - url: \(url)
                        max_alerts: 50

                    """
            }
            return text
        }
    }

    /// What the command line decides.
    public struct Options: Sendable {
        /// Where the configuration comes from.
        public var configuration: ConfigurationSource
        /// The directory of the journal.
        public var storagePath: String
        /// Retention, intervals and limits of the machine.
        public var machine: MachineOptions
        /// Without a trailing slash.
        public var externalURL: String
        /// Normalised: one leading and no trailing slash; `/` is none.
        public var routePrefix: String
        /// What the cluster part of the status shows.
        public var cluster: ClusterStatus
        /// Which matcher grammar counts.
        public var matcherMode: MatcherMode
        /// `--log.silences`.
        public var logsSilences: Bool
        /// How receivers that push back are treated.
        public var manners = DeliveryManners()
        /// The limit of the history's file in bytes; 0 keeps none.
        public var historyBytes = 40 << 20
        /// Which alerts must keep arriving, and who is called while they do.
        public var heartbeat = HeartbeatOptions()
        /// Labels of metrics that have to be asked for.
        public var metricLabels: MetricLabels = []
        /// Whose pages may change something through API v2.
        public var trustedOrigins = TrustedOrigins.own
        /// How much room a disk has; nil when nobody knows. Tests have disks of any size.
        var availableBytes: @Sendable (_ path: String) -> UInt64? = { path in
            var available: UInt64 = 0
            return cplatform_available_bytes(path, &available) == 0 ? available : nil
        }
        /// How long a request waits for the journal before it is answered 503.
        public var durabilityTimeout: TimeSpan = .seconds(5)

        /// Options with these parts.
        public init(
            configuration: ConfigurationSource, storagePath: String, machine: MachineOptions, externalURL: String, routePrefix: String,
            cluster: ClusterStatus, matcherMode: MatcherMode, logsSilences: Bool
        ) {
            self.configuration = configuration
            self.storagePath = storagePath
            self.machine = machine
            self.externalURL = externalURL
            self.routePrefix = routePrefix
            self.cluster = cluster
            self.matcherMode = matcherMode
            self.logsSilences = logsSilences
        }
    }
}
