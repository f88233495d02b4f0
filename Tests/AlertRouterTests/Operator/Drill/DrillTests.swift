import AlertStorage
import Foundation
import JSON
import Labels
import NIOConcurrencyHelpers
import Testing
import Time

@testable import AlertRouter

@Suite("POST /api/flatalert/v1/drill")
struct DrillTests {
    private static let path = "/api/flatalert/v1/drill"

    /// What the rules prove: these alerts fire, all others do not.
    private static func rules(_ names: [String], firing: [String: [(String, String)]]) -> DrillRules {
        DrillRules(alertnames: names) { name in
            var proof = DrillProof(alertname: name)
            guard let labels = firing[name] else {
                proof.problem = "its expression gave nothing in 20 min"
                proof.advice = "look at its expression: rules/gateway.yml:9"
                return proof
            }
            proof.sample = RuleLink.Sample(
                labels: LabelSet(labels + [("alertname", name)]),
                annotations: LabelSet([("summary", "\(name) is bad"), ("summary_ja", "異常")]))
            (proof.after, proof.situation) = (.seconds(60), "nginx does not answer")
            return proof
        }
    }

    private func withRouter(
        _ rules: DrillRules?, history: History? = nil, answer: @escaping SlackServer.Answer = { _, _ in SlackServer.ok },
        _ body: (FakeRouter, SlackServer) async throws -> Void
    ) async throws {
        try await SlackServer.run(answer) { server in
            let configuration = try TestFireTests.configuration(server.url)
            let router = FakeRouter(configuration.core(), history: history, loaded: configuration)
            if let rules { router.drillDesk.connect(rules) }
            try await body(router, server)
        }
    }

    private func withHistory(_ body: (History) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let history = try History.open(at: path, maxBytes: 4 << 20)
        try await body(history)
        history.close()
    }

