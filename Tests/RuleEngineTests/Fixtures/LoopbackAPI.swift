import NIOConcurrencyHelpers
import WebServer

/// A server on a loopback port that answers as it is told, and keeps what it was sent.
final class LoopbackAPI: Sendable {
    typealias Answer = @Sendable (WebRequest) async -> WebResponse

    private struct State {
        var requests: [WebRequest] = []
        var script: [Answer] = []
        var arrivals: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let server: WebServer
    private let state: NIOLockedValueBox<State>
    /// Opened when the server stops, so that nothing hangs for longer than its test.
    let end = Gate()
    let address: String

    /// A server that gives each request the next answer of the script; the last one for ever.
    init(_ script: Answer..., port: Int = 0) async throws {
        let state = NIOLockedValueBox(State(script: script))
        self.state = state
        server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:\(port)"], threads: 1)) { request in
            let answer = state.withLockedValue { state -> Answer? in
                state.requests.append(request)
                return state.script.count > 1 ? state.script.removeFirst() : state.script.first
            }
            Self.tellArrivals(state)
            return await answer?(request) ?? WebResponse(status: 404)
        }
        guard let address = try await server.start().first else { throw CancellationError() }
        self.address = address
    }

    var url: String { "http://\(address)" }
    var port: Int { address.split(separator: ":").last.flatMap { Int($0) } ?? 0 }
    var requests: [WebRequest] { state.withLockedValue { $0.requests } }
    var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }

    /// Waits until so many requests have come.
    func requests(_ count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLockedValue { $0.arrivals.append((count, continuation)) }
            Self.tellArrivals(state)
        }
    }

    private static func tellArrivals(_ state: NIOLockedValueBox<State>) {
        let ready = state.withLockedValue { state in
            let count = state.requests.count
            defer { state.arrivals.removeAll { $0.count <= count } }
            return state.arrivals.filter { $0.count <= count }
        }
        for arrival in ready { arrival.continuation.resume() }
    }

    func stop() async {
        end.open()
        await server.shutdown(within: .seconds(2))
    }

    // MARK: Answers

    static func json(_ text: String, status: Int = 200) -> Answer {
        { _ in WebResponse(status: status, headers: [("Content-Type", "application/json")], body: .bytes(Array(text.utf8))) }
    }

    static func text(_ status: Int, _ text: String) -> Answer { { _ in WebResponse(status: status, text: text) } }

    /// Breaks the connection in the middle of the body.
    static func cut(_ text: String) -> Answer {
        { _ in
            WebResponse(
                headers: [("Content-Type", "application/json")],
                body: .stream { writer in
                    try await writer.write(Array(text.utf8))
                    try await writer.flush()
                    throw CancellationError()
                })
        }
    }

    /// Answers only when the gate opens.
    static func after(_ gate: Gate, _ answer: @escaping Answer) -> Answer {
        { request in
            await gate.pass()
            return await answer(request)
        }
    }
}

/// Holds up whoever comes until it is opened.
final class Gate: Sendable {
    private let state = NIOLockedValueBox<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiting = state.withLockedValue { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLockedValue { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
