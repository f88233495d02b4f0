import AlertCore
import JSON
import Labels
import Logging
import NIOConcurrencyHelpers
import Testing
import Time

@testable import AlertRouter

@Suite("The inbox")
struct InboxTests {
    private static let path = "/api/flatalert/v1/inbox"
    private static let body = #"""
        {"receiver":"team\\.a","status":"firing","alerts":[
          {"status":"firing","labels":{"alertname":"Disk","größe 大":"<b>"},"annotations":{"summary":"96 % used"},
           "startsAt":"2026-01-01T12:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"javascript:x","fingerprint":"ab"},
          {"status":"resolved","labels":{"alertname":"Disk"},"annotations":{},"startsAt":"2026-01-01T11:00:00Z","endsAt":"2026-01-01T11:30:00Z"}],
         "notification_reason":"first notification","groupLabels":{"alertname":"Disk"},"commonLabels":{},"commonAnnotations":{},"routeLabels":{},
         "externalURL":"http://am","version":"4","groupKey":"{}/{a=\"x:{\\\"\"}:{alertname=\"Disk\"}","truncatedAlerts":3,"later":{"unknown":[1]}}
        """#

    private func message(_ alerts: String, status: String = "firing") throws -> InboxMessage {
        try InboxMessage(
            Array(#"{"version":"4","status":"\#(status)","receiver":"inbox","groupKey":"{}:{}","alerts":[\#(alerts)]}"#.utf8))
    }

    private func alert(_ name: String, _ summary: String, status: String = "firing", more: String = "") -> String {
        #"{"status":"\#(status)","labels":{"alertname":"\#(name)"},"annotations":{"summary":"\#(summary)"\#(more)},"#
            + #""startsAt":"2026-01-01T12:00:00Z","endsAt":"2026-01-01T12:01:00Z"}"#
    }

    @Test("a webhook's message is taken and shown with all that it says")
    func taken() async throws {
        let router = FakeRouter()
        // Webhooks send no Origin, and their content type does not matter.
        let posted = await router.send("POST", Self.path, body: Self.body)
        #expect(posted.status == 200 && posted.json?["number"] == 1, "\(posted.text)")
        let answer = await router.get(Self.path)
        #expect(answer.status == 200 && answer["Cache-Control"] == "no-store")
        let message = try #require(answer.json?["messages"]?[0])
        #expect(message["title"] == "[FIRING] Disk: 96 % used (and 1 more)")
        #expect(message["receiver"] == "team.a" && message["status"] == "firing" && message["truncatedAlerts"] == 3)
        #expect(message["route"] == #"{}/{a="x:{\""}"#)
        let first = try #require(message["alerts"]?[0])
        #expect(first["labels"]?["größe 大"] == "<b>" && first["generatorURL"] == "javascript:x" && first["fingerprint"] == "ab")
        #expect(message["alerts"]?[1]?["status"] == "resolved" && message["alerts"]?[1]?["endsAt"] == "2026-01-01T11:30:00.000Z")
    }

    @Test("the newest come first, and the oldest of more than 200 go")
    func bounded() async throws {
        let inbox = FakeRouter().inbox
        for number in 1...205 { inbox.take(try message(alert("A\(number)", "s")), at: FakeRouter.noon) }
        #expect(inbox.entries.count == 200)
        #expect(inbox.entries.first?.number == 205 && inbox.entries.last?.number == 6)
    }

    @Test("large messages push out older ones before 200 are there")
    func bytes() async throws {
        let inbox = FakeRouter().inbox
        let large = try message(alert("A", String(repeating: "x", count: 2_000_000)))
        for _ in 1...6 { inbox.take(large, at: FakeRouter.noon) }
        #expect(inbox.entries.map(\.number) == [6, 5, 4, 3])
    }

    @Test(
        "what is no webhook's message is refused with what is wrong where",
        arguments: [
            ("", "unexpected"), ("[]", "expected an object"), ("{", "unexpected"), ("{}", "version is required"),
            (#"{"version":4}"#, "version: expected a string, found a number"), (#"{"version":"3"}"#, "expected \"4\", found \"3\""),
            (#"{"version":"4"}"#, "status is required"),
            (#"{"version":"4","status":"odd"}"#, "expected \"firing\" or \"resolved\", found \"odd\""),
            (#"{"version":"4","status":"firing","receiver":"x"}"#, "alerts is required"),
            (#"{"version":"4","status":"firing","receiver":"x","alerts":[]}"#, "without any alert"),
            (#"{"version":"4","status":"firing","receiver":"x","alerts":[{"status":"firing","labels":{"a":1}}]}"#, "alerts.0.labels.a: "),
            (
                #"{"version":"4","status":"firing","receiver":"x","alerts":[{"status":"firing","labels":{},"startsAt":"noon"}]}"#,
                "alerts.0.startsAt: expected a time"
            ),
        ])
    func refused(body: String, problem: String) async {
        let router = FakeRouter()
        let answer = await router.send("POST", Self.path, body: body)
        #expect(answer.status == 400)
        #expect(answer.json?["error"]?.stringValue?.contains(problem) == true, "\(answer.text)")
        #expect(answer.json?["advice"]?.stringValue?.contains("webhook_config") == true)
        #expect(router.inbox.entries.isEmpty)
    }

    @Test("a body that is too large is refused with what to set")
    func tooLarge() async {
        let answer = await FakeRouter().send("POST", Self.path, body: String(repeating: " ", count: Inbox.bodyLimit + 1))
        #expect(answer.status == 413 && answer.json?["advice"]?.stringValue?.contains("max_alerts") == true)
    }

    @Test("titles say what a person wants to know first")
    func titles() throws {
        #expect(try message(alert("Demo", "hello")).title == "[FIRING] Demo: hello")
        #expect(try message(alert("Demo", "[TEST] hello", more: #","flatalert_test":"true""#)).title == "[TEST] Demo: hello")
        #expect(try message(alert("Demo", "hello", status: "resolved"), status: "resolved").title == "[RESOLVED] Demo: hello")
        #expect(try message(alert("A", "x") + "," + alert("B", "y")).title == "[FIRING:2] 2 kinds of alerts: x (and 1 more)")
        #expect(try message(alert("", "")).title == "[FIRING] (no alertname)")
    }

    @Test("each message is one line in the log, without what could move a terminal's cursor")
    func line() throws {
        let lines = NIOLockedValueBox<[String]>([])
        let inbox = Inbox(log: Logger(label: "test") { _ in Lines(lines: lines) })
        let test = try message(alert("Demo", "[TEST] hello from Flatalert", more: #","flatalert_test":"true""#))
        inbox.take(test, at: FakeRouter.noon + .milliseconds(41))
        inbox.take(try message(alert("A", #"one\ntwo \u001b[31m\u009b red"#)), at: FakeRouter.noon + .milliseconds(1250))
        inbox.take(try message(alert("A", String(repeating: "x", count: 1000))), at: FakeRouter.noon + .seconds(190))
        let written = lines.withLockedValue { $0 }
        #expect(written.count == 3)
        #expect(written[0] == "INBOX [TEST] Demo: hello from Flatalert   route {} → inbox   41 ms")
        #expect(written[1] == "INBOX [FIRING] A: one two  [31m  red   route {} → inbox   1.2 s")
        #expect(written[2].hasSuffix("xxx…   route {} → inbox   3m10s") && written[2].count < 300)
    }

    @Test("the built-in configuration leads to the inbox, and to nobody when its address is not known")
    func builtIn() throws {
        let url = "http://127.0.0.1:9093/am/api/flatalert/v1/inbox"
        let configuration = try Router.ConfigurationSource.builtIn(inbox: url).load(mode: .fallback)
        #expect(configuration.receivers.map(\.name) == ["none", "inbox"])
        #expect(configuration.receivers.map(\.integrations.count) == [0, 1])
        guard case .webhook(let webhook) = configuration.receivers.last?.integrations.first else {
            Issue.record("no webhook")
            return
        }
        #expect(webhook.url == .inline(url) && webhook.maxAlerts == 50)
        #expect(configuration.warnings(retention: .hours(120)).isEmpty)
        #expect(try Router.ConfigurationSource.builtIn().load(mode: .fallback).receivers.allSatisfy(\.integrations.isEmpty))
    }
}

/// Keeps the messages of log records.
private struct Lines: LogHandler {
    let lines: NIOLockedValueBox<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.withLockedValue { $0.append(event.message.description) } }
}
