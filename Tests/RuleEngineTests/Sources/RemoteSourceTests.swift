import ClientConfiguration
import Dispatch
import Exposition
import Labels
import Logging
import PromQL
import Rules
import Testing
import Transport

@testable import RuleEngine

/// What a blocking call gives, on a thread of its own.
private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        DispatchQueue(label: "blocking").async { continuation.resume(returning: body()) }
    }
}

private func remote(
    _ url: String, timeout: Int64 = 10_000, budget: Int64 = 0, client: HTTPConfiguration = HTTPConfiguration(),
    log: Logger = CollectedLog().logger
) throws -> RemoteSource {
    var options = RemoteSource.Options()
    options.timeout = timeout
    options.retryBudget = budget
    options.client = client
    return try RemoteSource(name: "far", url: url, options: options, transport: Transport(name: "test"), log: log)
}

private func ask(_ source: any QuerySource, _ query: String = "up", at time: Int64 = 1_000) async -> Result<QueryResult, QuerySourceError> {
    await onThread { () -> Result<QueryResult, QuerySourceError> in
        guard let query = try? RuleQuery(query) else { return .failure(QuerySourceError("does not parse")) }
        do throws(QuerySourceError) { return .success(try source.instant(query, at: time)) } catch { return .failure(error) }
    }
}

private func failure(_ result: Result<QueryResult, QuerySourceError>) -> QuerySourceError? {
    if case .failure(let error) = result { error } else { nil }
}

private let empty = #"{"status":"success","data":{"resultType":"vector","result":[]}}"#

/// A vector's elements as texts, values with all their digits.
private func lines(_ result: QueryResult) -> [String] {
    guard case .vector(let elements) = result.value else { return ["\(result.value)"] }
    return elements.map { "\($0.labels) \($0.value.isNaN ? .nan : $0.value) @\($0.time)" }
}

