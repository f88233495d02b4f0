import AlertCore
import JSON
import Labels

/// One alert as GET `/alerts` and `/alerts/groups` show it (reference 3.5).
struct AlertJSON {
    let status: AlertStatus
    let receivers: [String]
    /// Names of the time intervals that mute the group it is shown in.
    var mutedBy: [String] = []

    func write(into json: inout JSONWriter) {
        let alert = status.alert
        json.beginObject()
        json.key("annotations")
        json.labels(alert.body.annotations)
        json.key("endsAt")
        json.time(alert.endsAt)
        json.key("fingerprint")
        json.fingerprint(alert.body.labels.fingerprint)
        json.key("receivers")
        json.beginArray()
        for receiver in receivers {
            json.beginObject()
            json.key("name")
            json.string(receiver)
            json.endObject()
        }
        json.endArray()
        json.key("startsAt")
        json.time(alert.startsAt)
        json.key("status")
        writeStatus(into: &json)
        json.key("updatedAt")
        json.time(alert.updatedAt)
        if !alert.body.generatorURL.isEmpty {
            json.key("generatorURL")
            json.string(alert.body.generatorURL)
        }
        json.key("labels")
        json.labels(alert.body.labels)
        json.endObject()
    }

    private func writeStatus(into json: inout JSONWriter) {
        let isSuppressed = !status.silencedBy.isEmpty || status.inhibitedBy != nil || !mutedBy.isEmpty
        json.beginObject()
        json.key("inhibitedBy")
        json.beginArray()
        if let inhibitedBy = status.inhibitedBy { json.fingerprint(inhibitedBy) }
        json.endArray()
        json.key("mutedBy")
        json.strings(mutedBy)
        json.key("silencedBy")
        json.strings(status.silencedBy.count < 2 ? status.silencedBy : status.silencedBy.sorted())
        json.key("state")
        json.string(isSuppressed ? "suppressed" : "active")
        json.endObject()
    }
}
