import Testing

@testable import flatalert

@Suite("query")
struct QueryCommandTests {
    private func run(_ answer: String, status: Int = 200, _ arguments: String...) async throws -> (FakeServer.Run, [FakeServer.Seen]) {
        let server = FakeServer { _ in (status, answer) }
        return (try await server.runWords(["query"] + arguments, program: "flatalert"), server.requests)
    }

    private func data(_ type: String, _ result: String) -> String {
        #"{"status":"success","data":{"resultType":"\#(type)","result":\#(result)}}"#
    }

    @Test("an instant vector is a table of series and values")
    func vector() async throws {
        let answer = data("vector", #"[{"metric":{"__name__":"up","job":"a\"b"},"value":[1,"1"]},{"metric":{},"value":[1,"NaN"]}]"#)
        let (run, requests) = try await run(answer, "up")
        #expect(run.output == "Series          Value  \nup{job=\"a\\\"b\"}  1      \n{}              NaN    \n")
        #expect(run.code == 0)
        #expect(requests == [.init(method: "POST", target: "/api/v1/query", body: "query=up")])
    }

    @Test("scalars and strings are printed as they are, nothing is said to be nothing")
    func others() async throws {
        #expect(try await run(data("scalar", #"[1,"2.5"]"#), "2.5").0.output == "2.5\n")
        #expect(try await run(data("string", #"[1,"a"]"#), "\"a\"").0.output == "a\n")
        #expect(try await run(data("vector", "[]"), "nothing").0.output == "no series\n")
    }

    @Test("a range is asked from its start to now, in a hundred steps")
    func range() async throws {
        let answer = data("matrix", #"[{"metric":{"__name__":"m"},"values":[[1795348800,"1"],[1795348815.5,"2"]]}]"#)
        let (run, requests) = try await run(answer, "m", "--since", "1h")
        #expect(run.output == "m\n  2026-11-22 12:00:00 UTC  1\n  2026-11-22 12:00:15 UTC  2\n")
        #expect(requests.first?.target == "/api/v1/query_range")
        #expect(requests.first?.body == "query=m&start=1795345200.000&end=1795348800.000&step=36")
    }

    @Test("times are RFC 3339, Unix seconds or durations back from now")
    func times() async throws {
        for (given, sent) in [("2026-11-22T11:00:00Z", "1795345200.000"), ("1795345200.5", "1795345200.500"), ("1h", "1795345200.000")] {
            let (_, requests) = try await run(data("scalar", #"[1,"1"]"#), "1", "--time", given)
            #expect(requests.first?.body == "query=1&time=\(sent)")
        }
    }

    @Test("a graph shows a letter for each series at its place, and what it stands for")
    func graph() async throws {
        let answer = data(
            "matrix",
            #"[{"metric":{"job":"a"},"values":[[1795348800,"0"],[1795348860,"10"]]},{"metric":{"job":"b"},"values":[[1795348800,"5"],[1795348860,"+Inf"]]}]"#
        )
        let lines = try await run(answer, "m", "--since", "1h", "--graph").0.output.split(separator: "\n")
        #expect(lines.count == 16 + 2 + 3)
        #expect(lines.first?.hasSuffix("a") == true && lines.first?.contains("10 ┤") == true)
        #expect(lines[15].contains("0 ┤a"))
        #expect(lines.contains { $0.hasPrefix("b ") && $0.contains("{job=\"b\"}") })
    }

    @Test("warnings go to standard error, errors are told in the server's words")
    func errors() async throws {
        let warned = try await run(
            #"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]},"warnings":["PromQL warning: x"],"infos":["PromQL info: y"]}"#,
            "1")
        #expect(warned.0.error == "PromQL warning: x\nPromQL info: y\n")
        let refused = try await run(#"{"status":"error","errorType":"bad_data","error":"1:3: parse error: z"}"#, status: 400, "1+")
        #expect(refused.0.code == 1)
        #expect(refused.0.error.contains("1:3: parse error: z"))
    }

    @Test(
        "what does not fit together is refused before anything is asked",
        arguments: [
            ["1", "--graph"], ["1", "--time", "1h", "--since", "1h"], ["1", "--since", "1h", "--start", "2h"], ["1", "--end", "1h"],
            ["1", "--time", "x"],
        ])
    func refused(words: [String]) async throws {
        let server = FakeServer()
        #expect(try await server.runWords(["query"] + words, program: "flatalert").code == 1)
        #expect(server.requests.isEmpty)
    }
}

@Suite("promql-test")
struct PromQLTestCommandTests {
    @Test("every failing case is printed with its place, and the last line counts")
    func counts() async throws {
        let script = "load 1m\n  m 1\n\neval instant at 0 m\n  m 1\n\neval instant at 0 m\n  m 2\n\neval instant at 0 m\n  m {{count:1}}\n"
        let run = try await FakeServer().run("promql-test", "a.test", program: "flatalert", files: ["a.test": script])
        #expect(run.output == "a.test:7: m\n    expected m 2.0; got m 1.0\n1 passed, 1 failed, 1 skipped\n")
        #expect(run.code == 1)
        let missing = try await FakeServer().run("promql-test", "b.test", program: "flatalert")
        #expect(missing.error.contains("path 'b.test' does not exist") && missing.code == 1)
    }
}