@Suite("a remote source's answers") struct RemoteAnswerTests {
    @Test("a query is posted as a form with the time in milliseconds, the configured headers and credentials")
    func request() async throws {
        let server = try await LoopbackAPI(LoopbackAPI.json(empty))
        var client = HTTPConfiguration()
        client.options.basicAuth = BasicAuth(username: .inline("rules"), password: .inline("secret"))
        client.headers = [HTTPConfiguration.Header(name: "X-Scope-OrgID", values: ["team-a"])]
        let source = try remote("\(server.url)/prefix/?dedup=true", timeout: 2_500, client: client)
        let result = try await ask(source, #"sum by (job) (rate(x{a="b c"}[5m]))"#, at: 1_767_225_600_125).get()
        #expect(lines(result).isEmpty)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.path == "/prefix/api/v1/query")
        #expect(request.query == "dedup=true")
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(request.headers["Authorization"] == "Basic cnVsZXM6c2VjcmV0")
        #expect(request.headers["X-Scope-OrgID"] == "team-a")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "query=sum%20by%20%28job%29%20%28rate%28x%7Ba%3D%22b%20c%22%7D%5B5m%5D%29%29&time=1767225600.125&timeout=2s500ms")
        await server.stop()
    }

    @Test("every form of a number is read, escapes and labels without value too, keys in any order")
    func vector() async throws {
        let server = try await LoopbackAPI(
            LoopbackAPI.json(
                #"{"infos":["i"],"data":{"stats":{"x":[1]},"result":["#
                    + #"{"value":[1767225600.125,"1e+21"],"metric":{"__name__":"x","a":"b\u0041\"","empty":""}},"#
                    + #"{"metric":{},"value":[1767225600,"-Inf"]},{"metric":{"a":"1"},"value":[1e9,"NaN"]},{"metric":{"a":"2"},"value":[0,"0.30000000000000004"]}"#
                    + #"],"resultType":"vector"},"warnings":["w1","w2"],"status":"success","new":null}"#))
        let result = try await ask(try remote(server.url)).get()
        #expect(
            lines(result) == [
                #"{__name__="x", a="bA\""} 1e+21 @1767225600125"#, "{} -inf @1767225600000", #"{a="1"} nan @1000000000000"#,
                #"{a="2"} 0.30000000000000004 @0"#,
            ])
        guard case .vector(let elements) = result.value else { return }
        #expect(elements[2].value.bitPattern == SpecialNaN.ordinary)
        #expect(result.warnings == ["w1", "w2"])
        #expect(result.infos == ["i"])
        #expect(result.isPartial)
        await server.stop()
    }

    @Test("warnings of the language do not make a result partial; VictoriaMetrics's word for it does")
    func partial() async throws {
        let server = try await LoopbackAPI(
            LoopbackAPI.json(#"{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["PromQL warning: odd (1:1)"]}"#),
            LoopbackAPI.json(#"{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]}}"#))
        let source = try remote(server.url)
        #expect(try await !ask(source).get().isPartial)
        #expect(try await ask(source).get().isPartial)
        await server.stop()
    }

    @Test("native histograms are left out, with a warning that does not make the result partial")
    func histograms() async throws {
        let server = try await LoopbackAPI(
            LoopbackAPI.json(
                #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"1"},"histogram":[1,{"count":"1","sum":"2","buckets":[[1,"0","1","1"]]}]},{"metric":{"a":"2"},"value":[1,"2"]}]}}"#
            ))
        let result = try await ask(try remote(server.url)).get()
        #expect(lines(result) == [#"{a="2"} 2.0 @1000"#])
        #expect(result.warnings == ["PromQL warning: 1 native histogram samples were left out: only floats are supported here"])
        #expect(!result.isPartial)
        await server.stop()
    }

    @Test("a scalar is a result; a matrix or a string is an error of the rule")
    func types() async throws {
        let server = try await LoopbackAPI(
            LoopbackAPI.json(#"{"status":"success","data":{"resultType":"scalar","result":[1,"+Inf"]}}"#),
            LoopbackAPI.json(#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#),
            LoopbackAPI.json(#"{"status":"success","data":{"resultType":"string","result":[1,"x"]}}"#))
        let source = try remote(server.url)
        guard case .scalar(1000, .infinity) = try await ask(source).get().value else {
            Issue.record("no scalar")
            return
        }
        for type in ["matrix", "string"] {
            let error = failure(await ask(source))
            #expect(
                error?.description
                    == "query source \"far\" (\(server.url)/api/v1/query): rule result is not a vector or scalar but a \(type)")
            #expect(error?.isOutage == false)
        }
        await server.stop()
    }

    @Test("a range gives a matrix sorted by labels, and nothing else")
    func range() async throws {
        let server = try await LoopbackAPI(
            LoopbackAPI.json(
                #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"2"},"values":[[1,"1"],[1.5,"2"]]},{"metric":{"a":"1"},"values":[[1,"3"]]}]}}"#
            ),
            LoopbackAPI.json(empty))
        let source = try remote(server.url)
        let query = try RuleQuery("x")
        let result = try await onThread { () -> Result<QueryResult, QuerySourceError> in
            do throws(QuerySourceError) { return .success(try source.range(query, from: 1_000, through: 2_500, step: 500)) } catch {
                return .failure(error)
            }
        }.get()
        guard case .matrix(let series) = result.value else {
            Issue.record("no matrix")
            return
        }
        #expect(
            series.map { "\($0.labels) \(Array($0.samples.times)) \(Array($0.samples.values))" } == [
                #"{a="1"} [1000] [3.0]"#, #"{a="2"} [1000, 1500] [1.0, 2.0]"#,
            ])
        #expect(server.requests[0].path == "/api/v1/query_range")
        #expect(server.bodies == ["query=x&start=1&end=2.500&step=0.500&timeout=10s"])
        let error = await onThread { () -> QuerySourceError? in
            do throws(QuerySourceError) { _ = try source.range(query, from: 0, through: 1, step: 1) } catch { return error }
            return nil
        }
        #expect(error?.description.contains("the result of a range query is a vector where a matrix must stand") == true)
        await server.stop()
    }
}

@Suite("a remote source's failures") struct RemoteFailureTests {
    @Test(
        "what is not a success is an error that says what was found; outages are told apart from refusals",
        arguments: [
            (400, #"{"status":"error","errorType":"bad_data","error":"parse error"}"#, "400: bad_data: parse error", false),
            (422, #"{"status":"error","errorType":"execution","error":"many-to-many"}"#, "422: execution: many-to-many", false),
            (503, #"{"status":"error","errorType":"timeout","error":"query timed out"}"#, "503: timeout: query timed out", false),
            (500, #"{"status":"error","errorType":"internal","error":"no store"}"#, "500: internal: no store", true),
            (500, "<html>\n oops</html>", "answered with status 500: <html> oops</html>", true),
            (401, "go away\n", "answered with status 401: go away", false), (404, "", "answered with status 404", false),
            (429, "slow down", "answered with status 429: slow down", true),
            (502, "bad gateway", "answered with status 502: bad gateway", true),
            (
                200, "<html>Log in</html>",
                "the answer is not the query API's: invalid character '<' looking for beginning of value (byte 0)", true
            ),
            (200, #"{"status":"success","data":{"resultType":"vector","result":[{"met"#, "the answer is not the query API's: ", true),
            (200, empty + "x", "the answer is not the query API's: invalid character 'x' after top-level value (byte 63)", true),
            (200, "", "the answer is not the query API's: ", true), (204, "", "the answer is not the query API's: ", true),
            (200, #"{"status":"error","errorType":"execution","error":"odd"}"#, "execution: odd", false),
            (200, #"{"data":{"resultType":"vector","result":[]}}"#, "no status where \"success\" must stand", true),
            (200, #"{"status":"success"}"#, "a success without \"data\"", true),
            (200, #"{"status":"success","data":null}"#, "the answer is not the query API's: ", true),
            (200, #"{"status":"success","data":{"resultType":"vector"}}"#, "data without \"result\" (byte 27)", true),
            (200, #"{"status":"success","data":{"resultType":"vector","result":null}}"#, "the answer is not the query API's: ", true),
            (200, #"{"status":"success","data":{"resultType":"table","result":[]}}"#, "the result's type \"table\" is not known", true),
            (
                200, #"{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"2"]}]}}"#, "an element without \"metric\"",
                true
            ),
            (200, #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}"#, "an element without \"value\"", true),
            (
                200, #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}}"#, "\"x\" is no number",
                true
            ),
            (
                200, #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1e999"]}]}}"#, "out of range",
                true
            ),
            (
                200, #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,2]}]}}"#, "the answer is not",
                true
            ),
            (
                200, #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}"#, "a time without a value",
                true
            ),
            (200, #"{"status":"success","data":{"resultType":"vector","result":[]},"warnings":"w"}"#, "the answer is not", true),
        ])
    func errors(status: Int, body: String, message: String, isOutage: Bool) async throws {
        let server = try await LoopbackAPI(LoopbackAPI.json(body, status: status))
        let error = try #require(failure(await ask(try remote(server.url))))
        #expect(error.description.hasPrefix("query source \"far\" (\(server.url)/api/v1/query): "))
        #expect(error.description.contains(message))
        #expect(error.isOutage == isOutage)
        await server.stop()
    }

    @Test(
        "outages are tried again, refusals are not",
        arguments: [
            (502, "bad gateway", true), (503, "Service Unavailable", true), (504, "", true),
            (503, #"{"status":"error","errorType":"unavailable","error":"starting"}"#, true),
            (503, #"{"status":"error","errorType":"timeout","error":"query timed out"}"#, false), (500, "oops", false),
            (400, "no", false), (422, "no", false), (429, "no", false), (200, "no JSON", false),
        ])
    func retries(status: Int, body: String, isRepeated: Bool) async throws {
        let server = try await LoopbackAPI(LoopbackAPI.text(status, body), LoopbackAPI.json(empty))
        let source = try remote(server.url, budget: 30_000)
        let result = await ask(source)
        #expect((failure(result) == nil) == isRepeated)
        #expect(server.requests.count == (isRepeated ? 2 : 1))
        #expect(source.status.retries == (isRepeated ? 1 : 0))
        await server.stop()
    }

    @Test("a body that breaks off is an outage, and asked for again")
    func cut() async throws {
        let server = try await LoopbackAPI(LoopbackAPI.cut(#"{"status":"success","data":"#), LoopbackAPI.json(empty))
        #expect(try await lines(ask(try remote(server.url, budget: 30_000)).get()).isEmpty)
        #expect(server.requests.count == 2)
        await server.stop()
        let other = try await LoopbackAPI(LoopbackAPI.cut(empty))
        let error = failure(await ask(try remote(other.url)))
        #expect(error?.isOutage == true)
        await other.stop()
    }

    @Test("a server that hangs is left after the timeout, which is an outage")
    func hang() async throws {
        let gate = Gate()
        let server = try await LoopbackAPI(LoopbackAPI.after(gate, LoopbackAPI.json(empty)))
        let source = try remote(server.url, timeout: 50)
        let error = try #require(failure(await ask(source)))
        #expect(error.description.contains("no answer within 50ms"))
        #expect(error.isOutage)
        #expect(source.status.unanswered == 1)
        gate.open()
        await server.stop()
    }

    @Test("a server that restarts in the middle of a query is found again")
    func restart() async throws {
        let first = try await LoopbackAPI(LoopbackAPI.cut("{"))
        let port = first.port
        let source = try remote(first.url, budget: 60_000)
        async let result = ask(source)
        await first.requests(1)
        await first.stop()
        let second = try await LoopbackAPI(LoopbackAPI.json(empty), port: port)
        #expect(try await lines(result.get()).isEmpty)
        #expect(source.status.problem == nil)
        await second.stop()
    }

    @Test("nobody listens: an outage, named with the source, told once to the log, and its end, too")
    func refused() async throws {
        let first = try await LoopbackAPI(LoopbackAPI.json(empty))
        let port = first.port
        await first.stop()
        let log = CollectedLog()
        let source = try remote(first.url, log: log.logger)
        for _ in 0..<2 { #expect(failure(await ask(source))?.isOutage == true) }
        #expect(source.status.problem != nil)
        #expect(source.status.problemSince != nil)
        #expect(log.all.count == 1)
        #expect(log.all.first?.hasPrefix("warning Query source gives no answer") == true)
        let second = try await LoopbackAPI(LoopbackAPI.json(empty), port: port)
        _ = try await ask(source).get()
        #expect(log.all.last == "info Query source answers again")
        #expect(source.status.lastAnswer != nil)
        await second.stop()
    }

    @Test("user, password and query string are in no message")
    func redaction() async throws {
        let server = try await LoopbackAPI(LoopbackAPI.text(500, "you are boss:hunter22"))
        let source = try remote("http://boss:hunter22@\(server.address)/p?token=t0ps3cret")
        let error = try #require(failure(await ask(source)))
        for secret in ["hunter22", "t0ps3cret"] { #expect(!error.description.contains(secret)) }
        #expect(error.description.contains("(http://<redacted>@\(server.address)/p/api/v1/query)"))
        #expect(server.requests[0].query == "token=t0ps3cret")
        #expect(source.status.url == "http://<redacted>@\(server.address)/p")
        await server.stop()
    }

    @Test(
        "what is no URL of a server is refused when it is configured",
        arguments: ["", "prometheus:9090", "ftp://x", "http://", "http://x/#y", "http:///x"])
    func urls(url: String) {
        #expect(throws: QuerySourceError.self) { try remote(url) }
    }

    @Test("after an outage has used up a pass, the pass's other rules fail at once; the next pass asks again")
    func passes() async throws {
        let server = try await LoopbackAPI(LoopbackAPI.text(503, "starting"), LoopbackAPI.json(empty))
        let source = try remote(server.url, budget: 60_000)
        let over = source.bounded(until: 0)
        #expect(over.name == "far")
        #expect(failure(await ask(over))?.isOutage == true)
        #expect(failure(await ask(over, "other"))?.isOutage == true)
        #expect(server.requests.count == 1)
        let next = source.bounded(until: 0)
        _ = try await ask(next).get()
        // Without an outage the end of the time stops nobody: slow answers are answers.
        _ = try await ask(next).get()
        #expect(server.requests.count == 3)
        await server.stop()
    }

    @Test("closing ends a query that hangs, and refuses the next")
    func close() async throws {
        let gate = Gate()
        let server = try await LoopbackAPI(LoopbackAPI.after(gate, LoopbackAPI.json(empty)))
        let source = try remote(server.url, timeout: 600_000, budget: 600_000)
        async let result = ask(source)
        await server.requests(1)
        source.close()
        #expect(failure(await result)?.isOutage == true)
        #expect(failure(await ask(source))?.description.contains("the source was closed") == true)
        gate.open()
        await server.stop()
    }

    @Test("how sources fare is in the metrics")
    func metrics() async throws {
        let server = try await LoopbackAPI(
            LoopbackAPI.text(503, "starting"), LoopbackAPI.json(empty), LoopbackAPI.text(400, "no"), LoopbackAPI.text(500, "no"))
        let source = try remote(server.url, budget: 60_000)
        let registry = MetricRegistry()
        RemoteSource.register([source], in: registry)
        for _ in 0..<3 { _ = await ask(source) }
        let lines = String(decoding: registry.render(), as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                #"flatalert_query_source_queries_total{source="far",outcome="answered"} 1"#,
                #"flatalert_query_source_queries_total{source="far",outcome="refused"} 1"#,
                #"flatalert_query_source_queries_total{source="far",outcome="unanswered"} 1"#,
                #"flatalert_query_source_retries_total{source="far"} 1"#, #"flatalert_query_source_up{source="far"} 0"#,
            ])
        await server.stop()
    }

    @Test("closing ends the wait before the next try")
    func closeInPause() async throws {
        let calls = BlockingCalls()
        async let paused = onThread { calls.pause(nanoseconds: 600_000_000_000) }
        calls.close()
        #expect(await paused == false)
    }
}
