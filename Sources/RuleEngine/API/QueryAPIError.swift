import JSON
import PromQL
import WebServer

/// An error of the query API: its kind decides the status (reference 4.1).
struct QueryAPIError: Error {
    enum Kind: String {
        case badData = "bad_data"
        case execution
        case canceled
        case timeout
        case `internal`
        case unavailable
        case notFound = "not_found"
        case notAcceptable = "not_acceptable"

        var status: Int {
            switch self {
            case .badData: 400
            case .execution: 422
            case .canceled: 499
            case .timeout: 503
            case .internal, .unavailable: 500
            case .notFound: 404
            case .notAcceptable: 406
            }
        }
    }

    let kind: Kind
    let message: String

    static func badData(_ message: String) -> Self { Self(kind: .badData, message: message) }

    static func notFound(_ message: String) -> Self { Self(kind: .notFound, message: message) }

    /// A parameter that cannot be read.
    static func invalid(_ parameter: String, _ problem: String) -> Self { .badData("invalid parameter \"\(parameter)\": \(problem)") }

    init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }

    init(_ error: QueryError) {
        kind =
            switch error {
            case .execution, .unsupported, .tooManySamples: .execution
            case .timeout: .timeout
            case .canceled: .canceled
            case .storage: .internal
            }
        message = error.description
    }

    var response: WebResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("status")
        json.string("error")
        json.key("errorType")
        json.string(kind.rawValue)
        json.key("error")
        json.string(message)
        json.endObject()
        return WebResponse(status: kind.status, headers: [("Content-Type", "application/json")], body: .bytes(json.bytes))
    }
}
