import JSON
import Labels
import Time

/// A silence as `GET /silences` shows it (reference 3.8).
struct SilenceRecord: Sendable {
    /// As the server wrote it.
    var json: JSONValue
    var id: String
    let matchers: Matchers
    var startsAt: Timestamp
    var endsAt: Timestamp
    let updatedAt: Timestamp
    let createdBy: String
    var comment: String

    init(_ element: JSONElement) throws(JSONDecodingError) {
        json = element.value
        id = try element.member("id").string()
        var list: [Matcher] = []
        for matcher in try element.member("matchers").elements() { list.append(try Self.matcher(matcher)) }
        matchers = Matchers(list)
        startsAt = try element.member("startsAt").time()
        endsAt = try element.member("endsAt").time()
        updatedAt = try element.member("updatedAt").time()
        createdBy = try element.member("createdBy").string()
        comment = try element.member("comment").string()
    }

    private static func matcher(_ element: JSONElement) throws(JSONDecodingError) -> Matcher {
        let operation = Matcher.Operation(
            isRegex: try element.member("isRegex").bool(), isEqual: try element.optionalMember("isEqual")?.bool() ?? true)
        let name = try element.member("name").string()
        let value = try element.member("value").string()
        do throws(MatcherError) {
            return try Matcher(name: name, operation: operation, value: value)
        } catch {
            throw element.invalid("\(error)")
        }
    }
}
