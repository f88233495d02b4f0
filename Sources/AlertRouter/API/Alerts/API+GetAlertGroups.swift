import AlertCore
import JSON
import Labels
import WebServer

/// GET `/alerts/groups` (reference 3.7).
extension API {
    func getAlertGroups(_ query: QueryParameters) throws(RequestError) -> WebResponse {
        let filter = try AlertFilter(query, parser: matcherParser)
        let receivers = try ReceiverFilter(query, parser: matcherParser)
        let showsMuted = query.flag("muted")
        var groups: [ShownGroup] = []
        for id in filter.isEmpty ? [] : access.read({ machine, _ in machine.groupIDs }) {
            guard let group = shownGroup(id, filter, receivers, showsMuted: showsMuted) else { continue }
            groups.append(group)
        }
        groups.sort(by: ShownGroup.precedes)
        var told: [Fingerprint: [String]] = [:]
        for group in groups {
            for status in group.alerts { told[status.alert.body.labels.fingerprint, default: []].append(group.receiver) }
        }
        let receiversOfAlert = told.mapValues { $0.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
        guard groups.reduce(0, { $0 + $1.alerts.count }) > Self.chunkLength else {
            var json = JSONWriter()
            json.beginArray()
            for group in groups { group.write(receivers: receiversOfAlert, into: &json) }
            json.endArray()
            return .json(json)
        }
        let sorted = groups
        return WebResponse(
            status: 200, headers: [("Content-Type", "application/json")],
            body: .stream { writer in
                var json = JSONWriter()
                json.beginArray()
                for group in sorted {
                    group.write(receivers: receiversOfAlert, into: &json)
                    try await writer.write(json.bytes)
                    json.bytes.removeAll(keepingCapacity: true)
                }
                json.endArray()
                try await writer.write(json.bytes + [UInt8(ascii: "\n")])
            })
    }

    /// One group with those of its alerts that are wanted; nil when none is.
    private func shownGroup(_ id: GroupID, _ filter: AlertFilter, _ receivers: ReceiverFilter, showsMuted: Bool) -> ShownGroup? {
        let found = access.read { machine, now -> (group: GroupStatus, receiver: Receiver, routeLabels: [RouteLabel])? in
            guard let group = machine.group(id, at: now) else { return nil }
            return (group, machine.configuration.receivers[group.receiver], machine.configuration.routes[group.route].labels)
        }
        guard let (group, receiver, routeLabels) = found, receivers.accepts(receiver), showsMuted || group.mutedBy.isEmpty else {
            return nil
        }
        var alerts: [AlertStatus] = []
        var position = 0
        while position < group.alerts.count {
            let chunk = group.alerts[position..<min(position + Self.chunkLength, group.alerts.count)]
            position = chunk.endIndex
            let statuses = access.read { machine, now in chunk.compactMap { machine.alertStatus(of: $0.fingerprint, at: now) } }
            for status in statuses where filter.accepts(status) { alerts.append(status) }
        }
        guard !alerts.isEmpty else { return nil }
        alerts.sort { AlertOrder.precedes($0.alert.body.labels, $1.alert.body.labels) }
        return ShownGroup(labels: group.labels, receiver: receiver.name, routeLabels: routeLabels, mutedBy: group.mutedBy, alerts: alerts)
    }
}

/// A group as the API shows it.
private struct ShownGroup: Sendable {
    let labels: LabelSet
    let receiver: String
    let routeLabels: [RouteLabel]
    let mutedBy: [String]
    let alerts: [AlertStatus]

    /// By labels, then by receiver.
    static func precedes(_ left: ShownGroup, _ right: ShownGroup) -> Bool {
        if LabelSet.precedes(left.labels, right.labels) { return true }
        if LabelSet.precedes(right.labels, left.labels) { return false }
        return left.receiver.utf8.lexicographicallyPrecedes(right.receiver.utf8)
    }

    func write(receivers: [Fingerprint: [String]], into json: inout JSONWriter) {
        json.beginObject()
        json.key("alerts")
        json.beginArray()
        for status in alerts {
            AlertJSON(status: status, receivers: receivers[status.alert.body.labels.fingerprint] ?? [], mutedBy: mutedBy).write(into: &json)
        }
        json.endArray()
        json.key("labels")
        json.labels(labels)
        json.key("receiver")
        json.beginObject()
        json.key("name")
        json.string(receiver)
        json.endObject()
        json.key("routeLabels")
        json.beginObject()
        for label in routeLabels {
            json.key(label.name)
            json.string(label.template)
        }
        json.endObject()
        json.endObject()
    }
}
