import AlertStorage
import Glibc
import JSON
import Labels
import Testing
import Time
import WebServer

@testable import AlertRouter

@Suite("GET /api/flatalert/v1/history")
struct HistoryEndpointTests {
    private static let path = "/api/flatalert/v1/history"

    /// A history in a directory of its own, closed and removed when the test is over.
    private func withHistory(_ body: (History, API) async throws -> Void) async throws {
        let path = "/tmp/flatalert-history-api-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let history = try History.open(at: path, maxBytes: 4 << 20)
        try await body(history, API(access: FakeRouter(history: history)))
        history.close()
        for file in ["history.db", "history.db-wal", "history.lock"] { unlink("\(path)/\(file)") }
        rmdir(path)
    }

    private func get(_ api: API, _ query: String = "", path: String = HistoryEndpointTests.path) async throws -> (Int, JSONValue) {
        let response = await api.respond(to: WebRequest(method: "GET", path: path, query: query))
        guard case .bytes(let bytes) = response.body else { return (response.status, .null) }
        return (response.status, try JSONValue.parse(bytes))
    }

    private func texts(_ answer: JSONValue, _ key: String) -> [String] {
        (answer["events"]?.arrayValue ?? []).map { $0[key]?.stringValue ?? "" }
    }

    @Test("events come newest first with what there is to say, and pages follow each other")
    func pages() async throws {
        try await withHistory { history, api in
            for index in 1...5 {
                var event = HistoryEvent(
                    .delivered, at: Timestamp(seconds: Int64(index)), labels: LabelSet([("alertname", "A\(index % 2)")]))
                event.text = "told \(index)"
                event.receiver = index == 2 ? "night" : "ops"
                history.record(event)
            }
            history.record(HistoryEvent(.started, at: Timestamp(seconds: 6)))
            await history.flush()
            let (status, first) = try await get(api, "limit=2")
            #expect(status == 200)
            #expect(texts(first, "kind") == ["started", "delivered"])
            #expect(first["events"]?[1]?["labels"]?["alertname"]?.stringValue == "A1")
            #expect(first["events"]?[1]?["time"]?.stringValue == "1970-01-01T00:00:05.000Z")
            let next = try #require(first["next"]?.int64Value)
            let (_, second) = try await get(api, "limit=1000&before=\(next)")
            #expect(texts(second, "text") == ["told 4", "told 3", "told 2", "told 1"])
            #expect(second["next"] == nil)
            let (_, filtered) = try await get(api, "filter=alertname%3DA0&receiver=ops")
            #expect(texts(filtered, "text") == ["told 4"])
            let (_, kinds) = try await get(api, "kind=started&kind=stopped")
            #expect(texts(kinds, "kind") == ["started"])
            let (_, times) = try await get(api, "since=1970-01-01T00:00:02Z&until=1970-01-01T00:00:03Z")
            #expect(texts(times, "text") == ["told 3", "told 2"])
        }
    }

    @Test(
        "a wrong parameter is named with what to write instead",
        arguments: [
            ("kind=delivery", "there is no kind \"delivery\""), ("limit=0", "limit: \"0\""), ("limit=1001", "limit: \"1001\""),
            ("before=x", "before: \"x\""), ("since=today", "since: \"today\" is not a time"), ("filter=%7B", "filter: "),
        ])
    func wrongParameters(_ query: String, _ message: String) async throws {
        try await withHistory { _, api in
            let (status, answer) = try await get(api, query)
            #expect(status == 400)
            #expect(answer["error"]?.stringValue?.contains(message) == true, "\(answer)")
        }
    }

    @Test("without a history the answer says why")
    func off() async throws {
        let (status, answer) = try await get(API(access: FakeRouter()))
        #expect(status == 503)
        #expect(answer["advice"]?.stringValue?.contains("--history.max-bytes") == true)
    }

    @Test("it lies below the route prefix, and answers GET only")
    func place() async throws {
        let api = API(access: FakeRouter(prefix: "/am"))
        #expect(try await get(api, path: "/am" + Self.path).0 == 503)
        let refused = await api.respond(to: WebRequest(method: "POST", path: "/am" + Self.path))
        #expect(refused.status == 405)
    }
}
