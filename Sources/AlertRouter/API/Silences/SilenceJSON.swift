import AlertCore
import JSON

/// A silence as the API shows it (reference 3.8). Times are UTC.
enum SilenceJSON {
    static func write(_ silence: Silence, state: SilenceState, into json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.string(silence.id)
        json.key("status")
        json.beginObject()
        json.key("state")
        json.string(state.rawValue)
        json.endObject()
        json.key("updatedAt")
        json.time(silence.updatedAt.utc)
        if !silence.annotations.isEmpty {
            json.key("annotations")
            json.labels(silence.annotations)
        }
        json.key("comment")
        json.string(silence.comment)
        json.key("createdBy")
        json.string(silence.createdBy)
        json.key("endsAt")
        json.time(silence.endsAt.utc)
        json.key("matchers")
        json.beginArray()
        for matcher in silence.matchers {
            json.beginObject()
            json.key("isEqual")
            json.bool(matcher.operation.isEqual)
            json.key("isRegex")
            json.bool(matcher.operation.isRegex)
            json.key("name")
            json.string(matcher.name)
            json.key("value")
            json.string(matcher.value)
            json.endObject()
        }
        json.endArray()
        json.key("startsAt")
        json.time(silence.startsAt.utc)
        json.endObject()
    }
}
