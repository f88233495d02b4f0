public import ClientConfiguration
public import Labels

/// One entry of `scrape_configs`, defaults of `global` filled in (reference 5.6). Milliseconds and bytes; a limit of 0 is none.
public struct ScrapeConfiguration: Sendable, Hashable {
    /// `job_name`
    public var jobName: String
    /// `scrape_interval`
    public var interval: Int64 = 60_000
    /// `scrape_timeout`
    public var timeout: Int64 = 10_000
    /// `metrics_path`
    public var metricsPath = "/metrics"
    /// `scheme`
    public var scheme = "http"
    /// `params`, sorted by name.
    public var parameters: [Parameter] = []
    /// `honor_labels`
    public var honorsLabels = false
    /// `honor_timestamps`
    public var honorsTimestamps = true
    /// `track_timestamps_staleness`
    public var tracksTimestampsStaleness = false
    /// `enable_compression`
    public var compresses = true
    /// `sample_limit`
    public var sampleLimit = 0
    /// `target_limit`
    public var targetLimit = 0
    /// `label_limit`
    public var labelLimit = 0
    /// `label_name_length_limit`
    public var labelNameLengthLimit = 0
    /// `label_value_length_limit`
    public var labelValueLengthLimit = 0
    /// `body_size_limit`
    public var bodySizeLimit = 0
    /// `keep_dropped_targets`
    public var keptDroppedTargets = 0
    /// `scrape_protocols`, best first.
    public var protocols: [ScrapeProtocol] = [.openMetrics1, .openMetrics0, .text1, .text0]
    /// `fallback_scrape_protocol`
    public var fallbackProtocol: ScrapeProtocol?
    /// `extra_scrape_metrics`: whether the optional report series are written.
    public var extraScrapeMetrics = false
    /// `metric_name_validation_scheme: legacy`
    public var legacyNames = false
    /// `metric_name_escaping_scheme`: what targets are told to do with names beyond the old rules.
    public var nameEscaping = "allow-utf-8"
    /// `relabel_configs`
    public var relabeling = RelabelRules()
    /// `metric_relabel_configs`
    public var metricRelabeling = RelabelRules()
    /// The HTTP client's block.
    public var client = HTTPConfiguration()
    /// Where targets come from.
    public var discoveries: [DiscoveryConfiguration] = []

    /// A job with Prometheus's defaults.
    public init(jobName: String) { self.jobName = jobName }

    /// A query parameter and its values.
    public struct Parameter: Sendable, Hashable {
        /// The name.
        public var name: String
        /// At least one in a useful configuration.
        public var values: [String]

        /// A parameter.
        public init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }
}

/// What a target is asked for; the raw value is Prometheus's name of it.
public enum ScrapeProtocol: String, Sendable, Hashable, CaseIterable {
    /// OpenMetrics 1.0.0
    case openMetrics1 = "OpenMetricsText1.0.0"
    /// OpenMetrics 0.0.1
    case openMetrics0 = "OpenMetricsText0.0.1"
    /// The text format with UTF-8 names.
    case text1 = "PrometheusText1.0.0"
    /// The text format.
    case text0 = "PrometheusText0.0.4"
    /// Protocol buffers: taken in a configuration, never asked for.
    case protobuf = "PrometheusProto"
}

/// Where targets come from.
public enum DiscoveryConfiguration: Sendable, Hashable {
    /// `static_configs`
    case fixed([TargetGroup])
    /// `file_sd_configs`
    case files(FileDiscovery)
    /// `http_sd_configs`
    case http(HTTPDiscovery)
}

/// Targets that share labels.
public struct TargetGroup: Sendable, Hashable {
    /// Each with `__address__`, and labels of its own if the discovery gives some.
    public var targets: [LabelSet]
    /// Labels of all of them.
    public var labels: LabelSet
    /// Names the group within its discovery: an updated group of the same source replaces the old one.
    public var source: String

    /// A group.
    public init(targets: [LabelSet], labels: LabelSet = LabelSet(), source: String) {
        self.targets = targets
        self.labels = labels
        self.source = source
    }
}

/// `file_sd_configs`
public struct FileDiscovery: Sendable, Hashable {
    /// Paths and globs, joined.
    public var files: [String]
    /// Milliseconds.
    public var refreshInterval: Int64 = 300_000

    /// Files with Prometheus's default interval.
    public init(files: [String]) { self.files = files }
}

/// `http_sd_configs`
public struct HTTPDiscovery: Sendable, Hashable {
    /// Where the list is.
    public var url: String
    /// Milliseconds.
    public var refreshInterval: Int64 = 60_000
    /// The HTTP client's block.
    public var client = HTTPConfiguration()

    /// A list with Prometheus's default interval.
    public init(url: String) { self.url = url }
}
