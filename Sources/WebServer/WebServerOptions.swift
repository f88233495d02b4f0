/// Where and within which limits a server works. The defaults are those of `flatalert serve`.
public struct WebServerOptions: Sendable {
    /// `HOST:PORT` each. An empty host is every address of the machine, over IPv6 and IPv4; port 0 is any free port.
    public var listen: [String]
    /// The longest body; a longer one is answered 413 and not read.
    public var maximumBodyBytes: Int
    /// Bytes of bodies held at one time by all requests together. A request that would exceed it is answered 503.
    public var bodiesInFlightBytes: Int
    /// Time for a whole request to arrive, header fields and body.
    public var requestTimeout: Duration
    /// Time in which a client must take some of the answer.
    public var writeStallTimeout: Duration
    /// Time after which a connection without a request is closed.
    public var idleTimeout: Duration
    /// GET requests handled at one time (`--web.get-concurrency`); others are answered 503. 0 means 8 or the number of processors,
    /// whichever is more.
    public var getConcurrency: Int
    /// Time for the handler to answer (`--web.timeout`); zero is no limit.
    public var timeout: Duration
    /// `--web.config.file`; empty when not given.
    public var webConfigFile: String
    /// Threads that serve connections; 0 means one a processor, at most 4.
    public var threads: Int

    /// Options with these values.
    public init(
        listen: [String] = [":9093"], maximumBodyBytes: Int = 32 << 20, bodiesInFlightBytes: Int = 64 << 20,
        requestTimeout: Duration = .seconds(30), writeStallTimeout: Duration = .seconds(30), idleTimeout: Duration = .seconds(300),
        getConcurrency: Int = 0, timeout: Duration = .zero, webConfigFile: String = "", threads: Int = 0
    ) {
        self.listen = listen
        self.maximumBodyBytes = maximumBodyBytes
        self.bodiesInFlightBytes = bodiesInFlightBytes
        self.requestTimeout = requestTimeout
        self.writeStallTimeout = writeStallTimeout
        self.idleTimeout = idleTimeout
        self.getConcurrency = getConcurrency
        self.timeout = timeout
        self.webConfigFile = webConfigFile
        self.threads = threads
    }
}
