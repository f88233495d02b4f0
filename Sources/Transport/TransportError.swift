public import Time

/// Why a request brought no answer. The messages name hosts and files, never a URL's path or query, and no secret.
public enum TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// libcurl cannot be used on this machine.
    case unavailable(String)
    /// The request cannot be sent as it is: a malformed URL, a line break in a header field.
    case invalidRequest(String)
    /// A file of the options could not be read.
    case unreadableFile(purpose: String, path: String, reason: String)
    /// No OAuth 2 token could be had.
    case token(String)
    /// A host name (the server's or the proxy's) is not known.
    case resolve(String)
    /// No connection came about.
    case connect(String)
    /// The proxy refused.
    case proxy(String)
    /// TLS failed: an unknown authority, a wrong name, no common version.
    case tls(String, reachedWire: Bool)
    /// The request's timeout passed.
    case timeout(TimeSpan, reachedWire: Bool)
    /// The calling task was cancelled.
    case cancelled(reachedWire: Bool)
    /// The connection broke or the server spoke nonsense.
    case io(String, reachedWire: Bool)
    /// The body of the answer is longer than the request allowed.
    case responseTooLarge(limit: Int)
    /// The transport was shut down.
    case shutDown(reachedWire: Bool)

    /// Bytes of the request may have been sent. Where it is false the server has surely not acted on the request.
    public var reachedWire: Bool {
        switch self {
        case .unavailable, .invalidRequest, .unreadableFile, .token, .resolve, .connect, .proxy: false
        case .tls(_, let reachedWire), .timeout(_, let reachedWire), .cancelled(let reachedWire), .io(_, let reachedWire),
            .shutDown(let reachedWire):
            reachedWire
        case .responseTooLarge: true
        }
    }

    /// One line for a log or an operator.
    public var description: String {
        switch self {
        case .unavailable(let message), .invalidRequest(let message), .token(let message), .resolve(let message), .connect(let message),
            .proxy(let message), .tls(let message, _), .io(let message, _):
            message
        case .unreadableFile(let purpose, let path, let reason): "could not read \(purpose) from \(path): \(reason)"
        case .timeout(let limit, let reachedWire):
            "no answer within \(GoDuration.format(limit))" + (reachedWire ? "" : ", the request was not sent")
        case .cancelled: "cancelled"
        case .responseTooLarge(let limit): "the answer is longer than \(limit) bytes"
        case .shutDown: "the transport was shut down"
        }
    }
}
