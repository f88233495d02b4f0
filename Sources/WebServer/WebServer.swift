import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// An HTTP/1.1 server with one handler for all requests. It keeps the limits of its options: a request reaches the handler only when it has
/// arrived completely and in time.
///
///     let server = WebServer(options: WebServerOptions(listen: [":9093"])) { request in WebResponse(status: 200, text: "OK") }
///     let addresses = try await server.start()
///     await server.shutdown(within: .seconds(5))
public final class WebServer: Sendable {
    private enum State {
        case new
        case running([Listener], MultiThreadedEventLoopGroup)
        case stopped
    }

    private let options: WebServerOptions
    private let handler: @Sendable (WebRequest) async -> WebResponse
    private let bodies: SharedCount
    private let gets: SharedCount
    private let state = NIOLockedValueBox(State.new)

    /// A server that is not started yet.
    public init(options: WebServerOptions, handler: @escaping @Sendable (WebRequest) async -> WebResponse) {
        self.options = options
        self.handler = handler
        bodies = SharedCount(limit: options.bodiesInFlightBytes)
        gets = SharedCount(limit: options.getConcurrency > 0 ? options.getConcurrency : max(8, System.coreCount))
    }

    /// GET requests that are handled now.
    public var getsInFlight: Int { gets.used }

    /// GET requests that were refused because of `getConcurrency`.
    public var getsRefused: Int { gets.refused }

    /// Bytes of request bodies held now.
    public var bodyBytesInFlight: Int { bodies.used }

    /// Opens all addresses and begins to serve. Returns each as `HOST:PORT`, with the port that was really opened. On an error nothing stays
    /// open. A server is started once.
    public func start() async throws(WebServerError) -> [String] {
        try checkWebConfiguration()
        var addresses: [ListenAddress] = []
        for text in options.listen { addresses.append(try ListenAddress(text)) }
        let threads = options.threads > 0 ? options.threads : min(4, System.coreCount)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let shared = ConnectionContext(
            handler: handler, limits: ConnectionContext.Limits(options), bodies: bodies, gets: gets,
            executors: Dictionary(uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), LoopExecutor($0)) }))
        var listeners: [Listener] = []
        do {
            for address in addresses { listeners += try await Self.listen(address, group: group, shared: shared) }
        } catch {
            for listener in listeners { await listener.drain() }
            try? await group.shutdownGracefully()
            throw error
        }
        state.withLockedValue { $0 = .running(listeners, group) }
        return listeners.map(\.address)
    }

    /// Stops accepting, closes idle connections, lets requests in work finish within this time, then closes what is left. Returns when all
    /// is closed.
    public func shutdown(within limit: Duration = .seconds(5)) async {
        let running = state.withLockedValue { state in
            defer { state = .stopped }
            return state
        }
        guard case .running(let listeners, let group) = running else { return }
        let cut = Task {
            try await Task.sleep(for: limit)
            for listener in listeners { listener.cut() }
        }
        await withDiscardingTaskGroup { tasks in
            for listener in listeners { tasks.addTask { await listener.drain() } }
        }
        cut.cancel()
        try? await group.shutdownGracefully()
    }

    /// An empty host is all addresses: one socket for IPv6 and IPv4, or IPv4 alone where the machine has no IPv6.
    private static func listen(_ address: ListenAddress, group: any EventLoopGroup, shared: ConnectionContext) async throws(WebServerError)
        -> [Listener]
    {
        guard address.host.isEmpty else {
            return [try await Listener.open(host: address.host, port: address.port, group: group, shared: shared)]
        }
        let both: Listener
        do {
            both = try await Listener.open(host: "::", port: address.port, group: group, shared: shared)
        } catch .notAvailable {
            return [try await Listener.open(host: "0.0.0.0", port: address.port, group: group, shared: shared)]
        }
        guard PortHolder.contents(of: "/proc/sys/net/ipv6/bindv6only").hasPrefix("1") else { return [both] }
        return [both, try await Listener.open(host: "0.0.0.0", port: both.port, group: group, shared: shared)]
    }

    /// A web configuration file may be given as long as it asks for nothing: serving without the protection that it describes would be worse
    /// than not to start.
    private func checkWebConfiguration() throws(WebServerError) {
        guard !options.webConfigFile.isEmpty else { return }
        guard let bytes = FileBytes.read(options.webConfigFile) else {
            throw .webConfiguration(file: options.webConfigFile, reason: "cannot be read: \(String(cString: strerror(errno)).lowercased())")
        }
        let asks = bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            guard let first = line.first(where: { $0 != 32 && $0 != 9 && $0 != 13 }) else { return false }
            return first != UInt8(ascii: "#") && !line.starts(with: "---".utf8) && !line.starts(with: "{}".utf8)
        }
        guard !asks else {
            throw .webConfiguration(
                file: options.webConfigFile,
                reason:
                    "TLS, basic authentication and header fields of the web server are not in this version; leave the flag out, and put a "
                    + "proxy that does this in front")
        }
    }
}
