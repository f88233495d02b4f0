import Testing

@testable import flatalert

private let alerts = #"""
    [{"annotations":{"other":"c","summary":"a b"},"endsAt":"2026-11-22T13:30:52.000Z","fingerprint":"1","receivers":[{"name":"x"}],
      "startsAt":"2026-11-22T13:25:52.000Z","status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"suppressed"},
      "updatedAt":"2026-11-22T13:25:52.657Z","labels":{"b":"2","alertname":"zed","a":"1"}},
     {"annotations":{"summary":"hello"},"endsAt":"2027-11-22T10:46:48.000Z","fingerprint":"2","receivers":[{"name":"x"}],
      "startsAt":"2026-11-22T10:46:48.000Z","status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},
      "updatedAt":"2026-11-22T13:25:52.657Z","generatorURL":"http://x/?a&b","labels":{"alertname":"foo","node":"bar"}}]
    """#

@Suite("alert query")
struct AlertQueryTests {
    let server = FakeServer { _ in (200, alerts) }

    @Test("the simple table is sorted by start, and its lines end with the padding")
    func simple() async throws {
        let run = try await server.run("alert", url)
        #expect(
            run.output == "Alertname  Starts At                Summary  State       \n"
                + "foo        2026-11-22 10:46:48 UTC  hello    active      \n"
                + "zed        2026-11-22 13:25:52 UTC  a b      suppressed  \n")
        #expect(run.code == 0 && run.error == "")
    }

    @Test("without alerts only the titles are printed")
    func empty() async throws {
        let run = try await FakeServer().run("alert", "query", url)
        #expect(run.output == "Alertname  Starts At  Summary  State  \n")
    }

    @Test("the extended table has labels and annotations, sorted by name")
    func extended() async throws {
        let run = try await server.run("alert", "-o", "extended", url)
        #expect(
            run.output
                == "Labels                       Annotations              Starts At                Ends At                  Generator URL  State       \n"
                + "alertname=\"foo\" node=\"bar\"   summary=\"hello\"          2026-11-22 10:46:48 UTC  2027-11-22 10:46:48 UTC  http://x/?a&b  active      \n"
                + "a=\"1\" alertname=\"zed\" b=\"2\"  other=\"c\" summary=\"a b\"  2026-11-22 13:25:52 UTC  2026-11-22 13:30:52 UTC                 suppressed  \n"
        )
    }

    @Test("JSON is what the server said, in one line")
    func json() async throws {
        let run = try await server.run("alert", "-ojson", url)
        #expect(run.output.hasPrefix(#"[{"annotations":{"summary":"hello"},"endsAt":"2027-11-22T10:46:48.000Z","fingerprint":"2""#))
        #expect(run.output.hasSuffix("}]\n") && run.output.split(separator: "\n").count == 1)
        #expect(run.output.contains(#""generatorURL":"http://x/?a\u0026b""#))
    }

    @Test("times have the layout that was asked for, and the offset that they came with")
    func dates() async throws {
        let run = try await server.run("alert", "--date.format=2006/Jan", url)
        #expect(run.output.contains("foo        2026/Nov   hello"))
        let offset = FakeServer { _ in (200, alerts.replacing("2026-11-22T10:46:48.000Z", with: "2026-11-22T19:46:48.000+09:00")) }
        #expect(try await offset.run("alert", url).output.contains("foo        2026-11-22 19:46:48 +0900"))
    }

    @Test(
        "the query says every state, and the matchers as the server takes them",
        arguments: [
            ([], "active=true&silenced=false&inhibited=false&unprocessed=false"),
            (["-si"], "active=false&silenced=true&inhibited=true&unprocessed=false"),
            (["--active", "-u"], "active=true&silenced=false&inhibited=false&unprocessed=true"),
            (["-r", "team.*"], "active=true&silenced=false&inhibited=false&unprocessed=false&receiver=team.%2A"),
            (
                ["foo", "a!=b"],
                "active=true&silenced=false&inhibited=false&unprocessed=false&filter=alertname%3D%22foo%22&filter=a%21%3Db"
            ),
            (["a=b"], "active=true&silenced=false&inhibited=false&unprocessed=false&filter=a%3Db"),
            (
                ["{alertname=x}"],
                "active=true&silenced=false&inhibited=false&unprocessed=false&filter=alertname%3D%22%7Balertname%3Dx%7D%22"
            ),
            (["a=~["], "active=true&silenced=false&inhibited=false&unprocessed=false&filter=a%3D~%5B"),
        ])
    func query(arguments: [String], query: String) async throws {
        for prefix in [["alert"], ["alert", "query"]] {
            let server = FakeServer()
            let words = prefix + arguments + [url]
            _ = try await server.runWords(words)
            #expect(server.requests.map(\.target) == ["/api/v2/alerts?\(query)"])
        }
    }

    @Test("the server's own words are passed on, and the exit code is 1")
    func refused() async throws {
        let server = FakeServer { _ in (400, #""bad matcher format: foo""#) }
        let run = try await server.run("alert", "a=b", "foo", url)
        #expect(run.error == "amtool: error: [GET /alerts][400] bad matcher format: foo\n")
        #expect(run.code == 1 && run.output == "")
        let framework = FakeServer { _ in (422, #"{"code":601,"message":"x in body"}"#) }
        #expect(try await framework.run("alert", url).error == "amtool: error: [GET /alerts][422] x in body\n")
        let nonsense = FakeServer { _ in (200, "<html>") }
        #expect(try await nonsense.run("alert", url).error.contains("the answer is not JSON, is an Alertmanager listening there?"))
    }

    @Test("an unreachable server is named without its password")
    func unreachable() async throws {
        let server = FakeServer { _ in (0, "") }
        let run = try await server.run("alert", "--alertmanager.url=http://me:sesame@am:9093/prefix/")
        #expect(run.error.hasPrefix("amtool: error: GET http://am:9093/prefix/api/v2/alerts?"))
        #expect(run.error.hasSuffix(": connection refused\n") && !run.error.contains("sesame"))
    }
}

@Suite("alert add")
struct AlertAddTests {
    @Test("labels, annotations and times are sent, and nothing is printed")
    func add() async throws {
        let server = FakeServer { _ in (200, "") }
        let run = try await server.run(
            "alert", "add", "foo", "b=x y", "--annotation=summary=a=b", "--annotation", "k=-v", "--generator-url=http://g/",
            "--start=2026-11-22T19:00:00+09:00", "--end", "2027-01-01T00:00:00Z", url)
        #expect(run.code == 0 && run.output == "" && run.error == "")
        #expect(
            server.requests == [
                FakeServer.Seen(
                    method: "POST", target: "/api/v2/alerts",
                    body:
                        #"[{"labels":{"alertname":"foo","b":"x y"},"annotations":{"summary":"a=b","k":"-v"},"startsAt":"2026-11-22T19:00:00.000+09:00","endsAt":"2027-01-01T00:00:00.000Z","generatorURL":"http://g/"}]"#
                )
            ])
    }

    @Test(
        "what is no label is refused before anything is sent",
        arguments: [
            (["foo", "bar"], "bad matcher format: bar"), (["foo", "a=~b"], "labels must be specified as key=value pairs"),
            (["foo", "--annotation=xyz"], "bad matcher format: xyz"),
            (["foo", "--start=xyz"], #"parsing time "xyz" as "2006-01-02T15:04:05Z07:00": cannot parse "xyz" as "2006""#),
        ])
    func refused(arguments: [String], message: String) async throws {
        let server = FakeServer()
        let run = try await server.runWords(["alert", "add", url] + arguments)
        #expect(run.error == "amtool: error: \(message)\n" && run.code == 1)
        #expect(server.requests.isEmpty)
    }
}
