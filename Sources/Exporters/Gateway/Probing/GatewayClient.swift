import Time
import Transport

/// Asks the Gateway. Each request has a connection of its own that is closed behind it: one that was kept would be among the connections
/// that stub_status counts.
struct GatewayClient: Sendable {
    private let transport: Transport
    private let agent: String
    let limit: TimeSpan

    init(_ options: GatewayOptions, over transport: Transport) {
        self.transport = transport
        agent = "flatalert-gateway-exporter/\(options.version)"
        limit = options.requestLimit
    }

    /// The answer to a GET, whatever its status. Nothing but GETs is ever sent.
    func get(
        _ url: String, maximumBytes: Int = 4096, policy: HTTPRequest.BodyPolicy = .prefix, followsRedirects: Bool = false
    ) async -> Result<HTTPResponse, TransportError> {
        let request = HTTPRequest(
            url: url, headers: [("User-Agent", agent), ("Connection", "close")], timeout: limit, maximumResponseBytes: maximumBytes,
            bodyPolicy: policy, options: HTTPClientOptions(followRedirects: followsRedirects, http2: false))
        do throws(TransportError) {
            return .success(try await transport.send(request))
        } catch {
            return .failure(error)
        }
    }
}
