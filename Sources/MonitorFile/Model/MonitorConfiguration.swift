public import Labels

/// `prometheus.yml` as this program understands it (reference 5.6, 6). Times are milliseconds, files are joined to the configuration's directory.
public struct MonitorConfiguration: Sendable {
    /// The file's name for messages.
    public var file: String
    /// The file's text with secrets masked, for `status/config`.
    public var text: String
    /// `global`.
    public var global = GlobalSettings()
    /// `rule_files`: paths and globs, joined.
    public var ruleFiles: [String] = []
    /// `scrape_configs` and those of `scrape_config_files`, in their order.
    public var scrapeConfigurations: [ScrapeConfiguration] = []
    /// `alerting`.
    public var alerting = AlertingSettings()
    /// Sections that Prometheus knows and this program does not use, such as `remote_write`.
    public var unusedSections: [String] = []
    /// What is odd but no error.
    public var warnings: [String] = []

    /// A configuration without anything.
    public init(file: String = "", text: String = "") {
        self.file = file
        self.text = text
    }
}

/// `global`. Milliseconds.
public struct GlobalSettings: Sendable, Hashable {
    /// `scrape_interval`
    public var scrapeInterval: Int64 = 60_000
    /// `scrape_timeout`
    public var scrapeTimeout: Int64 = 10_000
    /// `evaluation_interval`
    public var evaluationInterval: Int64 = 60_000
    /// `rule_query_offset`
    public var ruleQueryOffset: Int64 = 0
    /// `external_labels`, environment variables expanded.
    public var externalLabels = LabelSet()

    /// Prometheus's defaults.
    public init() {}
}
