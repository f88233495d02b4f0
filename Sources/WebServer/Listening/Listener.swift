import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// One open listening socket and the task that accepts its connections. The only file that knows Hummingbird.
struct Listener: Sendable {
    /// `HOST:PORT` with the port that was really opened.
    let address: String
    let port: Int
    private let server: Server<ConnectionChannel>
    private let running: Task<Void, Never>

    /// Opens a socket on this host (an address or a name) and begins to accept.
    static func open(host: String, port: Int, group: any EventLoopGroup, shared: ConnectionContext) async throws(WebServerError) -> Listener
    {
        let (running, started) = AsyncThrowingStream<any Channel, any Error>.makeStream()
        let server = Server(
            childChannelSetup: ConnectionChannel(shared: shared),
            configuration: ServerConfiguration(address: .hostname(preferIPv4(host), port: port), backlog: 1024, reuseAddress: true),
            onServerRunning: { started.yield($0) }, eventLoopGroup: group,
            // Hummingbird's own messages would go to standard output; what matters is thrown.
            logger: Logger(label: "web", factory: { _ in SwiftLogNoOpLogHandler() }))
        let task = Task {
            do {
                try await server.run()
                started.finish()
            } catch {
                started.finish(throwing: error)
            }
        }
        let text = ListenAddress.text(host: host, port: port)
        do {
            for try await channel in running {
                let bound = channel.localAddress
                let port = bound?.port ?? port
                return Listener(
                    address: ListenAddress.text(host: bound?.ipAddress ?? host, port: port), port: port, server: server, running: task)
            }
        } catch {
            throw explain(error, host: host, port: port)
        }
        throw .notAvailable(address: text, reason: "the socket was closed at once")
    }

    /// Stops accepting and waits until all connections are closed.
    func drain() async {
        try? await server.shutdownGracefully()
        await running.value
    }

    /// Closes all connections; `drain` then returns.
    func cut() { running.cancel() }

    private static func explain(_ error: any Error, host: String, port: Int) -> WebServerError {
        let address = ListenAddress.text(host: host, port: port)
        guard let error = error as? IOError else {
            return .notAvailable(address: address, reason: "no address is known for the host \"\(host)\"")
        }
        switch error.errnoCode {
        case EADDRINUSE: return .portTaken(address: address, holder: PortHolder.find(port: port))
        case EACCES, EPERM: return .notPermitted(address: address)
        default: return .notAvailable(address: address, reason: String(cString: strerror(error.errnoCode)).lowercased())
        }
    }

    /// A name that has addresses of both kinds stands for its IPv4 address, as it does in Go's programs; everything else stays as it is.
    private static func preferIPv4(_ host: String) -> String {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &found) == 0, let found else { return host }
        defer { freeaddrinfo(found) }
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = getnameinfo(found.pointee.ai_addr, found.pointee.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
        return result == 0 ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : host
    }
}

/// Sets up the connections of one listening socket: the decoder and our own handlers, which do all the work on the event loop.
struct ConnectionChannel: ServerChildChannel {
    let shared: ConnectionContext

    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let connection = HTTPConnection(shared: shared, executor: shared.executors[ObjectIdentifier(channel.eventLoop)])
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderListSize = 64 * 1024
            let decoder = HTTPRequestDecoder(
                leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop, limitConfiguration: limits)
            try channel.pipeline.syncOperations.addHandlers([ArrivalHandler(connection), ByteToMessageHandler(decoder), connection])
            return Value(channel: channel)
        }
    }

    /// Nothing to do but to wait for the end, and to bring it about at a hard stop.
    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
