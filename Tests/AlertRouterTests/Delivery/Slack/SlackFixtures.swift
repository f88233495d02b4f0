import AlertCore
import Labels
import NIOConcurrencyHelpers
import Time
import Transport
import WebServer

@testable import AlertRouter

/// A server on the loopback that answers as Slack does, or as a test says.
final class SlackServer: Sendable {
    typealias Answer = @Sendable (_ request: WebRequest, _ number: Int) async -> WebResponse

    private let server: WebServer
    private let seen: NIOLockedValueBox<[WebRequest]>
    /// `http://127.0.0.1:PORT`
    let url: String

    private init(_ server: WebServer, _ seen: NIOLockedValueBox<[WebRequest]>, url: String) {
        self.server = server
        self.seen = seen
        self.url = url
    }

    /// Runs a body with a server that is stopped afterwards. Requests are counted from 0.
    static func run<R>(_ answer: @escaping Answer, _ body: (SlackServer) async throws -> R) async throws -> R {
        let seen = NIOLockedValueBox<[WebRequest]>([])
        let server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0"])) { request in
            let number = seen.withLockedValue { seen in
                seen.append(request)
                return seen.count - 1
            }
            return await answer(request, number)
        }
        let address = try await server.start()[0]
        let result: Result<R, any Error>
        do { result = .success(try await body(SlackServer(server, seen, url: "http://\(address)"))) } catch { result = .failure(error) }
        await server.shutdown(within: .seconds(1))
        return try result.get()
    }

    /// What was asked so far.
    var requests: [WebRequest] { seen.withLockedValue { $0 } }

    /// The bodies so far, as text.
    var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }

    static let ok = text(200, "ok")

    static func text(_ status: Int, _ body: String, headers: [(String, String)] = []) -> WebResponse {
        WebResponse(status: status, headers: [("Content-Type", "text/plain")] + headers, body: .bytes(Array(body.utf8)))
    }

    static func json(_ body: String, status: Int = 200, headers: [(String, String)] = []) -> WebResponse {
        WebResponse(
            status: status, headers: [("Content-Type", "application/json; charset=utf-8")] + headers, body: .bytes(Array(body.utf8)))
    }

    /// A body that breaks off.
    static func cut(_ beginning: String, type: String = "text/plain") -> WebResponse {
        struct Broken: Error {}
        return WebResponse(
            status: 200, headers: [("Content-Type", type)],
            body: .stream { writer in
                try await writer.write(Array(beginning.utf8))
                try await writer.flush()
                throw Broken()
            })
    }
}

/// A clock that stands still until a test moves it.
final class VirtualPacerClock: PacerClock {
    private struct State {
        var now: Int64 = 0
        var lastSleeper = 0
        var sleepers: [Int: (until: Int64, continuation: CheckedContinuation<Void, Never>)] = [:]
        /// Cancelled before they slept.
        var awake: Set<Int> = []
    }

    private let state = NIOLockedValueBox(State())

    var now: Int64 { state.withLockedValue { $0.now } }
    var sleepers: Int { state.withLockedValue { $0.sleepers.count } }

    func sleep(until moment: Int64) async {
        let id = state.withLockedValue { state in
            state.lastSleeper += 1
            return state.lastSleeper
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustSleep = state.withLockedValue { state in
                    if state.now >= moment || state.awake.remove(id) != nil { return false }
                    state.sleepers[id] = (moment, continuation)
                    return true
                }
                if !mustSleep { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLockedValue { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.awake.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume()
        }
    }

    /// Lets time pass, once somebody waits for it.
    func advance(toSeconds seconds: Double) async {
        while sleepers == 0 { await Task.yield() }
        let woken = state.withLockedValue { state in
            state.now = Int64(seconds * 1e9)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Lets time pass although nobody waits.
    func set(toSeconds seconds: Double) { state.withLockedValue { $0.now = Int64(seconds * 1e9) } }
}

extension DeliveryOutcome {
    /// As the tests compare it.
    var name: String {
        switch self {
        case .delivered: "delivered"
        case .retryable(let reason, _, let after): "retry \(reason)" + (after.map { " after \(GoDuration.format($0))" } ?? "")
        case .deferred(let reason, _, let after): "defer \(reason) after \(GoDuration.format(after))"
        case .failed(let reason, _): "final \(reason)"
        case .cancelled: "cancelled"
        }
    }

    /// The error's text, empty if there is none.
    var message: String {
        switch self {
        case .retryable(_, let message, _), .deferred(_, let message, _), .failed(_, let message): message
        case .delivered, .cancelled: ""
        }
    }

    var receiverData: [String: ReceiverValue]? {
        if case .delivered(let data) = self { data } else { nil }
    }
}

/// Messages and receivers of the tests.
enum Slack {
    static func configuration(_ url: String = "http://127.0.0.1:1/services/T0/B0/secret") -> SlackConfiguration {
        SlackConfiguration(target: .webhook(.inline(url)))
    }

    static func message(
        _ alerts: [NotifiedAlert] = [Golden.firing], group: LabelSet = ["alertname": "HighLoad"], deadline: Int64 = .max,
        data: [String: ReceiverValue] = [:]
    ) -> Message {
        var delivery = Golden.delivery(alerts, groupLabels: group)
        delivery.key = LogKey(groupKey: "{}:" + group.groupKeyText, receiver: "team.x", kind: "slack", index: 0)
        delivery.deadline = deadline
        delivery.receiverData = data
        return Message(delivery: delivery, templates: .defaults, externalURL: "http://am:9093", now: Golden.now)
    }

    static func sender(
        _ transport: Transport, alertmanagers: Bool = false, clock: any PacerClock = VirtualPacerClock()
    ) -> (sender: SlackSender, pacer: SlackPacer) {
        let pacer = SlackPacer(clock: clock)
        return (SlackSender(transport: transport, manners: DeliveryManners(alertmanagers: alertmanagers), pacer: pacer), pacer)
    }
}