    @Test("every alert goes the way of its labels, marked as a drill where people and programs look, and the receipt says so")
    func proven() async throws {
        let rules = Self.rules(["GatewayDown", "HighLatency"], firing: ["GatewayDown": [("severity", "critical")], "HighLatency": []])
        try await withRouter(rules) { router, server in
            let answer = await router.post(Self.path, "")
            #expect(answer.status == 200 && answer.json?["proven"]?.boolValue == true, "\(answer.text)")
            #expect(answer.json?["summary"]?.stringValue?.hasPrefix("both can fire, proven 20") == true)
            let first = try #require(answer.json?["alerts"]?[0])
            #expect(first["alertname"]?.stringValue == "GatewayDown" && first["after"]?.stringValue == "1m")
            #expect(first["paths"]?.arrayValue?.map { $0["receiver"]?.stringValue } == ["oncall", "ops"])
            #expect(server.requests.map(\.path).sorted() == ["/oncall", "/ops", "/ops", "/slack"])
            let slack = try JSONValue.parse(try #require(server.requests.first { $0.path == "/slack" }).body)
            #expect(slack["attachments"]?[0]?["title"]?.stringValue?.hasPrefix("[DRILL] [FIRING:1] GatewayDown") == true)
            let webhook = try JSONValue.parse(try #require(server.requests.first { $0.path == "/oncall" }).body)
            #expect(
                webhook["alerts"]?[0]?["annotations"]?.text
                    == #"{"flatalert_drill":"true","flatalert_test":"true","summary":"[DRILL] GatewayDown is bad","summary_ja":"[DRILL] 異常"}"#
            )
            #expect(webhook["alerts"]?[0]?["labels"]?.text == #"{"alertname":"GatewayDown","severity":"critical"}"#)
            #expect(router.drillDesk.lastSuccess != nil)
        }
    }

    @Test("an alert that cannot fire, one that does not arrive and one that nobody is told are each reported; nothing is proven")
    func unproven() async throws {
        let rules = Self.rules(
            ["GatewayDown", "CNIPluginDown", "HighLatency"],
            firing: ["GatewayDown": [("severity", "critical")], "HighLatency": [("team", "quiet")]])
        try await withRouter(rules, answer: { request, _ in request.path == "/slack" ? SlackServer.text(404, "no_team") : SlackServer.ok })
        {
            router, _ in
            let answer = await router.post(Self.path, "{}")
            #expect(answer.status == 200 && answer.json?["proven"]?.boolValue == false)
            let alerts = answer.json?["alerts"]?.arrayValue ?? []
            #expect(alerts.map { $0["fires"]?.boolValue } == [true, false, true])
            #expect(alerts[0]["problem"]?.stringValue == "slack[0] #night failed: 404 no_team")
            #expect(alerts[1]["problem"]?.stringValue == "its expression gave nothing in 20 min")
            #expect(alerts[2]["problem"]?.stringValue == "nobody is told: receiver quiet has no integration")
            #expect(answer.json?["summary"]?.stringValue?.hasPrefix("0 of 3 proven 20") == true)
            #expect(router.drillDesk.lastSuccess == nil)
        }
    }

    @Test("some alerts alone are drilled when they are named, and do not count as a proof of all")
    func named() async throws {
        let rules = Self.rules(["GatewayDown", "HighLatency"], firing: ["GatewayDown": [], "HighLatency": []])
        try await withRouter(rules) { router, server in
            let answer = await router.post(Self.path, #"{"alerts":["HighLatency","HighLatency"]}"#)
            #expect(answer.json?["proven"]?.boolValue == true && answer.json?["alerts"]?.arrayValue?.count == 1)
            #expect(server.requests.count == 1 && router.drillDesk.lastSuccess == nil)
        }
    }

    @Test("a drill neither takes from the tests that a receiver may be sent nor is held up by them; drills themselves wait a minute")
    func limits() async throws {
        let names = (0..<8).map { "Alert\($0)" }
        let rules = Self.rules(names, firing: Dictionary(uniqueKeysWithValues: names.map { ($0, []) }))
        try await withRouter(rules) { router, server in
            let test = "/api/flatalert/v1/test-fire"
            for _ in 0..<TestFireLimit.perMinute { #expect(await router.post(test, #"{"receiver":"ops"}"#).status == 200) }
            #expect(await router.post(test, #"{"receiver":"ops"}"#).status == 429)
            #expect(await router.post(Self.path, "").json?["proven"]?.boolValue == true)
            #expect(server.requests.count == TestFireLimit.perMinute + 8)
            let again = await router.post(Self.path, "")
            #expect(again.status == 429 && again.json?["advice"]?.stringValue?.hasPrefix("the next may begin in ") == true)
            for _ in 0..<TestFireLimit.perMinute { #expect(await router.post(test, #"{"receiver":"spare"}"#).status == 200) }
        }
    }

    @Test("a drill may begin a minute after the last one began, and not while one goes on")
    func pause() async throws {
        let clock = NIOLockedValueBox<Int64>(0)
        let rules = Self.rules(["A"], firing: ["A": []])
        try await withRouter(rules) { router, _ in
            let desk = router.drillDesk
            @Sendable func run(at seconds: Int64) async -> Int? {
                clock.withLockedValue { $0 = TimeSpan.seconds(seconds).nanoseconds }
                do throws(OperatorError) {
                    _ = try await desk.run([], by: router, now: { clock.withLockedValue { $0 } })
                    return nil
                } catch { return error.status }
            }
            #expect(await run(at: 100) == nil)
            #expect(await run(at: 159) == 429)
            #expect(await run(at: 160) == nil)
            let nested = NIOLockedValueBox<Int?>(nil)
            desk.connect(
                DrillRules(alertnames: ["A"]) { name in
                    let status = await run(at: 500)
                    nested.withLockedValue { $0 = status }
                    return DrillProof(alertname: name)
                })
            #expect(await run(at: 300) == nil)
            #expect(nested.withLockedValue { $0 } == 409)
        }
    }

    @Test("without rules, with a body that is not understood and from another site's page nothing is sent")
    func refused() async throws {
        try await withRouter(nil) { router, _ in
            let answer = await router.post(Self.path, "")
            #expect(answer.status == 404 && answer.json?["advice"]?.stringValue?.contains("--monitor.config") == true)
        }
        try await withRouter(Self.rules(["A"], firing: ["A": []])) { router, server in
            for body in ["[]", "{", #"{"alerts":"A"}"#, #"{"names":[]}"#] {
                #expect(await router.post(Self.path, body).status == 400, "\(body)")
            }
            let foreign = await router.send("POST", Self.path, headers: ["Origin": "http://evil.test", "Host": "am.test:9093"], body: "")
            #expect(foreign.status == 403 && server.requests.isEmpty)
            #expect(await router.get(Self.path).status == 405)
        }
    }

    @Test("history keeps each drill, and after a restart the last proof of everything is known again")
    func history() async throws {
        let rules = Self.rules(["A", "B"], firing: ["A": [], "B": []])
        try await withHistory { history in
            try await withRouter(rules, history: history) { router, _ in
                #expect(await router.post(Self.path, "").status == 200)
                _ = try? await router.drillDesk.run(["A"], by: router, now: { .max })
                await history.flush()
                let events = try await history.page(HistoryFilter()).events
                #expect(events.map(\.kind) == [.drilled, .drilled])
                #expect(events.map(\.text) == ["A", "A, B"] && events.allSatisfy { $0.error.isEmpty })
                let later = DrillDesk()
                later.connect(rules)
                await later.restore(from: history)
                #expect(later.lastSuccess == events.last?.time && later.lastSuccess != nil)
                let other = DrillDesk()
                other.connect(Self.rules(["A", "B", "C"], firing: [:]))
                await other.restore(from: history)
                #expect(other.lastSuccess == nil)
            }
        }
    }
}

@Suite("--drill.schedule")
struct DrillScheduleTests {
    private func next(_ text: String, after now: Timestamp, zone: Zone = .utc) throws -> String {
        "\(try DrillSchedule(text, zone: zone).next(after: now).utc)"
    }

    /// 2026-01-01T12:00:00Z, a Thursday.
    private let noon = FakeRouter.noon

    @Test("a time of day comes every day")
    func daily() throws {
        #expect(try next("12:30", after: noon) == "2026-01-01T12:30:00Z")
        #expect(try next("12:00", after: noon) == "2026-01-02T12:00:00Z")
        #expect(try next("0:05", after: noon) == "2026-01-02T00:05:00Z")
    }

    @Test("days of the week, alone or several, in short or in full")
    func weekly() throws {
        #expect(try next("Mon 10:00", after: noon) == "2026-01-05T10:00:00Z")
        #expect(try next("thursday 12:00", after: noon) == "2026-01-08T12:00:00Z")
        #expect(try next("Thu 12:01", after: noon) == "2026-01-01T12:01:00Z")
        #expect(try next("sat,FRI 23:59", after: noon) == "2026-01-02T23:59:00Z")
    }

    @Test("a zone may be named; without one the host's counts, through clock changes")
    func zones() throws {
        #expect(try next("Mon 10:00 Asia/Tokyo", after: noon) == "2026-01-05T01:00:00Z")
        let berlin = try Zone.named("Europe/Berlin")
        #expect(try next("10:00", after: noon, zone: berlin) == "2026-01-02T09:00:00Z")
        // 2026-03-29 02:30 does not exist there.
        let spring = try next("02:30", after: Timestamp(seconds: 1_774_738_800), zone: berlin)
        #expect(["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"].contains(spring))
    }

    @Test(
        "what is no schedule is refused with what was found and how to write it",
        arguments: [
            ("", "no time of day"), ("Mon", "no time of day"), ("24:00", "\"24:00\" is no time"), ("10:0", "\"10:0\" is no time"),
            ("+1:00", "\"+1:00\" is no time"), ("Mo 10:00", "\"mo\" is no day"), ("Mon,, 10:00", "\"\" is no day"),
            ("10:00 Nowhere/Land", "Nowhere/Land"), ("10:00 UTC now", "\"now\" is too much"), ("every Mon 10:00", "no time of day"),
        ])
    func wrong(text: String, found: String) {
        do {
            _ = try DrillSchedule(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect("\(error)".contains(found) && "\(error)".contains("write it like 'Mon 10:00'"), "\(error)")
        }
    }
}
