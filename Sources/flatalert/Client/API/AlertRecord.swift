import JSON
import Time

/// An alert as `GET /alerts` shows it (reference 3.5).
struct AlertRecord: Sendable {
    /// As the server wrote it.
    let json: JSONValue
    let labels: [(name: String, value: String)]
    let annotations: [(name: String, value: String)]
    let startsAt: Timestamp
    let endsAt: Timestamp
    let generatorURL: String
    let state: String

    init(_ element: JSONElement) throws(JSONDecodingError) {
        json = element.value
        labels = try element.member("labels").sortedPairs()
        annotations = try element.member("annotations").sortedPairs()
        startsAt = try element.member("startsAt").time()
        endsAt = try element.member("endsAt").time()
        generatorURL = try element.optionalMember("generatorURL")?.string() ?? ""
        state = try element.member("status").member("state").string()
    }
}
