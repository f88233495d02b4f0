import Time
import Transport

/// One call of a query API. Milliseconds.
enum RemoteCall: Sendable {
    case instant(String, at: Int64)
    case range(String, from: Int64, through: Int64, step: Int64)

    /// The last part of the path.
    var name: String {
        switch self {
        case .instant: "query"
        case .range: "query_range"
        }
    }

    /// The body of the request. The server is told how long it may take: it ends what nobody waits for any longer.
    func form(timeout: TimeSpan) -> String {
        let fields =
            switch self {
            case .instant(let query, let time): [("query", query), ("time", ResultWriter.seconds(time))]
            case .range(let query, let start, let end, let step):
                [
                    ("query", query), ("start", ResultWriter.seconds(start)), ("end", ResultWriter.seconds(end)),
                    ("step", ResultWriter.seconds(step)),
                ]
            }
        let allowed = PrometheusDuration.format(.milliseconds(max(1, timeout.milliseconds)))
        return (fields + [("timeout", allowed)]).map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    }
}

/// Why a try brought nothing.
struct RemoteFailure: Error {
    let message: String
    /// The source could not be asked or gave no proper answer, rather than that it refused the query.
    let isOutage: Bool
    /// Worth another try.
    let mayPass: Bool

    init(_ message: String, isOutage: Bool = false, mayPass: Bool = false) {
        self.message = message
        self.isOutage = isOutage
        self.mayPass = mayPass
    }

    init(_ error: TransportError) {
        switch error {
        case .resolve, .connect, .proxy, .timeout, .io: self.init(error.description, isOutage: true, mayPass: true)
        // What is wrong here is wrong a second later, too.
        case .unavailable, .token, .tls, .unreadableFile, .responseTooLarge, .cancelled, .shutDown:
            self.init(error.description, isOutage: true)
        case .invalidRequest: self.init(error.description)
        }
    }
}
