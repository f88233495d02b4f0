import GoTemplate
import JSON
import Time

/// What templates see as `.`: Alertmanager's `Data` (reference 8.3), and beyond it `GroupKey`, `TruncatedAlerts`, `Suppressed` and
/// `NextRepeat`.
struct TemplateData: TemplateObject {
    /// How Go passes it: by pointer to templates of notifications, by value in `template render`.
    enum Passing: Sendable { case pointer, value }

    private let data: NotificationData
    private let passing: Passing

    init(_ data: NotificationData, passing: Passing = .pointer) {
        self.data = data
        self.passing = passing
    }

    var goType: String { passing == .pointer ? "*template.Data" : "template.Data" }
    var kind: TemplateKind { .structure }
    /// Without what is ours alone, so that printing the whole gives Alertmanager's text.
    var fields: [String] {
        [
            "Receiver", "Status", "Alerts", "NotificationReason", "GroupLabels", "CommonLabels", "CommonAnnotations", "RouteLabels",
            "ExternalURL",
        ]
    }

    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Receiver": .string(data.receiver)
        case "Status": .string(data.status)
        case "Alerts": .object(TemplateAlerts(data.body))
        case "NotificationReason": .string(data.reason)
        case "GroupLabels": .object(TemplateLabels(data.groupLabels))
        case "CommonLabels": .object(TemplateLabels(data.commonLabels))
        case "CommonAnnotations": .object(TemplateLabels(data.commonAnnotations))
        case "RouteLabels": .object(TemplateLabels(data.routeLabels))
        case "ExternalURL": .string(data.externalURL)
        case "GroupKey": .string(data.groupKey)
        case "TruncatedAlerts": .int(Int64(data.truncatedAlerts))
        case "Suppressed": .object(TemplateSuppressedList(all: data.suppressed))
        case "NextRepeat": .object(GoTime(data.nextRepeat))
        default: nil
        }
    }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        WebhookPayload.writeMembers(data, to: &writer)
        writer.endObject()
    }
}
