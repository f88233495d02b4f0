import GoTemplate
import JSON
import Labels

/// What the alerts of a message inhibit, as templates see it: `range .Suppressed`.
struct TemplateSuppressedList: TemplateObject {
    let all: [SuppressedAlerts]

    var goType: String { "[]template.Suppressed" }
    var kind: TemplateKind { .list }
    var count: Int { all.count }

    func element(at index: Int) -> TemplateValue { .object(TemplateSuppressed(alerts: all[index])) }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginArray()
        for alerts in all { TemplateSuppressed(alerts: alerts).writeJSON(into: &writer) }
        writer.endArray()
    }
}

/// Inhibited alerts of one name: `Name`, `Count`, and `Labels`, which all of them have.
struct TemplateSuppressed: TemplateObject {
    let alerts: SuppressedAlerts

    var goType: String { "template.Suppressed" }
    var kind: TemplateKind { .structure }
    var fields: [String] { ["Name", "Count", "Labels"] }

    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Name": .string(alerts.name)
        case "Count": .int(Int64(alerts.count))
        case "Labels": .object(TemplateLabels(alerts.labels))
        default: nil
        }
    }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string(alerts.name)
        writer.key("count")
        writer.integer(Int64(alerts.count))
        writer.key("labels")
        WebhookPayload.write(alerts.labels, to: &writer)
        writer.endObject()
    }
}
