import AlertCore
import JSON
import Labels
import Time

extension NotificationData {
    /// Data from the JSON of a webhook's body, or of a template's whole data (reference 8.3): any subset of it, taken as it says.
    ///
    /// Names are taken in any case, and unknown ones passed over, as Go does.
    public static func decode(_ json: [UInt8]) throws(TemplateDataError) -> NotificationData {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(json)
        } catch {
            throw TemplateDataError(message: error.description)
        }
        return try decode(JSONElement(value))
    }

    private static func decode(_ root: JSONElement) throws(TemplateDataError) -> NotificationData {
        do throws(JSONDecodingError) {
            let members = try Members(root)
            var alerts: [NotifiedAlert] = []
            var shown: [Body.Shown] = []
            for element in try members["alerts"]?.elements() ?? [] {
                let (alert, words) = try alert(element)
                alerts.append(alert)
                shown.append(words)
            }
            var data = NotificationData(
                receiver: try members.string("receiver"), status: try members.string("status"),
                reason: try members.string("notification_reason"), groupLabels: try members.labels("groupLabels"),
                commonLabels: try members.labels("commonLabels"), commonAnnotations: try members.labels("commonAnnotations"),
                routeLabels: try members.labels("routeLabels"), externalURL: try members.string("externalURL"),
                groupKey: try members.string("groupKey"), truncatedAlerts: Int(clamping: try members["truncatedAlerts"]?.int64() ?? 0),
                body: Body(alerts, shown: shown))
            data.nextRepeat = try members.time("nextRepeat")
            data.suppressed = try suppressed(members)
            return data
        } catch {
            throw TemplateDataError(message: error.description)
        }
    }

    /// What no webhook carries: for those who try texts.
    private static func suppressed(_ members: Members) throws(JSONDecodingError) -> [SuppressedAlerts] {
        var all: [SuppressedAlerts] = []
        for element in try members["suppressed"]?.elements() ?? [] {
            let members = try Members(element)
            all.append(
                SuppressedAlerts(
                    name: try members.string("name"), count: Int(clamping: try members["count"]?.int64() ?? 1),
                    labels: try members.labels("labels")))
        }
        return all
    }

    private static func alert(_ element: JSONElement) throws(JSONDecodingError) -> (NotifiedAlert, Body.Shown) {
        let members = try Members(element)
        let status = try members.string("status")
        let endReason: EndReason? = status != "resolved" ? nil : try members.string("endReason") == "expired" ? .expired : .resolved
        let alert = NotifiedAlert(
            body: AlertBody(
                labels: try members.labels("labels"), annotations: try members.labels("annotations"),
                generatorURL: try members.string("generatorURL")),
            startsAt: try members.time("startsAt"), endsAt: try members.time("endsAt"), endReason: endReason)
        return (alert, Body.Shown(status: status, fingerprint: try members.string("fingerprint")))
    }

    /// The members of an object, found as Go finds them.
    private struct Members {
        private var byName: [String: JSONElement] = [:]

        init(_ element: JSONElement) throws(JSONDecodingError) {
            guard !element.value.isNull else { return }
            for (name, member) in try element.members() where !member.value.isNull { byName[name.lowercased()] = member }
        }

        subscript(name: String) -> JSONElement? { byName[name.lowercased()] }

        func string(_ name: String) throws(JSONDecodingError) -> String { try self[name]?.string() ?? "" }

        func labels(_ name: String) throws(JSONDecodingError) -> LabelSet {
            var pairs: [(String, String)] = []
            for (name, value) in try self[name]?.members() ?? [] { pairs.append((name, value.value.isNull ? "" : try value.string())) }
            return LabelSet(pairs)
        }

        func time(_ name: String) throws(JSONDecodingError) -> Timestamp {
            guard let element = self[name] else { return .goZero }
            guard let time = RFC3339.parse(try element.string()) else {
                throw element.invalid("expected a time such as 2026-01-01T00:00:00Z, found \(element.value.text)")
            }
            return time
        }
    }
}

/// Why a text is no data for templates.
public struct TemplateDataError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found where, and what was expected.
    public let message: String

    /// The message.
    public var description: String { message }
}
