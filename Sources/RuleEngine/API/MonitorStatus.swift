/// The Alertmanagers that are told, as the API names them (reference 4.4).
public struct AlertmanagersReport: Sendable, Equatable {
    /// URLs that alerts are posted to.
    public var active: [String] = []
    /// URLs of discovered ones that relabelling dropped.
    public var dropped: [String] = []

    /// None.
    public init() {}
}

/// What `status/runtimeinfo` tells. Times are milliseconds since the epoch.
public struct RuntimeInformation: Sendable {
    /// When the process began.
    public var startTime: Int64
    /// The directory that it runs in.
    public var workingDirectory = ""
    /// The machine's name.
    public var hostname = ""
    /// Whether the last reload was taken.
    public var reloadSucceeded = true
    /// When the configuration in force was read.
    public var lastConfigurationTime: Int64
    /// Files of samples that were found damaged at the start.
    public var corruptions = 0
    /// Threads of the process.
    public var threads = 0
    /// Processors that it may use.
    public var processors = 0
    /// How long samples are kept, in Prometheus's form: `15d`, or `1d or 512MiB`.
    public var retention = ""

    /// A process that began at this time and has read its configuration then.
    public init(startTime: Int64) {
        self.startTime = startTime
        lastConfigurationTime = startTime
    }
}
