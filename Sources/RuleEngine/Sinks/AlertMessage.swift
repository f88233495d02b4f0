import JSON
import Rules
import Time

/// Alerts as Alertmanager's API takes them (reference 6).
enum AlertMessage {
    /// A JSON array of these alerts.
    static func write(_ alerts: some Collection<RuleAlert>) -> [UInt8] {
        var json = JSONWriter()
        json.bytes.reserveCapacity(alerts.count * 512)
        json.beginArray()
        for alert in alerts {
            json.beginObject()
            json.key("annotations")
            ResultWriter.labels(alert.annotations, into: &json)
            json.key("endsAt")
            json.string(time(alert.endsAt))
            json.key("startsAt")
            json.string(time(alert.startsAt))
            json.key("generatorURL")
            json.string(alert.generatorURL)
            json.key("labels")
            ResultWriter.labels(alert.labels, into: &json)
            json.endObject()
        }
        json.endArray()
        return json.bytes
    }

    private static func time(_ milliseconds: Int64) -> String {
        RFC3339.string(.epoch + .milliseconds(milliseconds), fraction: .milliseconds)
    }
}
