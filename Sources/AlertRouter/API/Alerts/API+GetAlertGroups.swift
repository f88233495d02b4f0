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
        let isLong = groups.reduce(0) { $0 + $1.fingerprints.count } > Self.chunkLength
        return .jsonList(GroupPieces(access: access, groups: groups, filter: filter), isLong: isLong)
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
        var bodies: [AlertBody] = []
        for chunk in Chunks(group.alerts) {
            let statuses = access.read { machine, now in chunk.compactMap { machine.alertStatus(of: $0.fingerprint, at: now) } }
            for status in statuses where filter.accepts(status) { bodies.append(status.alert.body) }
        }
        guard !bodies.isEmpty else { return nil }
        bodies.sort { AlertOrder.precedes($0.labels, $1.labels) }
        return ShownGroup(
            labels: group.labels, receiver: receiver.name, routeLabels: routeLabels, mutedBy: group.mutedBy,
            fingerprints: bodies.map(\.labels.fingerprint))
    }
}

/// Slices of an array, each as long as is looked at in one hold of the lock.
private struct Chunks<Element>: Sequence, IteratorProtocol {
    private var rest: ArraySlice<Element>

    init(_ elements: [Element]) { rest = elements[...] }

    mutating func next() -> ArraySlice<Element>? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(API.chunkLength) }
        return rest.prefix(API.chunkLength)
    }
}

/// A group as the API shows it. Its alerts are looked up again when they are written, so that a long list takes little memory.
private struct ShownGroup: Sendable {
    let labels: LabelSet
    let receiver: String
    let routeLabels: [RouteLabel]
    let mutedBy: [String]
    /// In the order of reference 3.6.
    let fingerprints: [Fingerprint]

    /// By labels, then by receiver.
    static func precedes(_ left: ShownGroup, _ right: ShownGroup) -> Bool {
        if LabelSet.precedes(left.labels, right.labels) { return true }
        if LabelSet.precedes(right.labels, left.labels) { return false }
        return left.receiver.utf8.lexicographicallyPrecedes(right.receiver.utf8)
    }

    /// What follows the alerts.
    var closing: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
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
        // The object began before the alerts.
        return Array("],".utf8) + json.bytes.dropFirst()
    }
}

/// The elements of GET `/alerts/groups`, a chunk of one group's alerts at each hold of the lock.
private struct GroupPieces: IteratorProtocol, Sendable {
    private let access: any RouterAccess
    private let groups: [ShownGroup]
    private let filter: AlertFilter
    /// The receivers of alerts that are in several groups.
    private let shared: [Fingerprint: [String]]
    private var writer = AlertListWriter()
    private var group = 0
    private var position = 0

    init(access: any RouterAccess, groups: [ShownGroup], filter: AlertFilter) {
        self.access = access
        self.groups = groups
        self.filter = filter
        shared = Self.shared(groups)
    }

    /// An alert's receivers are those of all groups that hold it, sorted. Only what is in several groups needs a place in a table.
    private static func shared(_ groups: [ShownGroup]) -> [Fingerprint: [String]] {
        var seen: Set<Fingerprint> = []
        var shared: [Fingerprint: [String]] = [:]
        for group in groups {
            for fingerprint in group.fingerprints where !seen.insert(fingerprint).inserted { shared[fingerprint] = [] }
        }
        guard !shared.isEmpty else { return shared }
        for group in groups {
            for fingerprint in group.fingerprints { shared[fingerprint]?.append(group.receiver) }
        }
        return shared.mapValues { $0.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    }

    mutating func next() -> [UInt8]? {
        guard group < groups.count else { return nil }
        let shown = groups[group]
        var bytes: [UInt8] = []
        if position == 0 {
            writer.beginList()
            bytes += (group == 0 ? #"{"alerts":["# : #",{"alerts":["#).utf8
        }
        let chunk = shown.fingerprints[position..<min(position + API.chunkLength, shown.fingerprints.count)]
        let statuses = access.read { machine, now in chunk.compactMap { machine.alertStatus(of: $0, at: now) } }
        let alone = [shown.receiver]
        bytes += writer.bytes(
            of: statuses.filter(filter.accepts).map { status in
                ShownAlert(status: status, receivers: shared[status.alert.body.labels.fingerprint] ?? alone, mutedBy: shown.mutedBy)
            })
        position = chunk.endIndex
        if position == shown.fingerprints.count {
            bytes += shown.closing
            position = 0
            group += 1
        }
        return bytes
    }
}
