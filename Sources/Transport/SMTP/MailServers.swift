import NIOConcurrencyHelpers

/// What is known about the mail servers that mails go to: how many connections each has, who waits for one, and how it authenticates.
final class MailServers: Sendable {
    /// Connections to one server at a time. Servers refuse a client with too many (Postfix: 50), and refusals cost a minute each.
    static let connectionsPerServer = 10

    private struct Server {
        var connections = 0
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var mechanism: SMTPMechanism?
    }

    private struct State {
        var servers: [String: Server] = [:]
        var exchanges: [UInt64: MailExchange] = [:]
        /// Waiters that were cancelled before they were in the queue.
        var cancelled: Set<UInt64> = []
        var lastID: UInt64 = 0
        var isClosed = false
    }

    private let state = NIOLockedValueBox(State())

    func newID() -> UInt64 {
        state.withLockedValue { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Waits for a connection to the server to be free. False if `leaveQueue` was called first, or all is shut down.
    func enter(_ server: String, id: UInt64) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLockedValue { state in
                if state.isClosed || state.cancelled.remove(id) != nil { return false }
                guard state.servers[server, default: Server()].connections >= Self.connectionsPerServer else {
                    state.servers[server, default: Server()].connections += 1
                    return true
                }
                state.servers[server, default: Server()].waiting.append((id, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Gives a connection back, to the first who waits for it.
    func leave(_ server: String, id: UInt64) {
        let next = state.withLockedValue { state -> CheckedContinuation<Bool, Never>? in
            state.exchanges[id] = nil
            guard var known = state.servers[server] else { return nil }
            defer { state.servers[server] = known }
            guard known.waiting.isEmpty else { return known.waiting.removeFirst().continuation }
            known.connections -= 1
            return nil
        }
        next?.resume(returning: true)
    }

    /// Takes a cancelled waiter out of its queue, or aborts its exchange.
    func cancel(_ id: UInt64, server: String) {
        let (waiter, exchange) = state.withLockedValue { state -> (CheckedContinuation<Bool, Never>?, MailExchange?) in
            if let exchange = state.exchanges[id] { return (nil, exchange) }
            if let index = state.servers[server]?.waiting.firstIndex(where: { $0.id == id }) {
                return (state.servers[server]?.waiting.remove(at: index).continuation, nil)
            }
            state.cancelled.insert(id)
            return (nil, nil)
        }
        waiter?.resume(returning: false)
        exchange?.abort(.cancelled)
    }

    /// Notes an exchange that has its connection; false if it was cancelled meanwhile or all is shut down.
    func add(_ exchange: MailExchange, id: UInt64) -> Bool {
        state.withLockedValue { state in
            guard !state.isClosed, state.cancelled.remove(id) == nil else { return false }
            state.exchanges[id] = exchange
            return true
        }
    }

    /// Forgets what is left of an id once its caller has its answer.
    func forget(_ id: UInt64) {
        state.withLockedValue { state in _ = state.cancelled.remove(id) }
    }

    /// Whether everything was shut down.
    var isClosed: Bool { state.withLockedValue { $0.isClosed } }

    /// Ends every exchange; later ones are not let in.
    func close() {
        let (waiting, exchanges) = state.withLockedValue { state in
            state.isClosed = true
            let waiting = state.servers.values.flatMap { $0.waiting.map(\.continuation) }
            for name in state.servers.keys { state.servers[name]?.waiting = [] }
            return (waiting, Array(state.exchanges.values))
        }
        for continuation in waiting { continuation.resume(returning: false) }
        for exchange in exchanges { exchange.abort(.shutDown) }
    }

    /// The mechanism that the server asked for last time, so that the first connection is the right one.
    func mechanism(of server: String) -> SMTPMechanism? { state.withLockedValue { $0.servers[server]?.mechanism } }

    func remember(_ mechanism: SMTPMechanism, for server: String) {
        state.withLockedValue { $0.servers[server, default: Server()].mechanism = mechanism }
    }
}
