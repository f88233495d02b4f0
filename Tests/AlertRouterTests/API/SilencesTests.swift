import AlertCore
import JSON
import Journal
import Testing
import Time

@testable import AlertRouter

@Suite("Silences")
struct SilencesTests {
    let router = FakeRouter()
    static let path = "/api/v2/silences"
    private static let rest = #""startsAt":"2026-01-01T12:00:00Z","endsAt":"2026-01-01T13:00:00Z","createdBy":"me","comment":"why""#

    /// A body with one matcher; a later member of the same name replaces an earlier one.
    private static func body(_ matchers: String = #"{"name":"a","value":"b","isRegex":false}"#, more: String = "") -> String {
        #"{"matchers":[\#(matchers)],\#(rest)\#(more)}"#
    }

    @Test(
        "a malformed silence is answered in the framework's words, properties in alphabetical order",
        arguments: [
            ("{}", 422, 602, "comment in body is required"), ("null", 422, 602, "comment in body is required"),
            (#"{"comment":""}"#, 422, 602, "createdBy in body is required"),
            (#"{"comment":"","createdBy":""}"#, 422, 602, "endsAt in body is required"),
            (#"{"comment":"","createdBy":"","endsAt":""}"#, 422, 602, "matchers in body is required"),
            (#"{"comment":"","createdBy":"","endsAt":"","matchers":[]}"#, 422, 612, "matchers in body should have at least 1 items"),
            (#"{"comment":"","createdBy":"","endsAt":"","matchers":[{}]}"#, 422, 602, "matchers.0.isRegex in body is required"),
            (
                #"{"comment":"","createdBy":"","endsAt":"","matchers":[{"isRegex":true,"name":"","value":""},{"isRegex":true}]}"#, 422, 602,
                "matchers.1.name in body is required"
            ),
            (
                #"{"comment":"","createdBy":"","endsAt":"","matchers":[{"isRegex":true,"name":"a"}]}"#, 422, 602,
                "matchers.0.value in body is required"
            ),
            (
                #"{"comment":"","createdBy":"","endsAt":"","matchers":[{"isRegex":true,"name":"a","value":"b"}]}"#, 422, 602,
                "startsAt in body is required"
            ),
            (#"{"comment":null}"#, 422, 602, "comment in body is required"),
            (#"{"comment":"","createdBy":null}"#, 422, 602, "createdBy in body is required"),
            (#"{"comment":"","createdBy":"","endsAt":null}"#, 422, 602, "endsAt in body is required"),
            (#"{"comment":"","createdBy":"","endsAt":"","matchers":null}"#, 422, 602, "matchers in body is required"),
            (
                #"{"comment":"","createdBy":"","endsAt":"","matchers":[{"isRegex":null,"name":"a","value":"b"}]}"#, 422, 602,
                "matchers.0.isRegex in body is required"
            ),
            (#"{"comment":5}"#, 400, 400, #"parsing silence body from "" failed, because json: cannot unmarshal number"#),
            (#"{"startsAt":"never"}"#, 400, 400, #"parsing time "never""#), (#"[]"#, 400, 400, "cannot unmarshal array"),
            (#"{"comment""#, 400, 400, "unexpected EOF"), ("", 422, 602, "silence in body is required"),
        ] as [(String, Int, Int, String)])
    func framework(body: String, status: Int, code: Int, message: String) async {
        let answer = await router.post(Self.path, body)
        #expect(answer.status == status)
        #expect(answer.json?["code"]?.int64Value == Int64(code))
        #expect(answer.json?["message"]?.stringValue?.contains(message) == true, "\(answer.text)")
    }

    @Test(
        "a silence that makes no sense is answered 400, in the order of the checks",
        arguments: [
            (
                #"{"name":"a","value":"b","isRegex":false}"#, #","endsAt":"2026-01-01T12:00:00Z""#,
                "Failed to create silence: start time must be before end time"
            ),
            (
                #"{"name":"a","value":"b","isRegex":false}"#, #","startsAt":"2026-01-01T10:00:00Z","endsAt":"2026-01-01T11:00:00Z""#,
                "Failed to create silence: end time can't be in the past"
            ),
            (
                #"{"name":"a","value":"[","isRegex":true}"#, #","endsAt":"2026-01-01T12:00:00Z""#,
                "Failed to create silence: start time must be before end time"
            ),
            (#"{"name":"","value":"b","isRegex":false}"#, "", #"invalid silence: invalid label matcher 0 in set 0: invalid label name """#),
            (
                #"{"name":"a","value":"b","isRegex":false},{"name":"a","value":"b[","isRegex":true}"#, "",
                #"invalid silence: invalid label matcher 1 in set 0: invalid regular expression "b[": error parsing regexp: missing closing ]: `[`"#
            ),
            (
                #"{"name":"","value":"b","isRegex":false},{"name":"a","value":"[","isRegex":true}"#, "",
                #"invalid silence: invalid label matcher 0 in set 0: invalid label name """#
            ),
            (#"{"name":"a","value":"","isRegex":false}"#, "", "invalid silence: at least one matcher must not match the empty string"),
            (#"{"name":"a","value":"x|","isRegex":true}"#, "", "invalid silence: at least one matcher must not match the empty string"),
        ])
    func semantics(matchers: String, more: String, message: String) async {
        let answer = await router.post(Self.path, Self.body(matchers, more: more))
        #expect(answer.status == 400)
        #expect(answer.json?.stringValue == message)
    }

    @Test("a negative matcher alone is enough")
    func negative() async {
        let answer = await router.post(Self.path, Self.body(#"{"name":"a","value":"b","isRegex":false,"isEqual":false}"#))
        #expect(answer.status == 200)
    }

    @Test("a silence is created with an id of its own and shown member by member")
    func create() async {
        let body = Self.body(#"{"name":"a","value":"b<","isRegex":false},{"name":"c","value":"d.*","isRegex":true,"isEqual":false}"#)
        let answer = await router.post(Self.path, body)
        #expect(answer.status == 200)
        let id = answer.json?["silenceID"]?.stringValue ?? ""
        #expect(answer.text == #"{"silenceID":"\#(id)"}"# + "\n")
        #expect(UUIDText.isValid(id) && id.count == 36)
        let shown = await router.get("/api/v2/silence/\(id)")
        #expect(
            shown.text
                == #"{"id":"\#(id)","status":{"state":"active"},"updatedAt":"2026-01-01T12:00:00.000Z","comment":"why","createdBy":"me","#
                + #""endsAt":"2026-01-01T13:00:00.000Z","matchers":[{"isEqual":true,"isRegex":false,"name":"a","value":"b\u003c"},"#
                + #"{"isEqual":false,"isRegex":true,"name":"c","value":"d.*"}],"startsAt":"2026-01-01T12:00:00.000Z"}"# + "\n")
        #expect(await router.get(Self.path).text == "[" + shown.text.dropLast() + "]\n")
    }

    @Test("annotations are kept, times are shown in UTC, a zero start means now")
    func details() async {
        let more = #","annotations":{"k":"v"},"startsAt":"0001-01-01T00:00:00Z","endsAt":"2026-01-01T14:00:00+01:00""#
        let answer = await router.post(Self.path, Self.body(more: more))
        #expect(answer.status == 200, "\(answer.text)")
        let silence = await router.get(Self.path).json?[0]
        #expect(silence?["annotations"] == ["k": "v"])
        #expect(silence?["startsAt"] == "2026-01-01T12:00:00.000Z" && silence?["endsAt"] == "2026-01-01T13:00:00.000Z")
    }

    @Test("an update keeps the id when it can, takes a new one when it cannot, and an unknown id is answered 404")
    func update() async {
        let id = await router.silence("a", "b")
        let same = await router.post(Self.path, Self.body(more: #","id":"\#(id)","comment":"new""#))
        #expect(same.json?["silenceID"]?.stringValue == id)
        #expect(await router.get("/api/v2/silence/\(id)").json?["comment"] == "new")
        let other = await router.post(Self.path, Self.body(#"{"name":"a","value":"c","isRegex":false}"#, more: #","id":"\#(id)""#))
        let newID = other.json?["silenceID"]?.stringValue
        #expect(other.status == 200 && newID != nil && newID != id)
        #expect(await router.get("/api/v2/silence/\(id)").json?["status"]?["state"] == "expired")
        let unknown = await router.post(Self.path, Self.body(more: #","id":"00000000-0000-0000-0000-000000000000""#))
        #expect(unknown.status == 404 && unknown.text == "\"silence not found\"\n")
    }

    @Test("deleting expires at once, again without complaint; an unknown id is 404 without a body, another text 422")
    func delete() async {
        let id = await router.silence("a", "b")
        for _ in 1...2 {
            let answer = await router.send("DELETE", "/api/v2/silence/\(id)")
            #expect(answer.status == 200 && answer.text.isEmpty && answer["Content-Type"] == nil)
            #expect(await router.get("/api/v2/silence/\(id)").json?["status"]?["state"] == "expired")
            router.advance(by: .seconds(1))
        }
        for method in ["GET", "DELETE"] {
            let unknown = await router.send(method, "/api/v2/silence/00000000-0000-0000-0000-000000000000")
            #expect(unknown.status == 404 && unknown.text.isEmpty && unknown["Content-Type"] == nil)
            let bad = await router.send(method, "/api/v2/silence/abc")
            #expect(bad.status == 422)
            #expect(bad.text == #"{"code":601,"message":"silenceID in path must be of type uuid: \"abc\""}"# + "\n")
        }
    }

    @Test("the list is sorted by state and filtered by states and by exact matchers")
    func list() async {
        func add(_ value: String, _ starts: String, _ ends: String) async {
            let more = #","startsAt":"2026-01-01T\#(starts):00Z","endsAt":"2026-01-01T\#(ends):00Z""#
            #expect(await router.post(Self.path, Self.body(#"{"name":"n","value":"\#(value)","isRegex":false}"#, more: more)).status == 200)
        }
        await add("expired1", "12:00", "12:01")
        await add("expired2", "12:00", "12:02")
        await add("active-late", "12:00", "15:00")
        await add("active-soon", "12:00", "14:00")
        await add("pending-late", "18:00", "19:00")
        await add("pending-soon", "17:00", "20:00")
        router.advance(by: .minutes(5))
        func values(_ query: String = "") async -> [String] {
            await router.get(Self.path + query).json?.arrayValue?.compactMap { $0["matchers"]?[0]?["value"]?.stringValue } ?? []
        }
        #expect(await values() == ["active-soon", "active-late", "pending-soon", "pending-late", "expired2", "expired1"])
        #expect(await values("?active=false&expired=0") == ["pending-soon", "pending-late"])
        #expect(await values("?active=false&expired=false&pending=false") == [])
        #expect(await values("?filter=n%3D%22expired1%22") == ["expired1"])
        #expect(await values("?filter=n%3D~%22expired1%22") == [])
    }

    @Test("limits are answered 400 with Alertmanager's texts")
    func limits() async {
        var options = MachineOptions()
        options.maxSilences = 1
        let router = FakeRouter(options: options)
        _ = await router.silence("a", "b")
        let answer = await router.post(Self.path, Self.body())
        #expect(answer.status == 400 && answer.json?.stringValue == "exceeded maximum number of silences: 1 (limit: 1)")
    }

    @Test("classic mode refuses UTF-8 names")
    func classic() async {
        let answer = await FakeRouter(mode: .classic).post(Self.path, Self.body(#"{"name":"🙂","value":"b","isRegex":false}"#))
        #expect(answer.status == 400)
        #expect(answer.json?.stringValue?.hasPrefix("invalid silence: invalid label matcher") == true)
    }

    @Test("a full disk is answered 507, another failure of the journal 503, and nothing is stored")
    func journalFailures() async {
        router.state.withLockedValue { $0.silenceFailure = .full(path: "data") }
        let full = await router.post(Self.path, Self.body())
        #expect(full.status == 507)
        router.state.withLockedValue { $0.silenceFailure = .timedOut }
        #expect(await router.post(Self.path, Self.body()).status == 503)
        #expect(await router.get(Self.path).text == "[]\n")
    }
}
