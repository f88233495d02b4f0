import AlertCore
import JSON
import Testing

@testable import AlertRouter

@Suite("GET /alerts and /alerts/groups")
struct GetAlertsTests {
    let router = FakeRouter()
    static let path = "/api/v2/alerts"

    @Test("an alert is shown member by member as Alertmanager shows it")
    func shape() async {
        _ = await router.fire(
            #""alertname":"<test>","team":"a""#, more: #","annotations":{"b":"","a":"1 & 2"},"generatorURL":"http://p/?a=1&b=2""#)
        let answer = await router.get(Self.path)
        #expect(answer["Content-Type"] == "application/json" && answer["Cache-Control"] == "no-store")
        let fingerprint = answer.json?[0]?["fingerprint"]?.stringValue ?? ""
        #expect(
            answer.text
                == #"[{"annotations":{"a":"1 \u0026 2","b":""},"endsAt":"2026-01-01T12:05:00.000Z","fingerprint":"\#(fingerprint)","#
                + #""receivers":[{"name":"a"}],"startsAt":"2026-01-01T12:00:00.000Z","#
                + #""status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},"updatedAt":"2026-01-01T12:00:00.000Z","#
                + #""generatorURL":"http://p/?a=1\u0026b=2","labels":{"alertname":"\u003ctest\u003e","team":"a"}}]"# + "\n")
    }

    @Test("alerts come by ascending fingerprint; ended ones never")
    func order() async {
        for number in 1...20 { _ = await router.fire(#""alertname":"a\#(number)""#) }
        _ = await router.fire(#""alertname":"over""#, more: #","startsAt":"2026-01-01T11:00:00Z","endsAt":"2026-01-01T11:59:00Z""#)
        let alerts = await router.get(Self.path).json?.arrayValue ?? []
        let prints = alerts.compactMap { $0["fingerprint"]?.stringValue }
        #expect(prints.count == 20 && prints == prints.sorted())
        router.advance(by: .minutes(6))
        #expect(await router.get(Self.path).text == "[]\n")
    }

    @Test("receivers come in route order, and the receiver parameters keep an alert if one of them matches")
    func receivers() async {
        _ = await router.fire(#""alertname":"one","team":"a","severity":"critical""#)
        _ = await router.fire(#""alertname":"two""#)
        let one = await router.get(Self.path + "?receiver=b")
        #expect(one.names == ["one"])
        #expect(one.json?[0]?["receivers"]?.arrayValue?.map { $0["name"]?.stringValue } == ["a", "b"])
        #expect(await router.get(Self.path + "?receiver=default").names == ["two"])
        #expect(await router.get(Self.path + "?receiver=defaul").names == [])
        #expect(Set(await router.get(Self.path + "?receiver=a|default").names) == ["one", "two"])
        #expect(await router.get(Self.path + "?receiver_matchers=tier%3D%22gold%22").names == ["one"])
        #expect(await router.get(Self.path + "?receiver_matchers=tier%3D%22gold%22&receiver=default").names == [])
        let bad = await router.get(Self.path + "?receiver=%5B")
        #expect(bad.status == 400)
        #expect(bad.json?.stringValue?.hasPrefix("failed to parse receiver param: error parsing regexp: missing closing ]") == true)
    }

    @Test(
        "filters are ANDed, and an absent label counts as empty",
        arguments: [
            ("foo=\"\"", ["none"]), ("foo=~\"\"", ["none"]), ("foo!=\"\"", ["x", "y"]), ("foo=~\"x|\"", ["none", "x"]),
            ("foo!=\"x\"", ["none", "y"]), ("foo=~\"x|y\"&filter=alertname!=y", ["x"]), ("alertname=z", []), ("foo!~\".+\"", ["none"]),
        ])
    func filters(filter: String, names: [String]) async {
        for (name, more) in [("x", #","foo":"x""#), ("y", #","foo":"y""#), ("none", "")] {
            _ = await router.fire(#""alertname":"\#(name)"\#(more)"#)
        }
        let query = filter.split(separator: "&").map { part in
            part.hasPrefix("filter=") ? "filter=" + encoded(part.dropFirst(7)) : "filter=" + encoded(part)
        }.joined(separator: "&")
        #expect(await router.get(Self.path + "?" + query).names.sorted() == names)
    }

    private func encoded(_ text: Substring) -> String {
        text.map { $0.isLetter ? String($0) : "%" + String($0.asciiValue ?? 63, radix: 16) }.joined()
    }

    @Test("a bad filter is answered 400 with the parser's text")
    func badFilter() async {
        let answer = await router.get(Self.path + "?filter=a%5Bb")
        #expect(answer.status == 400)
        #expect(answer.text == "\"bad matcher format: a[b\"\n")
        #expect(await router.get("/api/v2/alerts/groups?filter=a%5Bb").text == answer.text)
        #expect(await router.get("/api/v2/silences?filter=a%5Bb").text == answer.text)
    }

    @Test("silenced and inhibited alerts are shown as suppressed with their causes, and each switch leaves its own out")
    func states() async throws {
        _ = await router.fire(#""alertname":"plain""#)
        _ = await router.fire(#""alertname":"source","role":"source","zone":"1""#)
        _ = await router.fire(#""alertname":"target","role":"target","zone":"1""#)
        _ = await router.fire(#""alertname":"quiet""#)
        _ = await router.fire(#""alertname":"both","role":"target","zone":"1""#)
        let silence = await router.silence("alertname", "quiet")
        let both = await router.silence("alertname", "both")
        let all = await router.get(Self.path).json?.arrayValue ?? []
        func status(_ name: String) throws -> JSONValue {
            try #require(all.first { $0["labels"]?["alertname"]?.stringValue == name }?["status"])
        }
        let source = try #require(all.first { $0["labels"]?["alertname"] == "source" }?["fingerprint"])
        #expect(try status("plain") == ["inhibitedBy": [], "mutedBy": [], "silencedBy": [], "state": "active"])
        #expect(try status("target") == ["inhibitedBy": [source], "mutedBy": [], "silencedBy": [], "state": "suppressed"])
        #expect(try status("quiet") == ["inhibitedBy": [], "mutedBy": [], "silencedBy": [.string(silence)], "state": "suppressed"])
        #expect(try status("both") == ["inhibitedBy": [source], "mutedBy": [], "silencedBy": [.string(both)], "state": "suppressed"])

        func names(_ query: String) async -> Set<String> { Set(await router.get(Self.path + "?" + query).names) }
        #expect(await names("active=false") == ["target", "quiet", "both"])
        #expect(await names("silenced=false") == ["plain", "source", "target"])
        #expect(await names("inhibited=false") == ["plain", "source", "quiet"])
        #expect(await names("active=false&silenced=false") == ["target"])
        #expect(await names("active=false&silenced=false&inhibited=false") == [])
        #expect(await names("unprocessed=false") == ["plain", "source", "target", "quiet", "both"])
    }

    @Test(
        "booleans have many words for true, everything else is false, and the last one counts",
        arguments: [
            ("active=YES", true), ("active=enabled", true), ("active=on", true), ("active=nope", false), ("active=", true),
            ("active=true&active=0", false), ("active=0&active=1", true), ("Active=false", true),
        ])
    func booleans(query: String, isShown: Bool) async {
        _ = await router.fire(#""alertname":"x""#)
        #expect(await router.get(Self.path + "?" + query).names == (isShown ? ["x"] : []))
    }

    @Test("many alerts are streamed in whole and in order")
    func stream() async {
        let count = 1_000
        let body = (0..<count).map { #"{"labels":{"alertname":"n","i":"\#($0)"}}"# }.joined(separator: ",")
        #expect(await router.post(Self.path, "[\(body)]").status == 200)
        let answer = await router.get(Self.path)
        #expect(answer.isStreamed && answer.text.hasSuffix("]\n"))
        let prints = answer.json?.arrayValue?.compactMap { $0["fingerprint"]?.stringValue } ?? []
        #expect(prints.count == count && prints == prints.sorted())
        let some = await router.get(Self.path + "?filter=i%3D%22999%22")
        #expect(some.json?.arrayValue?.count == 1)
        #expect(await router.get(Self.path + "?filter=i%3D%22none%22").text == "[]\n")
        let metrics = await router.get("/metrics").text
        #expect(metrics.contains(#"alertmanager_http_response_size_bytes_count{handler="/api/v2/alerts",method="get"} 3"# + "\n"))
        let groups = await router.get("/api/v2/alerts/groups")
        #expect(groups.isStreamed && groups.json?[0]?["alerts"]?.arrayValue?.count == count)
    }

    // MARK: Groups

    @Test("groups come by labels, then receiver, their alerts in alert order, each with the receivers of all groups that hold it")
    func groups() async {
        _ = await router.fire(#""alertname":"b","team":"a","severity":"critical","instance":"2""#)
        _ = await router.fire(#""alertname":"b","team":"a","severity":"critical","instance":"1""#)
        _ = await router.fire(#""alertname":"a","team":"a""#)
        _ = await router.fire(#""alertname":"a""#)
        let answer = await router.get("/api/v2/alerts/groups")
        let groups = answer.json?.arrayValue ?? []
        #expect(groups.map { $0["receiver"]?["name"]?.stringValue } == ["b", "a", "default", "a"])
        #expect(groups.map { $0["labels"] } == [[:], ["alertname": "a"], ["alertname": "a"], ["alertname": "b"]])
        #expect(groups.map { $0["routeLabels"] } == [[:], ["owner": "a-team"], [:], ["owner": "a-team"]])
        let alerts = groups.last?["alerts"]?.arrayValue ?? []
        #expect(alerts.map { $0["labels"]?["instance"]?.stringValue } == ["1", "2"])
        #expect(alerts.first?["receivers"] == [["name": "a"], ["name": "b"]])
        #expect(answer.text.hasPrefix(#"[{"alerts":[{"annotations":{},"endsAt":""#))

        let one = await router.get("/api/v2/alerts/groups?receiver=b")
        #expect(one.json?.arrayValue?.count == 1)
        #expect(one.json?[0]?["alerts"]?[0]?["receivers"] == [["name": "b"]])
        #expect(await router.get("/api/v2/alerts/groups?filter=team!%3Da").json?.arrayValue?.count == 1)
        #expect(await router.get("/api/v2/alerts/groups?active=false").text == "[]\n")
    }

    @Test("a group muted by a time interval says so, and muted=false leaves it out")
    func mutedGroups() async {
        var configuration = FakeRouter.configuration
        configuration.routes[0].groupWait = .seconds(1)
        configuration.routes[1].groupWait = .seconds(1)
        configuration.routes[1].muteTimeIntervals = ["always"]
        configuration.timeIntervals = ["always": TimeInterval(specs: [TimeIntervalSpec()])]
        let router = FakeRouter(configuration)
        _ = await router.fire(#""alertname":"x","team":"a""#)
        _ = await router.fire(#""alertname":"y""#)
        router.advance(by: .seconds(2))
        let groups = await router.get("/api/v2/alerts/groups").json?.arrayValue ?? []
        let statuses = groups.map { $0["alerts"]?[0]?["status"] }
        #expect(statuses.first == ["inhibitedBy": [], "mutedBy": ["always"], "silencedBy": [], "state": "suppressed"])
        #expect(statuses.last == ["inhibitedBy": [], "mutedBy": [], "silencedBy": [], "state": "active"])
        #expect(await router.get("/api/v2/alerts/groups?muted=false").json?.arrayValue?.count == 1)
        #expect(await router.get("/api/v2/alerts/groups?active=false").json?.arrayValue?.count == 0)
        #expect(await router.get("/api/v2/alerts?filter=team%3Da").json?[0]?["status"]?["state"] == "active")
    }
}
