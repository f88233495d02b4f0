public import AlertCore
import GoTemplate
import Labels
public import Time

extension TemplateFunctions {
    /// `routeLabels NAME`: a route label of the group; empty if there is none of this name (reference 8.2).
    static let routeLabels = TemplateFunctions([
        "routeLabels": TemplateFunction([.string]) { arguments, environment in
            guard case .string(let name) = arguments.first, case .object(let labels) = environment.values["routeLabels"] else {
                return .string("")
            }
            return labels.value(forKey: name) ?? .string("")
        }
    ])

    /// What `routeLabels` looks at, for the environment of a rendering.
    static func values(routeLabels: LabelSet) -> [String: TemplateValue] {
        routeLabels.isEmpty ? [:] : ["routeLabels": .object(TemplateLabels(routeLabels))]
    }
}

extension NotificationTemplates {
    /// The data of a delivery with its route labels expanded (reference 1.4).
    ///
    /// Each label's template sees everything but the route labels. One that fails leaves its label empty and says so in
    /// `routeLabelFaults`: the alert must arrive without it too.
    public func data(_ delivery: Delivery, externalURL: String, maxAlerts: Int, now: Timestamp) -> NotificationData {
        var data = NotificationData(delivery, externalURL: externalURL, maxAlerts: maxAlerts)
        expandRouteLabels(delivery.routeLabels, in: &data, now: now)
        return data
    }

    func expandRouteLabels(_ labels: [RouteLabel], in data: inout NotificationData, now: Timestamp) {
        data.routeLabels = LabelSet()
        guard !labels.isEmpty else { return }
        var faults: [String] = []
        let expanded = labels.map { label in
            do throws(TemplateError) {
                return (label.name, try text(label.template, data, now: now))
            } catch {
                faults.append("route label \(GoQuote.quote(label.name)): \(error)")
                return (label.name, "")
            }
        }
        data.routeLabels = LabelSet(expanded)
        data.routeLabelFaults = faults
    }
}
