import NIOCore

/// What all connections of a server share.
struct ConnectionContext: Sendable {
    let handler: @Sendable (WebRequest) async -> WebResponse
    let limits: Limits
    /// Bytes of bodies held at one time.
    let bodies: SharedCount
    /// GET requests handled at one time.
    let gets: SharedCount
    let date = DateField()
    /// By event loop.
    let executors: [ObjectIdentifier: LoopExecutor]

    /// The limits of one connection.
    struct Limits: Sendable {
        let bodyBytes: Int
        let request: TimeAmount
        let writeStall: TimeAmount
        let idle: TimeAmount
        /// Zero is no limit.
        let handler: TimeAmount
        /// How long a connection that is being closed still takes, and forgets, what its client sends.
        let linger: TimeAmount

        init(_ options: WebServerOptions) {
            bodyBytes = options.maximumBodyBytes
            request = TimeAmount(options.requestTimeout)
            writeStall = TimeAmount(options.writeStallTimeout)
            idle = TimeAmount(options.idleTimeout)
            handler = TimeAmount(options.timeout)
            linger = min(.seconds(2), request)
        }

        /// No deadline of a request is nearer than this when it is set.
        var shortest: TimeAmount {
            let candidates = [request, writeStall, idle] + (handler > .zero ? [handler] : [])
            return max(.milliseconds(1), candidates.min() ?? request)
        }
    }
}
