import AlertCore
import JSON
import Journal
import Labels
import Logging
import NIOConcurrencyHelpers
import Time
import Transport
import WebServer

@testable import AlertRouter

/// The API's router around a real machine, without journal, threads and clocks: the time is what the test says.
final class FakeRouter: RouterAccess {
    struct State {
        var machine: AlertMachine
        var now: ClockReading
        /// What the journal answers.
        var alertFailure: JournalError?
        var silenceFailure: JournalError?
        var reloadProblem: String?
        var reloads = 0
    }

    let state: NIOLockedValueBox<State>
    let identity: RouterIdentity
    let configurationText = "route:\n  receiver: <secret> & co\n"
    let metrics = RouterMetrics()
    let history: History?
    /// The configuration in full, where a test needs more than the core's.
    let loaded: AlertmanagerConfiguration?
    let receiverWatch: ReceiverWatch
    let senders = SenderBook()
    let testFireLimit = TestFireLimit()
    let ruleLink = RuleLink()
    let drillDesk = DrillDesk()
    /// What a backup comes to.
    let backedUp = NIOLockedValueBox<Result<BackupFile, OperatorError>>(.failure(OperatorError(status: 503, message: "no journal")))
    let heartbeatReport: HeartbeatReport
    let inbox = Inbox(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    /// 2026-01-01T12:00:00Z.
    static let noon = Timestamp(seconds: 1_767_268_800)

    init(
        _ configuration: CoreConfiguration = FakeRouter.configuration,
        cluster: ClusterStatus = ClusterStatus(listenAddress: "0.0.0.0:9094", name: "me"),
        mode: MatcherMode = .fallback, prefix: String = "/", options: MachineOptions = MachineOptions(), history: History? = nil,
        loaded: AlertmanagerConfiguration? = nil, check: ReceiverCheck = ReceiverCheck { _ in true },
        heartbeat: HeartbeatReport = HeartbeatReport(checks: []), origins: TrustedOrigins = .own
    ) {
        self.history = history
        self.loaded = loaded
        heartbeatReport = heartbeat
        receiverWatch = ReceiverWatch(
            externalURL: "http://am.test", check: check, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let now = ClockReading(wall: Self.noon, monotonic: 1_000_000_000_000)
        var options = options
        options.labelNameMode = mode.labelNameMode
        var machine = AlertMachine(configuration: configuration, options: options, seed: 1, at: now)
        var effects = Effects()
        machine.restore(RestoredState(), at: now, into: &effects)
        state = NIOLockedValueBox(State(machine: machine, now: now))
        identity = RouterIdentity(
            startedAt: Self.noon, cluster: cluster, matcherMode: mode, routePrefix: prefix, externalURL: "https://am.test/x",
            trustedOrigins: origins)
    }

    /// Everything to `default`; `team=a` also to `a`, and both of it to `b` where `severity` is critical. Source inhibits target on `zone`.
    static let configuration = CoreConfiguration(
        routes: [
            Route(receiver: 0, groupBy: .labels(["alertname"]), children: [1, 2]),
            Route(
                matchers: [Matcher(name: "team", equals: "a")], receiver: 1, groupBy: .labels(["alertname"]), continues: true,
                labels: [RouteLabel(name: "owner", template: "a-team")], key: "{}/{team=\"a\"}"),
            Route(matchers: [Matcher(name: "severity", equals: "critical")], receiver: 2, key: "{}/{severity=\"critical\"}"),
        ],
        receivers: [
            Receiver(name: "default", labels: ["name": "default"]), Receiver(name: "a", labels: ["name": "a", "tier": "gold"]),
            Receiver(name: "b", labels: ["name": "b", "tier": "gold"]), Receiver(name: "unused", labels: ["name": "unused"]),
        ],
        inhibitRules: [
            InhibitRule(
                source: [Matcher(name: "role", equals: "source")], target: [Matcher(name: "role", equals: "target")], equal: ["zone"])
        ])

    // MARK: RouterAccess

    func read<R>(_ body: (borrowing AlertMachine, ClockReading) -> R) -> R { state.withLockedValue { body($0.machine, $0.now) } }

    func receive(_ alerts: [Alert]) async throws(JournalError) {
        let failure = state.withLockedValue { state in
            var effects = Effects()
            _ = state.machine.receive(alerts, at: state.now, into: &effects)
            return state.alertFailure
        }
        if let failure { throw failure }
    }

    func changeSilences(
        _ plan: @escaping @Sendable (borrowing AlertMachine, ClockReading) throws(SilenceError) -> SilenceChange?
    ) async throws -> String? {
        let result: Result<String?, any Error> = state.withLockedValue { state in
            Result {
                guard let change = try plan(state.machine, state.now) else { return nil }
                if let failure = state.silenceFailure { throw failure }
                var effects = Effects()
                state.machine.apply(change, at: state.now, into: &effects)
                return change.id
            }
        }
        return try result.get()
    }

    func reload() async -> String? {
        state.withLockedValue { state in
            state.reloads += 1
            return state.reloadProblem
        }
    }

    func configuration(of epoch: UInt32) -> AlertmanagerConfiguration? { loaded }

    func testNotifier() -> Notifier { Notifier(transport: transport, externalURL: "http://am.test") }

    func backup() async throws(OperatorError) -> BackupFile { try backedUp.withLockedValue { $0 }.get() }

    private let transport = Transport(name: "test")

    // MARK: Requests

    /// Lets the time pass, with everything that becomes due.
    func advance(by span: TimeSpan) {
        state.withLockedValue { state in
            state.now.wall += span
            state.now.monotonic += span.nanoseconds
            var effects = Effects()
            state.machine.advance(to: state.now, into: &effects)
        }
    }

    func send(_ method: String, _ target: String, headers: WebHeaders = WebHeaders(), body: String = "", peer: String = "127.0.0.1:1") async
        -> Answer
    {
        let parts = target.split(separator: "?", maxSplits: 1)
        let request = WebRequest(
            method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "", headers: headers,
            body: Array(body.utf8),
            peer: peer)
        return await Answer(API(access: self).respond(to: request))
    }

    func get(_ target: String) async -> Answer { await send("GET", target) }

    func post(_ target: String, _ body: String) async -> Answer {
        await send("POST", target, headers: ["Content-Type": "application/json"], body: body)
    }

    /// Posts one alert that must be taken.
    func fire(_ labels: String, more: String = "") async -> Answer { await post("/api/v2/alerts", #"[{"labels":{\#(labels)}\#(more)}]"#) }

    /// Posts a silence for the next hour; gives its id.
    func silence(_ name: String, _ value: String) async -> String {
        let answer = await post(
            "/api/v2/silences",
            #"{"matchers":[{"name":"\#(name)","value":"\#(value)","isRegex":false}],"startsAt":"2026-01-01T12:00:00Z","#
                + #""endsAt":"2026-01-01T13:00:00Z","createdBy":"me","comment":"c"}"#)
        return answer.json?["silenceID"]?.stringValue ?? answer.text
    }
}

/// An answer with its body read whole.
struct Answer {
    let status: Int
    let headers: [(String, String)]
    let text: String
    let isStreamed: Bool

    init(_ response: WebResponse) async {
        status = response.status
        headers = response.headers
        switch response.body {
        case .bytes(let bytes):
            text = String(decoding: bytes, as: UTF8.self)
            isStreamed = false
        case .stream(let produce):
            let collected = Collected()
            var writer = WebBodyWriter { await collected.add($0) }
            do {
                try await produce(&writer)
                try await writer.flush()
            } catch {
                await collected.add(Array("stream failed: \(error)".utf8))
            }
            text = String(decoding: await collected.bytes, as: UTF8.self)
            isStreamed = true
        }
    }

    private actor Collected {
        var bytes: [UInt8] = []
        func add(_ more: [UInt8]) { bytes += more }
    }

    subscript(_ name: String) -> String? { headers.first { $0.0.lowercased() == name.lowercased() }?.1 }

    var json: JSONValue? { try? JSONValue.parse(text) }

    /// `alertname` of each alert of the answer.
    var names: [String] { json?.arrayValue?.compactMap { $0["labels"]?["alertname"]?.stringValue } ?? [text] }
}
