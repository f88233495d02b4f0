import AlertCore
import Journal
import Testing
import WebServer

@testable import AlertRouter

@Suite("POST /alerts")
struct PostAlertsTests {
    let router = FakeRouter()
    static let path = "/api/v2/alerts"

    @Test(
        "a malformed request is answered in the framework's words; nothing of it is stored",
        arguments: [
            (#"[{}]"#, 422, 602, "0.labels in body is required"),
            (#"[{"labels":{"alertname":"x"}},{"annotations":{}}]"#, 422, 602, "1.labels in body is required"),
            (#"[{"labels":null}]"#, 422, 602, "0.labels in body is required"),
            (#"[null]"#, 422, 602, "0.labels in body is required"),
            (#"[{"labels":{"alertname":"x"},"generatorURL":"nourl"}]"#, 422, 601, #"0.generatorURL in body must be of type uri: "nourl""#),
            // Of one alert's faults the alphabetically first property counts, of several alerts' the first alert's.
            (#"[{"generatorURL":"nourl"}]"#, 422, 601, #"0.generatorURL in body must be of type uri: "nourl""#),
            (#"[{},{"generatorURL":"nourl"}]"#, 422, 602, "0.labels in body is required"),
            // A value of a wrong type comes before any of these, and bad syntax before everything.
            (#"[{},{"labels":5}]"#, 400, 400, "Alert.labels"),
            (#"[{},{"labels":5},x]"#, 400, 400, "invalid character 'x' looking for beginning of value"),
            (#"{"labels":{}}"#, 400, 400, "json: cannot unmarshal object into Go value of type models.PostableAlerts"),
            (#"[{"labels":{"a":1}}]"#, 400, 400, "json: cannot unmarshal number into Go struct field Alert.labels of type string"),
            (#"[{"labels":{"a":"b"},"startsAt":"yesterday"}]"#, 400, 400, #"parsing time "yesterday" as "2006-01-02""#),
            (#"[{"labels":{"a":"b"},"endsAt":7}]"#, 400, 400, "cannot unmarshal number into Go value of type string"),
            (#"[{"labels":{"a":"b"}"#, 400, 400, "unexpected EOF"),
            (#"foo"#, 400, 400, #"parsing alerts body from "" failed, because invalid character"#),
            ("  \n", 422, 602, "alerts in body is required"), ("", 422, 602, "alerts in body is required"),
        ] as [(String, Int, Int, String)])
    func framework(body: String, status: Int, code: Int, message: String) async {
        let answer = await router.post(Self.path, body)
        #expect(answer.status == status)
        #expect(answer.json?["code"]?.int64Value == Int64(code))
        #expect(answer.json?["message"]?.stringValue?.contains(message) == true, "\(answer.text)")
        #expect(await router.get(Self.path).text == "[]\n")
    }

    @Test("an alert that is invalid by itself is refused, the others of the request are stored")
    func invalidAlerts() async {
        let answer = await router.post(
            Self.path,
            #"""
            [{"labels":{"alertname":"good"}},{"labels":{}},{"labels":{"alertname":""}},{"labels":{"":"x"}},
             {"labels":{"alertname":"late"},"startsAt":"2026-01-01T12:00:01Z","endsAt":"2026-01-01T12:00:00Z"}]
            """#)
        #expect(answer.status == 400)
        let problems = answer.json?.stringValue?.split(separator: "\n") ?? []
        #expect(problems.count == 4, "\(answer.text)")
        #expect(problems[0].contains("at least one label pair required") && problems[1].contains("at least one label pair required"))
        #expect(problems[2].contains(#"invalid name """#))
        #expect(problems[3].contains("start time must be before end time"))
        #expect(await router.get(Self.path).names == ["good"])
        let metrics = String(decoding: router.metrics.registry.render(), as: UTF8.self)
        #expect(metrics.contains("alertmanager_alerts_invalid_total{version=\"v2\"} 4\n"))
        #expect(metrics.contains("alertmanager_alerts_received_total{status=\"firing\",version=\"v2\"} 4\n"))
        #expect(metrics.contains("alertmanager_alerts_received_total{status=\"resolved\",version=\"v2\"} 1\n"))
    }

    @Test("an empty list, null and fields that nobody knows are fine")
    func tolerated() async {
        for body in ["[]", "null", "[] trailing", #"[{"labels":{"alertname":"x","gone":null},"extra":{"a":[1,{}]},"generatorURL":""}]"#] {
            let answer = await router.post(Self.path, body)
            #expect(answer.status == 200 && answer.text.isEmpty && answer["Content-Type"] == nil, "\(body): \(answer.text)")
        }
        #expect(await router.get(Self.path).json?[0]?["labels"] == ["alertname": "x"])
    }

    @Test("names of fields are taken in any case, and of equal labels the last counts")
    func fieldNames() async {
        let answer = await router.post(
            Self.path, #"[{"LABELS":{"a":"1","b":"2"},"labels":{"a":"3"},"Annotations":{"x":""},"STARTSAT":"2026-01-01T11:00:00Z"}]"#)
        #expect(answer.status == 200)
        let alert = await router.get(Self.path).json?[0]
        #expect(alert?["labels"] == ["a": "3", "b": "2"])
        #expect(alert?["annotations"] == ["x": ""])
        #expect(alert?["startsAt"] == "2026-01-01T11:00:00.000Z")
    }

    @Test(
        "times are taken in every form of strfmt and shown with three digits and the offset they came with",
        arguments: [
            ("2026-01-01T11:00:00Z", "2026-01-01T11:00:00.000Z"), ("2026-01-01T11:00:00.1239Z", "2026-01-01T11:00:00.123Z"),
            ("2026-01-01T12:30:00+01:00", "2026-01-01T12:30:00.000+01:00"), ("2026-01-01T12:30:00.5+0100", "2026-01-01T12:30:00.500+01:00"),
            ("2026-01-01T11:00:00", "2026-01-01T11:00:00.000Z"), ("2026-01-01", "2026-01-01T00:00:00.000Z"),
            ("", "1970-01-01T00:00:00.000Z"),
        ])
    func times(given: String, shown: String) async {
        #expect(await router.fire(#""alertname":"t""#, more: #","startsAt":"\#(given)""#).status == 200)
        #expect(await router.get(Self.path).json?[0]?["startsAt"]?.stringValue == shown)
    }

    @Test("times left out are filled in: start from end or now, end from resolve_timeout")
    func missingTimes() async {
        _ = await router.fire(#""alertname":"none""#, more: #","startsAt":null,"endsAt":"0001-01-01T00:00:00.000Z""#)
        _ = await router.fire(#""alertname":"end""#, more: #","endsAt":"2026-01-01T12:30:00Z""#)
        let alerts = await router.get(Self.path + "?filter=alertname%3Dnone").json
        #expect(alerts?[0]?["startsAt"] == "2026-01-01T12:00:00.000Z" && alerts?[0]?["endsAt"] == "2026-01-01T12:05:00.000Z")
        #expect(alerts?[0]?["updatedAt"] == "2026-01-01T12:00:00.000Z")
        let ended = await router.get(Self.path + "?filter=alertname%3Dend").json
        #expect(ended?[0]?["startsAt"] == "2026-01-01T12:30:00.000Z")
    }

    @Test(
        "generatorURL must be a request URI as Go has it",
        arguments: [
            ("http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1", true), ("/path", true), ("https://user:pw@[::1]:80/x", true),
            ("mailto:a@b", true), ("http://a b/", false), ("nourl", false), ("http://host:port/", false), ("http://h/%zz", false),
            (":x", false), ("http://h/a b", true), ("*", true), ("a/b:c", false), ("http://", true), ("//host/x", true),
            ("http://h%25a/", true), ("http://h%C3%BC/", true), ("http://h%41/", false), ("http://h%2/", false),
            ("http://[fe80::1%25en0]:9/", true),
            ("http://[fe80::1%en0]/", false), ("http://[::1]x/", false), ("http://[::1", false),
        ])
    func generatorURL(url: String, isValid: Bool) async {
        let answer = await router.fire(#""alertname":"u""#, more: #","generatorURL":"\#(url)""#)
        #expect(answer.status == (isValid ? 200 : 422))
        if isValid { #expect(await router.get(Self.path).json?[0]?["generatorURL"]?.stringValue == url) }
    }

    @Test(
        "fingerprints are Alertmanager's",
        arguments: [
            (#""alertname":"test""#, "1f56cb8f931d1bd4"), (#""severity":"critical","alertname":"alert1""#, "0223b772b51c29e1"),
            (#""job":"foo","severity":"warning""#, "9266ef3da838ad95"), (#""b":"\u03a3","a":"b""#, "b16ba976fa1cd88b"),
            (#""b":"Σ","a":"b","empty":"""#, "b16ba976fa1cd88b"),
        ])
    func fingerprints(labels: String, fingerprint: String) async {
        #expect(await router.fire(labels).status == 200)
        #expect(await router.get(Self.path).json?[0]?["fingerprint"]?.stringValue == fingerprint)
    }

    @Test("UTF-8 names are taken by default and refused in classic mode, UTF-8 values always taken")
    func labelModes() async {
        #expect(await router.fire(#""alertname":"a","my 🙂":"b""#).status == 200)
        let classic = FakeRouter(mode: .classic)
        let refused = await classic.fire(#""alertname":"a","00":"b""#)
        #expect(refused.status == 400)
        #expect(refused.json?.stringValue?.contains(#"invalid label set: invalid name "00""#) == true)
        #expect(await classic.fire(#""alertname":"a","b":"Σ""#).status == 200)
    }

    @Test("when the journal fails the answer is 503 and the alerts are live all the same")
    func notDurable() async {
        router.state.withLockedValue { $0.alertFailure = .timedOut }
        let answer = await router.fire(#""alertname":"x""#)
        #expect(answer.status == 503)
        #expect(answer.json?.stringValue?.contains("send them again") == true)
        #expect(await router.get(Self.path).names == ["x"])
    }
}
