import AlertCore
import JSON
import Labels
import Time

/// The version 4 webhook body (reference 9.1).
enum WebhookPayload {
    /// The body with its closing newline.
    static func bytes(_ data: NotificationData) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("receiver")
        writer.string(data.receiver)
        writer.key("status")
        writer.string(data.status)
        writer.key("alerts")
        writer.beginArray()
        for alert in data.alerts { write(alert, to: &writer) }
        writer.endArray()
        writer.key("notification_reason")
        writer.string(data.reason.rawValue)
        writer.key("groupLabels")
        write(data.groupLabels, to: &writer)
        writer.key("commonLabels")
        write(data.commonLabels, to: &writer)
        writer.key("commonAnnotations")
        write(data.commonAnnotations, to: &writer)
        writer.key("routeLabels")
        writer.beginObject()
        for label in data.routeLabels {
            writer.key(label.name)
            writer.string(label.template)
        }
        writer.endObject()
        writer.key("externalURL")
        writer.string(data.externalURL)
        writer.key("version")
        writer.string("4")
        writer.key("groupKey")
        writer.string(data.groupKey)
        writer.key("truncatedAlerts")
        writer.integer(Int64(data.truncatedAlerts))
        writer.endObject()
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }

    private static func write(_ alert: NotifiedAlert, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("status")
        writer.string(alert.isResolved ? "resolved" : "firing")
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
        writer.string(alert.body.labels.fingerprint.description)
        writer.endObject()
    }

    private static func write(_ set: LabelSet, to writer: inout JSONWriter) {
        writer.beginObject()
        set.forEach { name, value in
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
    }
}
