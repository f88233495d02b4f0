import JSON
import Labels
import Rules
import Time
import WebServer

/// Rules and their alerts (reference 4.3).
extension QueryAPI {
    func rules(_ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        let selection = try RuleSelection(parameters)
        var groups = options.rules().sorted { Self.order($0, $1) }[...]
        if !selection.token.isEmpty {
            guard let start = groups.firstIndex(where: { RuleSelection.token(of: $0) == selection.token }) else {
                throw .invalid("group_next_token", "invalid group_next_token '\(selection.token)'. were rule groups changed?")
            }
            groups = groups[start...]
        }
        return .data { json in
            json.beginObject()
            json.key("groups")
            json.beginArray()
            var written = 0
            var next: String?
            for group in groups {
                let rules = selection.rules(of: group)
                guard !rules.isEmpty else { continue }
                if written == selection.limit {
                    next = RuleSelection.token(of: group)
                    break
                }
                Self.write(group, rules, withAlerts: !selection.excludesAlerts, into: &json)
                written += 1
            }
            json.endArray()
            if let next {
                json.key("groupNextToken")
                json.string(next)
            }
            json.endObject()
        }
    }

    func alerts() -> WebResponse {
        let groups = options.rules().sorted { Self.order($0, $1) }
        return .data { json in
            json.beginObject()
            json.key("alerts")
            json.beginArray()
            for group in groups {
                for rule in group.rules { Self.writeAlerts(of: rule, into: &json) }
            }
            json.endArray()
            json.endObject()
        }
    }

    /// By file, then by name, byte by byte as Go compares texts.
    private static func order(_ left: RuleGroupSnapshot, _ right: RuleGroupSnapshot) -> Bool {
        let (first, second) = (left.definition, right.definition)
        if first.file != second.file { return first.file.utf8.lexicographicallyPrecedes(second.file.utf8) }
        return first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
    }

    // MARK: Writing

    private static func write(_ group: RuleGroupSnapshot, _ rules: [RuleStatus], withAlerts: Bool, into json: inout JSONWriter) {
        json.beginObject()
        json.key("name")
        json.string(group.definition.name)
        json.key("file")
        json.string(group.definition.file)
        json.key("rules")
        json.beginArray()
        for rule in rules { write(rule, withAlerts: withAlerts, into: &json) }
        json.endArray()
        json.key("interval")
        json.double(Double(group.interval) / 1000)
        json.key("limit")
        json.integer(group.definition.limit)
        writeEvaluation(duration: group.duration, at: group.lastEvaluation, into: &json)
        json.endObject()
    }

    private static func write(_ rule: RuleStatus, withAlerts: Bool, into json: inout JSONWriter) {
        let definition = rule.definition
        let isAlerting = definition.kind == .alerting
        json.beginObject()
        if isAlerting {
            json.key("state")
            json.string(state(of: rule))
        }
        json.key("name")
        json.string(definition.name)
        json.key("query")
        json.string(definition.query.text)
        if isAlerting {
            json.key("duration")
            json.double(Double(definition.holdDuration) / 1000)
            json.key("keepFiringFor")
            json.double(Double(definition.keepFiringFor) / 1000)
        }
        json.key("labels")
        write(definition.labels, into: &json)
        if isAlerting {
            json.key("annotations")
            write(definition.annotations, into: &json)
            json.key("alerts")
            json.beginArray()
            if withAlerts { writeAlerts(of: rule, into: &json) }
            json.endArray()
        }
        json.key("health")
        json.string(rule.health.rawValue)
        if let error = rule.lastError, !error.isEmpty {
            json.key("lastError")
            json.string(error)
        }
        writeEvaluation(duration: rule.duration, at: rule.lastEvaluation, into: &json)
        json.key("type")
        json.string(isAlerting ? "alerting" : "recording")
        json.endObject()
    }

    private static func writeEvaluation(duration: Int64, at time: Int64?, into json: inout JSONWriter) {
        json.key("evaluationTime")
        json.double(Double(duration) / 1e9)
        json.key("lastEvaluation")
        json.string(ResultWriter.time(time))
    }

    private static func write(_ texts: [TemplatedText], into json: inout JSONWriter) {
        json.beginObject()
        for text in texts {
            json.key(text.name)
            json.string(text.template)
        }
        json.endObject()
    }

    /// The highest state of the rule's alerts. Before the first pass there is none, but for alerts that an earlier process left.
    private static func state(of rule: RuleStatus) -> String {
        switch rule.state {
        case .firing: "firing"
        case .pending: "pending"
        case .inactive: rule.lastEvaluation == nil ? "unknown" : "inactive"
        }
    }

    /// Alerts that are over are not shown.
    private static func writeAlerts(of rule: RuleStatus, into json: inout JSONWriter) {
        guard rule.definition.kind == .alerting else { return }
        let alerts = rule.alerts.filter { $0.state != .inactive }.sorted { LabelSet.precedes($0.labels, $1.labels) }
        for alert in alerts {
            json.beginObject()
            json.key("labels")
            ResultWriter.labels(alert.labels, into: &json)
            json.key("annotations")
            ResultWriter.labels(alert.annotations, into: &json)
            json.key("state")
            json.string(alert.state == .firing ? "firing" : "pending")
            json.key("activeAt")
            json.string(ResultWriter.time(alert.activeAt))
            if let since = alert.keepFiringSince {
                json.key("keepFiringSince")
                json.string(ResultWriter.time(since))
            }
            json.key("value")
            json.string(GoFloat.text(alert.value, "e"))
            json.endObject()
        }
    }
}
