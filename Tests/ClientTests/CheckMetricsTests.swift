import Testing

@testable import flatalert

@Suite("check-metrics")
struct CheckMetricsTests {
    private let clean = "# HELP x Text.\n# TYPE x gauge\nx 1\n"
    private let odd = "# TYPE x gauge\nx 1\n"

    @Test("a clean page is one line, from standard input, a file or a URL")
    func clean() async throws {
        let expected = "1 metric, 1 sample, text format: clean\n"
        for arguments in [[], ["-"]] {
            let run = try await FakeServer().runWords(["check-metrics"] + arguments, program: "flatalert", input: clean)
            #expect(run.output == "standard input: " + expected && run.error.isEmpty && run.code == 0)
        }
        let file = try await FakeServer().run("check-metrics", "a.prom", program: "flatalert", files: ["a.prom": clean])
        #expect(file.output == "a.prom: " + expected && file.code == 0)
        let page = clean
        let server = FakeServer { _ in (200, page) }
        let url = try await server.run("check-metrics", "http://10.0.0.1:9145/metrics", program: "flatalert")
        #expect(url.output == "http://10.0.0.1:9145/metrics: " + expected && url.code == 0)
        #expect(server.requests.map(\.target) == ["/metrics"])
    }

    @Test("findings are told with file and line, and make exit code 3")
    func findings() async throws {
        let run = try await FakeServer().run(
            "check-metrics", "a.prom", "b.prom", program: "flatalert", files: ["a.prom": odd, "b.prom": clean])
        #expect(run.error == "a.prom:2: warning: x: no help text: add \"# HELP x …\" [no-help]\n")
        #expect(
            run.output == "a.prom: 1 metric, 1 sample, text format: 1 warning\nb.prom: 1 metric, 1 sample, text format: clean\n")
        #expect(run.code == 3)
    }

    @Test("a page that Prometheus refuses is exit code 1")
    func refused() async throws {
        let run = try await FakeServer().run("check-metrics", program: "flatalert", input: clean + "x\n" + "x 2")
        #expect(run.code == 1)
        #expect(run.output == "standard input: 1 metric, 2 samples, text format: 3 errors\n")
    }

    @Test("the format is seen at the end of the page, or told")
    func format() async throws {
        let run = try await FakeServer().run("check-metrics", program: "flatalert", input: clean + "# EOF\n")
        #expect(run.output == "standard input: 1 metric, 1 sample, OpenMetrics: clean\n")
        let forced = try await FakeServer().run("check-metrics", "--format=openmetrics", program: "flatalert", input: clean)
        #expect(forced.code == 1 && forced.error.contains("[missing-eof]"))
        let text = try await FakeServer().run("check-metrics", "--format=text", program: "flatalert", input: clean + "# EOF\n")
        #expect(text.code == 3 && text.error.contains("[odd-comment]"))
    }

    @Test("checks can be left out and limits set")
    func flags() async throws {
        let run = try await FakeServer().run("check-metrics", "--ignore=no-help,no-type", program: "flatalert", input: "x 1\n")
        #expect(run.code == 0)
        let unknown = try await FakeServer().run("check-metrics", "--ignore=nothing", program: "flatalert", input: "x 1\n")
        #expect(unknown.code == 1 && unknown.error.contains("there is no check \"nothing\"; there are abbreviated-unit, "))
        let many = clean.dropLast(4) + "x{a=\"1\"} 1\nx{a=\"2\"} 1\n"
        let limited = try await FakeServer().run("check-metrics", "--max-series=1", program: "flatalert", input: String(many))
        #expect(limited.code == 3 && limited.error.contains("[too-many-series]"))
    }

    @Test("what cannot be read is told before anything is checked")
    func unreadable() async throws {
        let nothing = try await FakeServer().run("check-metrics", program: "flatalert")
        #expect(nothing.code == 1 && nothing.error.contains("nothing comes from standard input"))
        let missing = try await FakeServer().run("check-metrics", "a", "b", program: "flatalert", files: ["a": odd])
        #expect(missing.code == 1 && missing.output.isEmpty && missing.error.contains("path 'b' does not exist"))
        let status = try await FakeServer({ _ in (404, "") }).run("check-metrics", "http://h/m", program: "flatalert")
        #expect(status.code == 1 && status.error.contains("http://h/m answers with status 404"))
        let dead = try await FakeServer({ _ in (0, "") }).run("check-metrics", "http://h/m", program: "flatalert")
        #expect(dead.code == 1 && dead.error.contains("connection refused"))
    }
}
