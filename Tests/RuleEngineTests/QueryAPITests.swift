import JSON
import Labels
import PromQL
import SampleStore
import Testing
import WebServer

@testable import RuleEngine

/// An API over a few series; now is 2026-01-01T00:10:00Z.
private func api(remoteWrite: Bool = false) -> QueryAPI {
    let store = SampleStore()
    var batch = SampleBatch()
    let start: Int64 = 1_767_225_600_000
    for step in 0..<40 {
        for instance in ["a", "b"] {
            let labels = LabelSet([("__name__", "requests_total"), ("instance", instance)])
            batch.append(labels, time: start + Int64(step) * 15_000, value: Double(step * (instance == "a" ? 1 : 2)))
        }
    }
    store.append(batch)
    store.setMetadata(MetricMetadata(type: "counter", help: "Requests.", unit: ""), of: "requests_total")
    var options = QueryAPI.Options()
    options.version = "0.1.0"
    options.receivesRemoteWrite = remoteWrite
    options.configuration = { "global: {}\n" }
    return QueryAPI(store: store, options: options, now: { start + 600_000 })
}

private func answer(_ api: QueryAPI, _ request: WebRequest) async throws -> (status: Int, body: JSONValue) {
    let response = try #require(await api.respond(to: request))
    guard case .bytes(let bytes) = response.body else {
        throw JSONError(kind: .syntax, message: "a stream", offset: 0, in: .init(start: nil, count: 0))
    }
    return (response.status, bytes.isEmpty ? .null : try JSONValue.parse(bytes))
}

private func get(_ path: String, _ query: String = "", _ api: QueryAPI = api()) async throws -> (status: Int, body: JSONValue) {
    try await answer(api, WebRequest(method: "GET", path: path, query: query))
}

@Suite struct QueryAPITests {
    @Test("an instant query gives a vector in Prometheus's form, by GET and by POST of a form")
    func instant() async throws {
        let expected =
            #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"requests_total","instance":"a"},"value":[1767226200,"39"]}]}}"#
        let query = "query=requests_total%7Binstance%3D%22a%22%7D&time=1767226200"
        #expect(try await get("/api/v1/query", query).body.text == expected)
        let post = WebRequest(
            method: "POST", path: "/api/v1/query", headers: ["Content-Type": "application/x-www-form-urlencoded"], body: Array(query.utf8))
        #expect(try await answer(api(), post).body.text == expected)
    }

