import AlertCore
import AlertStorage
import Foundation
import JSON
import Labels
import Testing
import Time
import Transport
import WebServer

@testable import AlertRouter

@Suite("POST /api/flatalert/v1/test-fire")
struct TestFireTests {
    private static let path = "/api/flatalert/v1/test-fire"

    /// Critical alerts go to `oncall` and, because of `continue`, to `ops`; others to `ops`; nothing is routed to `spare`, and `quiet` has nobody.
    static func configuration(_ url: String) throws -> AlertmanagerConfiguration {
        try AlertmanagerConfiguration.parse(
            """
            route:
              receiver: ops
              group_by: [alertname]
              routes:
              - matchers: [severity="critical"]
                receiver: oncall
                continue: true
              - matchers: [severity="critical"]
                receiver: ops
              - matchers: [team="quiet"]
                receiver: quiet
            receivers:
            - name: ops
              webhook_configs: [{url: '\(url)/ops'}]
            - name: oncall
              slack_configs: [{api_url: '\(url)/slack', channel: '#night'}]
              webhook_configs: [{url: '\(url)/oncall'}]
            - name: spare
              webhook_configs: [{url: '\(url)/spare', send_resolved: false}]
            - name: quiet
            """, file: "test.yml")
    }

    private func withRouter(
        history: History? = nil, _ answer: @escaping SlackServer.Answer = { _, _ in SlackServer.ok },
        _ body: (FakeRouter, SlackServer) async throws -> Void
    ) async throws {
        try await SlackServer.run(answer) { server in
            let configuration = try Self.configuration(server.url)
            try await body(FakeRouter(configuration.core(), history: history, loaded: configuration), server)
        }
    }

    /// `integration state` of each result, in order.
    private func states(_ answer: Answer) -> [String] {
        (answer.json?["paths"]?.arrayValue ?? []).flatMap { $0["integrations"]?.arrayValue ?? [] }.map {
            "\($0["integration"]?.stringValue ?? "") \($0["state"]?.stringValue ?? "")"
        }
    }

