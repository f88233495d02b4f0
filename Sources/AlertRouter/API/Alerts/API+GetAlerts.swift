import AlertCore
import JSON
import Labels
import WebServer

/// GET `/alerts` (reference 3.5).
extension API {
    /// Alerts looked at in one hold of the lock (DESIGN 2: never more than 1 ms).
    static let chunkLength = 256

    func getAlerts(_ query: QueryParameters) throws(RequestError) -> WebResponse {
        let filter = try AlertFilter(query, parser: matcherParser)
        let receivers = try ReceiverFilter(query, parser: matcherParser)
        var walk = AlertWalk(
            access: access, fingerprints: filter.isEmpty ? [] : access.read { machine, _ in machine.fingerprints }, receivers: receivers)
        var json = JSONWriter()
        json.beginArray()
        guard walk.count > Self.chunkLength else {
            for alert in walk.next() where filter.accepts(alert.status) { alert.write(into: &json) }
            json.endArray()
            return .json(json)
        }
        let beginning = json
        let whole = walk
        return WebResponse(
            status: 200, headers: [("Content-Type", "application/json")],
            body: .stream { writer in
                var json = beginning
                var walk = whole
                while !walk.isAtEnd {
                    for alert in walk.next() where filter.accepts(alert.status) { alert.write(into: &json) }
                    try await writer.write(json.bytes)
                    json.bytes.removeAll(keepingCapacity: true)
                }
                json.endArray()
                try await writer.write(json.bytes + [UInt8(ascii: "\n")])
            })
    }
}

/// Goes through alerts by ascending fingerprint, a chunk at each hold of the lock. An alert that ended meanwhile is left out.
struct AlertWalk {
    private let access: any RouterAccess
    private let fingerprints: [Fingerprint]
    private let receivers: ReceiverFilter
    private var position = 0
    /// Names of the receivers of one configuration, and which of them the filter takes.
    private var known: (epoch: UInt32, names: [String], accepted: [Bool])?

    init(access: any RouterAccess, fingerprints: [Fingerprint], receivers: ReceiverFilter) {
        self.access = access
        self.fingerprints = fingerprints.sorted()
        self.receivers = receivers
    }

    var count: Int { fingerprints.count }
    var isAtEnd: Bool { position == fingerprints.count }

    /// The next alerts of which some receiver is wanted.
    mutating func next() -> [AlertJSON] {
        let chunk = fingerprints[position..<min(position + API.chunkLength, fingerprints.count)]
        position = chunk.endIndex
        let (statuses, epoch, configured) = access.read { machine, now in
            (chunk.compactMap { machine.alertStatus(of: $0, at: now) }, machine.epoch, machine.configuration.receivers)
        }
        let (names, accepted) = table(epoch: epoch, of: configured)
        return statuses.compactMap { status in
            guard receivers.acceptsAll || status.receivers.contains(where: { accepted[$0] }) else { return nil }
            return AlertJSON(status: status, receivers: status.receivers.map { names[$0] })
        }
    }

    private mutating func table(epoch: UInt32, of configured: [Receiver]) -> (names: [String], accepted: [Bool]) {
        if let known, known.epoch == epoch { return (known.names, known.accepted) }
        let names = configured.map(\.name)
        let accepted = configured.map { receivers.accepts($0) }
        known = (epoch, names, accepted)
        return (names, accepted)
    }
}
