import JSON
import WebServer

/// Why a request to one of our own endpoints is refused, and what to do about it.
struct OperatorError: Error, Hashable {
    var status: Int
    /// What was found.
    var message: String
    /// What to do.
    var advice = ""

    /// `{"error":…,"advice":…}`.
    var response: WebResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("error")
        json.string(message)
        if !advice.isEmpty {
            json.key("advice")
            json.string(advice)
        }
        json.endObject()
        return .json(json, status: status)
    }
}