    @Test("the real routes decide: every path is told, with TEST where people read, and nothing is remembered")
    func allPaths() async throws {
        try await withRouter { router, server in
            let answer = await router.post(Self.path, #"{"labels":{"alertname":"DiskFull","severity":"critical"},"annotations":{"x":"y"}}"#)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(states(answer) == ["webhook[0] sent", "slack[0] sent", "webhook[0] sent"])
            let paths = answer.json?["paths"]?.arrayValue ?? []
            #expect(paths.map { $0["receiver"]?.stringValue } == ["oncall", "ops"])
            #expect(paths.first?["route"]?.stringValue == #"{}/{severity="critical"}"#)
            #expect(answer.json?["delivered"]?.int64Value == 3 && answer.json?["attempted"]?.int64Value == 3)
            let slack = try #require(paths.first?["integrations"]?[1])
            #expect(slack["where"]?.stringValue == "#night" && slack["answer"]?.stringValue == "200 ok")
            #expect(slack["attempts"]?.int64Value == 1)
            let bodies = Dictionary(server.requests.map { ($0.path, String(decoding: $0.body, as: UTF8.self)) }) { first, _ in first }
            #expect(Set(bodies.keys) == ["/slack", "/oncall", "/ops"])
            let message = try JSONValue.parse(bodies["/slack"] ?? "")
            #expect(message["attachments"]?[0]?["title"]?.stringValue?.hasPrefix("[TEST] [FIRING:1] DiskFull") == true)
            let alert = try #require(try JSONValue.parse(bodies["/ops"] ?? "")["alerts"]?[0])
            #expect(alert["labels"]?.text == #"{"alertname":"DiskFull","severity":"critical"}"#)
            #expect(alert["annotations"]?.text == #"{"flatalert_test":"true","summary":"[TEST] hello from Flatalert","x":"y"}"#)
            #expect(router.read { machine, _ in machine.fingerprints.isEmpty && machine.groupIDs.isEmpty })
        }
    }

    @Test("a receiver is sent six tests a minute, then the next is refused with advice; to show one is free, and others go on")
    func limited() async throws {
        try await withRouter { router, server in
            let page = #"{"labels":{"alertname":"X","severity":"critical"}}"#
            for _ in 0..<TestFireLimit.perMinute { #expect(await router.post(Self.path, #"{"receiver":"ops"}"#).status == 200) }
            let sent = server.requests.count
            let refused = await router.post(Self.path, page)
            #expect(refused.status == 429)
            #expect(
                refused.json?["error"]?.stringValue?.hasPrefix(#"receiver "ops" was sent 6 tests within a minute; the next may go in "#)
                    == true)
            #expect(refused.json?["advice"]?.stringValue?.contains("--dry-run") == true)
            // Nothing went out, and the other receiver of that test was not charged for it.
            #expect(server.requests.count == sent)
            #expect(await router.post(Self.path, #"{"receiver":"ops","dryRun":true}"#).status == 200)
            for _ in 0..<TestFireLimit.perMinute { #expect(await router.post(Self.path, #"{"receiver":"spare"}"#).status == 200) }
            #expect(await router.post(Self.path, #"{"receiver":"spare"}"#).status == 429)
            // Who has no integration is sent nothing.
            for _ in 0...TestFireLimit.perMinute { #expect(await router.post(Self.path, #"{"receiver":"quiet"}"#).status == 200) }
        }
    }

    @Test("the next test may go when the first of the last minute is a minute old")
    func limitMoves() {
        let limit = TestFireLimit()
        func seconds(_ count: Int64) -> Int64 { TimeSpan.seconds(count).nanoseconds }
        for second in 0..<Int64(TestFireLimit.perMinute) { #expect(limit.take(["a"], at: seconds(second * 2)) == nil) }
        #expect(limit.take(["a", "b"], at: seconds(20)).map { "\($0.receiver) \($0.wait.milliseconds)" } == "a 40000")
        #expect(limit.take(["b"], at: seconds(20)) == nil)
        #expect(limit.take(["a"], at: seconds(60)) == nil)
        #expect(limit.take(["a"], at: seconds(60)).map { $0.wait.milliseconds } == 2000)
    }

    @Test("without a body it is a Demo; labels without a name make a FlatalertTest")
    func names() async throws {
        try await withRouter { router, _ in
            #expect(await router.post(Self.path, "").json?["labels"]?.text == #"{"alertname":"Demo"}"#)
            let labelled = await router.post(Self.path, #"{"labels":{"team":"a"},"annotations":{"summary":"disk"}}"#)
            #expect(labelled.json?["labels"]?.text == #"{"alertname":"FlatalertTest","team":"a"}"#)
            #expect(labelled.json?["annotations"]?["summary"]?.stringValue == "[TEST] disk")
        }
    }

    @Test("a failure says what came back and what to do, and does not keep the others")
    func failure() async throws {
        try await withRouter { request, _ in
            request.path == "/slack" ? SlackServer.text(404, "no_team") : SlackServer.ok
        } _: { router, _ in
            let answer = await router.post(Self.path, #"{"labels":{"severity":"critical"}}"#)
            #expect(states(answer) == ["webhook[0] sent", "slack[0] failed", "webhook[0] sent"])
            #expect(answer.json?["delivered"]?.int64Value == 2 && answer.json?["attempted"]?.int64Value == 3)
            let slack = try #require(answer.json?["paths"]?[0]?["integrations"]?[1])
            #expect(slack["answer"]?.stringValue == "404 no_team")
            #expect(slack["advice"]?.stringValue?.contains("no such workspace") == true, "\(slack)")
            #expect(!answer.text.contains("/slack"), "the URL is a secret")
        }
    }

    @Test("mutes are told, not applied")
    func mutes() async throws {
        try await withRouter { router, server in
            let id = await router.silence("alertname", "Demo")
            let answer = await router.post(Self.path, "{}")
            #expect(answer.json?["mutes"]?.arrayValue?.compactMap(\.stringValue) == ["silenced by \(id) (me: c)"])
            #expect(states(answer) == ["webhook[0] sent"] && server.requests.count == 1)
        }
    }

    @Test("a dry run shows the messages and sends none")
    func dryRun() async throws {
        try await withRouter { router, server in
            let answer = await router.post(Self.path, #"{"labels":{"severity":"critical"},"dryRun":true,"end":true}"#)
            #expect(states(answer).filter { $0.hasSuffix("shown") }.count == 5)
            #expect(answer.text.contains("[TEST]") && server.requests.isEmpty)
            let slack = try #require(
                answer.json?["paths"]?[0]?["integrations"]?.arrayValue?.first { $0["integration"]?.stringValue == "slack[0]" })
            let content = try JSONValue.parse(slack["content"]?.stringValue ?? "")
            #expect(content["channel"]?.stringValue == "#night")
            #expect(answer.json?["attempted"]?.int64Value == 0)
        }
    }

    @Test("a named receiver is told whether a route leads there or not; an unknown one is refused with the names")
    func receiver() async throws {
        try await withRouter { router, server in
            let spare = await router.post(Self.path, #"{"receiver":"spare","end":true}"#)
            #expect(states(spare) == ["webhook[0] sent", "webhook[0] skipped"])
            #expect(spare.json?["paths"]?[0]?["route"]?.stringValue == "")
            #expect(server.requests.map(\.path) == ["/spare"])
            let unknown = await router.post(Self.path, #"{"receiver":"nobody"}"#)
            #expect(unknown.status == 404)
            #expect(unknown.json?["advice"]?.stringValue == "one of ops, oncall, spare, quiet")
        }
    }

    @Test("the end follows the beginning where ends are told")
    func end() async throws {
        try await withRouter { router, server in
            let answer = await router.post(Self.path, #"{"end":true}"#)
            #expect(states(answer) == ["webhook[0] sent", "webhook[0] sent"])
            let statuses = try server.bodies.map { try JSONValue.parse($0)["status"]?.stringValue }
            #expect(statuses == ["firing", "resolved"])
        }
    }

    @Test("a receiver without integration tells nobody")
    func nobody() async throws {
        try await withRouter { router, server in
            let answer = await router.post(Self.path, #"{"labels":{"team":"quiet"}}"#)
            #expect(answer.json?["paths"]?[0]?["receiver"]?.stringValue == "quiet")
            #expect(states(answer).isEmpty && server.requests.isEmpty)
        }
    }

    @Test(
        "a body that is not understood sends nothing",
        arguments: [
            "[]", "{", #"{"labels":{"a":1}}"#, #"{"label":{}}"#, #"{"dryRun":"yes"}"#, #"{"receiver":7}"#, #"{"labels":{"":"x"}}"#,
        ])
    func wrongBody(_ body: String) async throws {
        try await withRouter { router, server in
            let answer = await router.post(Self.path, body)
            #expect(answer.status == 400 && answer.json?["advice"]?.stringValue?.isEmpty == false, "\(answer.text)")
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a page of another site cannot send tests")
    func foreignOrigin() async throws {
        try await withRouter { router, server in
            let answer = await router.send(
                "POST", Self.path, headers: ["Origin": "http://evil.test", "Host": "am.test:9093", "Content-Type": "text/plain"], body: "{}"
            )
            #expect(answer.status == 403 && server.requests.isEmpty)
            #expect(await router.get(Self.path).status == 405)
        }
    }

    @Test("history keeps a row of a test, and none of a dry run")
    func history() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let history = try History.open(at: path, maxBytes: 4 << 20)
        try await withRouter(history: history) { router, _ in
            _ = await router.post(Self.path, #"{"dryRun":true}"#)
            _ = await router.post(Self.path, "{}")
            await history.flush()
            let events = try await history.page(HistoryFilter()).events
            #expect(events.map(\.kind) == [.testFired])
            #expect(events.first?.text.hasPrefix("webhook[0] 127.0.0.1:") == true && events.first?.text.hasSuffix(" sent") == true)
            #expect(events.first?.labels == LabelSet([("alertname", "Demo")]) && events.first?.error == "")
        }
        history.close()
    }

    // MARK: Attempts

    private func attempt(_ url: String, pause: @escaping @Sendable (TimeSpan) async -> Void) async throws -> TestAttempts.Outcome {
        let configuration = try Self.configuration(url)
        let notifier = Notifier(transport: Transport(name: "test"), externalURL: "http://am.test")
        let delivery = Delivery(
            id: DeliveryID(number: 1), epoch: 0, key: LogKey(groupKey: "{}", receiver: "ops", kind: "webhook", index: 0), receiver: 0,
            integration: 0, attempt: 1, groupLabels: LabelSet(), routeLabels: [],
            alerts: [
                NotifiedAlert(
                    body: AlertBody(labels: LabelSet([("alertname", "A")])), startsAt: Clock.wall(), endsAt: .goZero, endReason: nil)
            ], reason: .firstNotification, flushTime: Clock.wall(), deadline: Clock.monotonic() + TestAttempts.limit.nanoseconds,
            receiverData: [:])
        let integration = try #require(configuration.integration(receiver: 0, at: 0))
        return await TestAttempts(notifier: notifier, pause: pause).send(
            notifier.message(of: delivery, with: configuration), to: integration,
            TestResult(integration: "webhook[0]", place: "x", news: .firing, state: .failed))
    }

    @Test("what may pass is tried again as an ordinary delivery would, and the attempts are counted")
    func retries() async throws {
        try await SlackServer.run { _, number in
            number < 2 ? SlackServer.text(503, "busy") : SlackServer.ok
        } _: { server in
            let result = try await attempt(server.url) { _ in }.result
            #expect(result.state == .sent && result.attempts == 3 && result.answer == "200 ok")
        }
    }

    @Test("what will not pass is tried once")
    func finalRefusal() async throws {
        try await SlackServer.run { _, _ in
            SlackServer.text(401, "who are you")
        } _: { server in
            let result = try await attempt(server.url) { _ in Issue.record("it waited") }.result
            #expect(result.state == .failed && result.attempts == 1 && result.answer == "401 who are you")
            #expect(result.advice.contains("token or password"))
        }
    }
}