    @Test(
        "numbers and times are written as Prometheus writes them",
        arguments: [
            ("1%2F3", #"[1767226200,"0.3333333333333333"]"#), ("1e21", #"[1767226200,"1000000000000000000000"]"#),
            ("-1%2F0", #"[1767226200,"-Inf"]"#),
            ("0%2F0", #"[1767226200,"NaN"]"#), ("%22a%20b%22", #"[1767226200,"a b"]"#),
        ])
    func numbers(expression: String, expected: String) async throws {
        #expect(try await get("/api/v1/query", "query=\(expression)").body["data"]?["result"]?.text == expected)
    }

    @Test("values in vectors take an exponent outside of 1e-6 to 1e21, and times their milliseconds")
    func samples() async throws {
        let values = try await get("/api/v1/query", "query=vector(1e21)&time=1767226200.5").body
        #expect(values["data"]?["result"]?[0]?["value"]?.text == #"[1767226200.500,"1e+21"]"#)
        #expect(try await get("/api/v1/query", "query=vector(1e-7)").body["data"]?["result"]?[0]?["value"]?[1]?.stringValue == "1e-07")
    }

    @Test("a range query gives a matrix over its steps")
    func range() async throws {
        let answer = try await get("/api/v1/query_range", "query=sum(requests_total)&start=1767225600&end=1767225660&step=30")
        #expect(answer.body["data"]?["resultType"]?.stringValue == "matrix")
        #expect(answer.body["data"]?["result"]?.text == #"[{"metric":{},"values":[[1767225600,"0"],[1767225630,"6"],[1767225660,"12"]]}]"#)
    }

    @Test(
        "what cannot be asked is refused with the parameter's name",
        arguments: [
            (
                "query", "query=", 400, "bad_data",
                "invalid parameter \"query\": 1:1: parse error: no expression found in input"
            ),
            (
                "query", "query=1&time=x", 400, "bad_data",
                "invalid parameter \"time\": Invalid time value for 'time': cannot parse \"x\" to a valid timestamp"
            ),
            ("query", "query=1&timeout=x", 400, "bad_data", "invalid parameter \"timeout\": cannot parse \"x\" to a valid duration"),
            (
                "query_range", "query=1&start=10&end=5&step=1", 400, "bad_data",
                "invalid parameter \"end\": end timestamp must not be before start time"
            ),
            (
                "query_range", "query=1&start=1&end=5&step=0", 400, "bad_data",
                "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer"
            ),
            (
                "query_range", "query=1&start=0&end=11001&step=1", 400, "bad_data",
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"
            ),
            ("query_range", "query=1&start=0&end=1", 400, "bad_data", "invalid parameter \"step\": cannot parse \"\" to a valid duration"),
            (
                "query_range", "query=up%5B1m%5D&start=0&end=1&step=1", 400, "bad_data",
                "invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector"
            ),
            ("series", "", 400, "bad_data", "no match[] parameter provided"),
            ("query", "query=1&limit=-1", 400, "bad_data", "invalid parameter \"limit\": limit must be non-negative"),
            ("query", "query=topk(NaN%2Crequests_total)", 422, "execution", "Parameter value is NaN"),
        ])
    func refusals(path: String, query: String, status: Int, kind: String, message: String) async throws {
        let answer = try await get("/api/v1/\(path)", query)
        #expect(answer.status == status)
        #expect(answer.body["status"]?.stringValue == "error")
        #expect(answer.body["errorType"]?.stringValue == kind)
        #expect(answer.body["error"]?.stringValue == message)
    }

    @Test("series, labels, values and metadata are those of the store")
    func listings() async throws {
        #expect(
            try await get("/api/v1/series", "match[]=requests_total%7Binstance%3D%22b%22%7D").body["data"]?.text
                == #"[{"__name__":"requests_total","instance":"b"}]"#)
        #expect(try await get("/api/v1/labels").body["data"]?.text == #"["__name__","instance"]"#)
        #expect(try await get("/api/v1/label/instance/values").body["data"]?.text == #"["a","b"]"#)
        #expect(try await get("/api/v1/label/U__instance/values").body["data"]?.text == #"["a","b"]"#)
        #expect(try await get("/api/v1/labels", "start=0&end=1").body["data"]?.text == "[]")
        #expect(
            try await get("/api/v1/metadata").body["data"]?.text == #"{"requests_total":[{"type":"counter","help":"Requests.","unit":""}]}"#
        )
        let cut = try await get("/api/v1/label/instance/values", "limit=1").body
        #expect(cut["data"]?.text == #"["a"]"#)
        #expect(cut["warnings"]?.text == #"["results truncated due to limit"]"#)
    }

    @Test("the expression is formatted and taken apart")
    func syntax() async throws {
        #expect(try await get("/api/v1/format_query", "query=sum(x)by(a)").body["data"]?.stringValue == "sum by (a) (x)")
        let tree = try await get("/api/v1/parse_query", "query=-rate(x%5B5m%5D%20offset%201m)").body["data"]
        #expect(tree?["type"]?.stringValue == "unaryExpr")
        #expect(tree?["expr"]?["func"]?["name"]?.stringValue == "rate")
        #expect(tree?["expr"]?["args"]?[0]?["range"]?.int64Value == 300_000)
        #expect(tree?["expr"]?["args"]?[0]?["offset"]?.int64Value == 60_000)
    }

    @Test("the build names the Prometheus that clients may take it for, and status/config the configuration")
    func status() async throws {
        #expect(try await get("/api/v1/status/buildinfo").body["data"]?["version"]?.stringValue?.hasPrefix("3.") == true)
        #expect(try await get("/api/v1/status/config").body["data"]?["yaml"]?.stringValue == "global: {}\n")
    }

    @Test("paths of others are left to them, and other methods are refused")
    func others() async throws {
        #expect(await api().respond(to: WebRequest(method: "GET", path: "/api/v2/alerts")) == nil)
        #expect(await api().respond(to: WebRequest(method: "POST", path: "/api/v1/write")) == nil)
        #expect(await api().respond(to: WebRequest(method: "DELETE", path: "/api/v1/query"))?.status == 405)
    }

    @Test("a query that takes too long ends with a timeout, one that waits in the queue too")
    func timeout() async {
        let gate = QueryGate(limit: 1)
        async let first: Result<Int, QueryError> = result { () throws(QueryError) -> Int in
            try await gate.run(timeout: 50) { control throws(QueryError) in
                while true { try QueryEngine.spin(control) }
            }
        }
        async let second: Result<Int, QueryError> = result { () throws(QueryError) -> Int in
            try await gate.run(timeout: 60) { _ throws(QueryError) in 1 }
        }
        let outcomes = await [first, second]
        #expect(outcomes.contains { if case .failure(.timeout) = $0 { true } else { false } })
        #expect(gate.load.waiting == 0)
    }

    private func result(_ body: () async throws(QueryError) -> Int) async -> Result<Int, QueryError> {
        do throws(QueryError) { return .success(try await body()) } catch { return .failure(error) }
    }
}

extension QueryEngine {
    /// A query that takes very long.
    static func spin(_ control: QueryControl) throws(QueryError) -> Int {
        guard let expression = try? Expression.parse("count_over_time(vector(1)[50d:1s])") else { throw .execution("does not parse") }
        _ = try QueryEngine().instant(expression, text: "", at: 0, source: SampleStore(), control: control)
        return 0
    }
}
