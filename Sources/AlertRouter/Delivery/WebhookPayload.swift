import JSON
import Labels
import Time

/// The version 4 webhook body (reference 9.1).
enum WebhookPayload {
    /// The body with its closing newline.
    ///
    /// - Parameter templateError: Why a body of the receiver's own making was not to be had; goes into a key that only then is there.
    static func bytes(_ data: NotificationData, templateError: String? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writeMembers(data, to: &writer)
        writer.key("version")
        writer.string("4")
        writer.key("groupKey")
        writer.string(data.groupKey)
        writer.key("truncatedAlerts")
        writer.integer(Int64(data.truncatedAlerts))
        if let templateError {
            writer.key("templateError")
            writer.string(templateError)
        }
        writer.endObject()
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }

    /// What the body and a template's whole data have in common.
    static func writeMembers(_ data: NotificationData, to writer: inout JSONWriter) {
        writer.key("receiver")
        writer.string(data.receiver)
        writer.key("status")
        writer.string(data.status)
        writer.key("alerts")
        writer.beginArray()
        for index in data.alerts.indices { write(data.body, at: index, to: &writer) }
        writer.endArray()
        writer.key("notification_reason")
        writer.string(data.reason)
        writer.key("groupLabels")
        write(data.groupLabels, to: &writer)
        writer.key("commonLabels")
        write(data.commonLabels, to: &writer)
        writer.key("commonAnnotations")
        write(data.commonAnnotations, to: &writer)
        writer.key("routeLabels")
        write(data.routeLabels, to: &writer)
        writer.key("externalURL")
        writer.string(data.externalURL)
    }

    /// One alert.
    static func write(_ alerts: NotificationData.Body, at index: Int, to writer: inout JSONWriter) {
        let alert = alerts.alerts[index]
        writer.beginObject()
        writer.key("status")
        writer.string(alerts.status(at: index))
        writer.key("labels")
        write(alert.body.labels, to: &writer)
        writer.key("annotations")
        write(alert.body.annotations, to: &writer)
        writer.key("startsAt")
        writer.string(RFC3339.string(alert.startsAt, fraction: .asNeeded))
        writer.key("endsAt")
        writer.string(RFC3339.string(alert.endsAt, fraction: .asNeeded))
        writer.key("generatorURL")
        writer.string(alert.body.generatorURL)
        writer.key("fingerprint")
        writer.string(alerts.fingerprint(at: index))
        writer.endObject()
    }

    /// Labels or annotations.
    static func write(_ set: LabelSet, to writer: inout JSONWriter) {
        writer.beginObject()
        set.forEach { name, value in
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
    }
}
