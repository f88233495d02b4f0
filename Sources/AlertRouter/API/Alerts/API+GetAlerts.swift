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
        let fingerprints = filter.isEmpty ? [] : access.read { machine, _ in machine.fingerprints }
        let pieces = AlertPieces(access: access, fingerprints: fingerprints.sorted(), filter: filter, receivers: receivers)
        return .jsonList(pieces, isLong: fingerprints.count > Self.chunkLength)
    }
}

extension WebResponse {
    /// A JSON array whose elements, with the commas between them, come in pieces. A long one is sent while it is made.
    static func jsonList<Pieces: IteratorProtocol & Sendable>(_ pieces: Pieces, isLong: Bool) -> WebResponse
    where Pieces.Element == [UInt8] {
        let opening: [UInt8] = [UInt8(ascii: "[")]
        let closing: [UInt8] = [UInt8(ascii: "]"), UInt8(ascii: "\n")]
        var response = WebResponse(status: 200, headers: [("Content-Type", "application/json")])
        if isLong {
            response.body = .stream { writer in
                var pieces = pieces
                try await writer.write(opening)
                while let piece = pieces.next() { try await writer.write(piece) }
                try await writer.write(closing)
            }
        } else {
            var pieces = pieces
            var bytes = opening
            while let piece = pieces.next() { bytes += piece }
            response.body = .bytes(bytes + closing)
        }
        return response
    }
}

/// The elements of GET `/alerts`, a chunk of alerts at each hold of the lock. An alert that ended meanwhile is left out.
private struct AlertPieces: IteratorProtocol, Sendable {
    private let access: any RouterAccess
    private let fingerprints: [Fingerprint]
    private let filter: AlertFilter
    private let receivers: ReceiverFilter
    private var position = 0
    private var writer = AlertListWriter()
    private var table: ReceiverTable?

    init(access: any RouterAccess, fingerprints: [Fingerprint], filter: AlertFilter, receivers: ReceiverFilter) {
        self.access = access
        self.fingerprints = fingerprints
        self.filter = filter
        self.receivers = receivers
    }

    mutating func next() -> [UInt8]? {
        guard position < fingerprints.count else { return nil }
        let chunk = fingerprints[position..<min(position + API.chunkLength, fingerprints.count)]
        position = chunk.endIndex
        let (statuses, epoch, configured) = access.read { machine, now in
            (chunk.compactMap { machine.alertStatus(of: $0, at: now) }, machine.epoch, machine.configuration.receivers)
        }
        var table = table.flatMap { $0.epoch == epoch ? $0 : nil } ?? ReceiverTable(configured, epoch: epoch, filter: receivers)
        let alerts = statuses.compactMap { status -> ShownAlert? in
            guard filter.accepts(status), table.accepts(status.receivers) else { return nil }
            return ShownAlert(status: status, receivers: table.names(of: status.receivers))
        }
        self.table = table
        return writer.bytes(of: alerts)
    }
}

/// The receivers of one configuration: their names, and which of them a request wants.
private struct ReceiverTable: Sendable {
    let epoch: UInt32
    private let names: [String]
    private let accepted: [Bool]
    private let acceptsAll: Bool
    /// The names of the last alert's receivers: the next one's are mostly the same.
    private var last: (indices: [Int], names: [String]) = ([], [])

    init(_ receivers: [Receiver], epoch: UInt32, filter: ReceiverFilter) {
        self.epoch = epoch
        names = receivers.map(\.name)
        accepted = receivers.map { filter.accepts($0) }
        acceptsAll = filter.acceptsAll
    }

    /// Whether one of an alert's receivers is wanted.
    func accepts(_ indices: [Int]) -> Bool { acceptsAll || indices.contains { accepted[$0] } }

    mutating func names(of indices: [Int]) -> [String] {
        if indices != last.indices { last = (indices, indices.map { names[$0] }) }
        return last.names
    }
}
