import JSON
import Time

/// A token server's successful answer (RFC 6749 5.1).
struct TokenAnswer {
    let accessToken: String
    let type: String
    let lifetime: TimeSpan?

    /// nil when the body is not a JSON object with a non-empty access_token.
    init?(_ body: [UInt8]) {
        guard let members = try? JSONValue.parse(body).objectValue, let token = members["access_token"]?.stringValue, !token.isEmpty
        else { return nil }
        accessToken = token
        type = members["token_type"]?.stringValue ?? ""
        // Some servers write the number as a string; zero and less mean that they do not say.
        let seconds = members["expires_in"].flatMap { $0.doubleValue ?? $0.stringValue.flatMap(Double.init) } ?? 0
        lifetime = seconds > 0 ? .seconds(seconds) : nil
    }
}
