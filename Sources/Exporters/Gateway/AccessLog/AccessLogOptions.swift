public import RE2

/// What is left out of the access log's metrics.
public struct AccessLogOptions: Sendable {
    /// Requests whose URI, query included, has a match of one of these are left out of the latency: long transfers say nothing of the server.
    public var latencyExclusions: [RE2Regex]
    /// Requests for exactly these paths are not counted: scrapes of monitoring itself.
    public var ignoredPaths: [String]
    /// Requests to these ports are not counted.
    public var ignoredPorts: [UInt64]

    /// Options; the defaults leave out scrapes alone.
    public init(latencyExclusions: [RE2Regex] = [], ignoredPaths: [String] = ["/metrics"], ignoredPorts: [UInt64] = [9145]) {
        self.latencyExclusions = latencyExclusions
        self.ignoredPaths = ignoredPaths
        self.ignoredPorts = ignoredPorts
    }
}
