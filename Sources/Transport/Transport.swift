import CCurl
import Glibc
import NIOConcurrencyHelpers
import Synchronization
import Time

/// Outgoing HTTP and SMTP over libcurl: one thread and one pool of connections for HTTP, a thread for each mail under way.
///
/// ```swift
/// let transport = Transport(name: "notify", userAgent: "Alertmanager/0.34.0")
/// let answer = try await transport.send(HTTPRequest(method: "POST", url: url, body: json, timeout: .seconds(10)))
/// ```
/// The threads and libcurl itself are started by the first request.
public final class Transport: Sendable {
    private let loop: CurlLoop
    private let userAgent: String
    private let nextID = Atomic<UInt64>(0)
    private let tokens = TokenCache()
    /// The mails under way.
    let mailServers = MailServers()

    /// Makes a transport. `name` names its thread (15 bytes are shown) and, unless `userAgent` is given, itself to servers.
    ///
    /// - Parameter idleConnections: How many connections are kept open for a next request; at most half of the files that the process may
    ///   have open.
    public init(name: String, userAgent: String? = nil, idleConnections: Int = 64) {
        loop = CurlLoop(name: name, idleConnections: idleConnections)
        self.userAgent = userAgent ?? name
    }

    deinit {
        loop.stop()
        mailServers.close()
    }

    /// Sends a request and waits for the answer, whatever its status. Cancelling the task ends the transfer at once.
    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if let problem = ccurl_load() { throw .unavailable(String(cString: problem)) }
        let start = Clock.monotonic()
        var token: String?
        if let oauth2 = request.options.oauth2 {
            token = try await tokens.authorization(for: oauth2, over: self, timeout: request.timeout)
        }
        var remaining = request.timeout
        if let limit = request.timeout {
            let left = limit - TimeSpan(nanoseconds: Clock.monotonic() - start)
            guard left > .zero else { throw .timeout(limit, reachedWire: false) }
            remaining = left
        }
        let prepared = try PreparedRequest(request, token: token, defaultUserAgent: userAgent, remaining: remaining)
        return try await run(prepared)
    }

    /// Ends the thread and every transfer under way; later requests fail with `.shutDown`. Does not wait.
    public func shutdown() {
        loop.stop()
        mailServers.close()
    }

    /// Whether outgoing requests can work here at all: libcurl loads, speaks TLS, and finds certificate authorities.
    /// nil is fine; else a message for the operator. Loads libcurl into this process.
    public static func probe() -> String? {
        if let problem = ccurl_load() { return String(cString: problem) }
        guard ccurl_speaks_tls() != 0 else { return "libcurl \(version) has no TLS; install Debian's libcurl4" }
        let places = [ccurl_default_ca_file(), ccurl_default_ca_directory()].compactMap { $0.map { String(cString: $0) } }
        if places.contains(where: { access($0, R_OK) == 0 }) { return nil }
        let looked = places.isEmpty ? "libcurl knows no place for them" : "looked at \(places.joined(separator: " and "))"
        return "no certificate authorities found (\(looked)); install them (Debian package: ca-certificates)"
    }

    private static var version: String { ccurl_version().map { String(cString: $0) } ?? "of unknown version" }

    /// Where one request stands between its task and the loop, so that a cancel is neither lost nor overtakes the start.
    private enum Stage { case waiting, started, cancelled }

    private func run(_ prepared: PreparedRequest) async throws(TransportError) -> HTTPResponse {
        let id = nextID.wrappingAdd(1, ordering: .relaxed).newValue
        let stage = NIOLockedValueBox(Stage.waiting)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>) in
                let transfer = Transfer(id: id, request: prepared, continuation: continuation)
                stage.withLockedValue { stage in
                    guard stage == .waiting else { return transfer.finish(.failure(.cancelled(reachedWire: false))) }
                    guard loop.post(.start(transfer)) else { return transfer.finish(.failure(.shutDown(reachedWire: false))) }
                    stage = .started
                }
            }
        } onCancel: {
            stage.withLockedValue { stage in
                if stage == .started { _ = loop.post(.cancel(id)) }
                stage = .cancelled
            }
        }
        return try result.get()
    }
}
