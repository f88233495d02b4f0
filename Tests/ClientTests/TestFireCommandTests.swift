import Testing

@testable import flatalert

private let answer = #"""
    {"labels":{"alertname":"Demo"},"annotations":{},"mutes":[],"paths":[{"route":"{}/{severity=\"critical\"}","receiver":"oncall","mutedBy":[],
     "integrations":[
      {"integration":"slack[0]","where":"#night","news":"firing","state":"sent","answer":"200 ok","attempts":1,"milliseconds":231},
      {"integration":"email[0]","where":"smtp.example.jp:587","news":"firing","state":"failed","answer":"535 authentication failed",
       "error":"mail server smtp.example.jp:587: AUTH: 535 authentication failed","advice":"check /run/secrets/smtp_password","attempts":2,"milliseconds":9}
     ]}],"delivered":1,"attempted":2}
    """#

@Suite("test-fire")
struct TestFireCommandTests {
    private func run(_ answer: String, status: Int = 200, _ arguments: String...) async throws -> (FakeServer.Run, [FakeServer.Seen]) {
        let server = FakeServer { _ in (status, answer) }
        return (try await server.runWords(["test-fire"] + arguments, program: "flatalert"), server.requests)
    }

    @Test("each integration has a line with what came back, and a failure makes the exit code 1")
    func lines() async throws {
        let (run, requests) = try await run(answer)
        #expect(
            run.output == """
                TEST route {}/{severity="critical"} → oncall      a real one now: not silenced, not inhibited
                  slack[0] #night                 sent    1 attempt  200 ok   231 ms
                  email[0] smtp.example.jp:587    FAILED  2 attempts  535 authentication failed → check /run/secrets/smtp_password
                1 of 2 delivered, exit 1.   --dry-run prints the messages, --end also sends the all-clear

                """)
        #expect(run.code == 1 && run.error.isEmpty)
        #expect(requests == [.init(method: "POST", target: "/api/flatalert/v1/test-fire", body: #"{"labels":{},"annotations":{}}"#)])
    }

    @Test("labels, annotations and flags are in the request; the first word may be the name alone")
    func request() async throws {
        let (_, requests) = try await run(
            answer, "DiskFull", "mountpoint=/mnt/c", "--annotation", "summary=a b", "--receiver", "ops", "--dry-run", "--end")
        #expect(
            requests.first?.body
                == #"{"labels":{"alertname":"DiskFull","mountpoint":"/mnt/c"},"annotations":{"summary":"a b"},"receiver":"ops","dryRun":true,"end":true}"#
        )
    }

    @Test("all delivered is a success; mutes and what is not sent are told")
    func success() async throws {
        let (run, _) = try await run(
            #"""
            {"mutes":["silenced by 1 (me: c)","inhibited by Down (inhibit_rules[0])"],"paths":[{"route":"{}","receiver":"a","integrations":[
             {"integration":"webhook[0]","where":"h:1","news":"firing","state":"sent","answer":"200 ok","attempts":1,"milliseconds":3},
             {"integration":"webhook[0]","where":"h:1","news":"end","state":"skipped","error":"send_resolved is off","attempts":0,"milliseconds":0}]}]}
            """#)
        #expect(run.code == 0)
        #expect(run.output.contains("a real one now: silenced by 1 (me: c); inhibited by Down (inhibit_rules[0])"))
        #expect(run.output.contains("webhook[0] h:1 (end)    not sent: send_resolved is off"))
        #expect(run.output.contains("\n1 of 1 delivered.   --dry-run"))
    }

    @Test("a success by its number that is none shows the error")
    func hiddenFailure() async throws {
        let (run, _) = try await run(
            #"""
            {"paths":[{"route":"{}","receiver":"a","integrations":[{"integration":"slack[0]","where":"#a","news":"firing","state":"failed",
             "answer":"200 ok","error":"error response from Slack: invalid_auth","advice":"check the token","attempts":1,"milliseconds":3}]}]}
            """#)
        #expect(run.code == 1 && run.output.contains("FAILED  1 attempt  error response from Slack: invalid_auth → check the token"))
    }

    @Test("when nobody is told the exit code is 1")
    func nobody() async throws {
        let (run, _) = try await run(#"{"mutes":[],"paths":[{"route":"{}","receiver":"nobody","integrations":[]}]}"#)
        #expect(run.code == 1 && run.output.contains("nobody is told") && run.output.contains("\n0 of 0 delivered, exit 1."))
    }

    @Test("a dry run prints the messages for people")
    func dryRun() async throws {
        let (run, _) = try await run(
            #"""
            {"paths":[{"route":"{}","receiver":"a","integrations":[
             {"integration":"slack[0]","where":"#a","news":"firing","state":"shown","content":"{\"text\":\"<b>\"}"},
             {"integration":"email[0]","where":"m:25","news":"firing","state":"shown","content":"Subject: [TEST] x"}]}]}
            """#, "--dry-run")
        #expect(run.code == 0)
        #expect(run.output.contains("# slack[0] #a\n{\n  \"text\": \"<b>\"\n}\n"))
        #expect(run.output.contains("# email[0] m:25\nSubject: [TEST] x\n") && run.output.hasSuffix("nothing was sent\n"))
    }

    @Test("a refusal of the server is told with its advice")
    func refusal() async throws {
        let (run, _) = try await run(#"{"error":"there is no receiver \"x\"","advice":"one of a, b"}"#, status: 404, "--receiver", "x")
        #expect(run.code == 1 && run.error.contains(#"there is no receiver "x"; one of a, b"#))
    }
}

@Suite("health")
struct HealthTests {
    @Test("an instance that answers is healthy; the port is that of the listen address")
    func healthy() async throws {
        let server = FakeServer { _ in (200, "OK") }
        let run = try await server.run("health", program: "flatalert")
        #expect(run.code == 0 && run.output.hasPrefix("healthy: http://127.0.0.1:9093 in "))
        #expect(server.requests == [.init(method: "GET", target: "/-/healthy", body: "")])
        let other = try await server.run("health", program: "flatalert", variables: ["FLATALERT_WEB_LISTEN_ADDRESS": "0.0.0.0:19093"])
        #expect(other.output.hasPrefix("healthy: http://127.0.0.1:19093 in "))
    }

    @Test(
        "one that answers otherwise, or not at all, is not, and its password is not shown",
        arguments: [(503, "answers 503"), (0, "refused")])
    func unhealthy(_ status: Int, _ reason: String) async throws {
        let run = try await FakeServer { _ in (status, "") }.run("health", "--url", "joe:secret@am:9093/prefix/", program: "flatalert")
        #expect(run.code == 1 && run.output.hasPrefix("NOT healthy: http://am:9093/prefix: ") && run.output.contains(reason))
        #expect(run.output.split(separator: "\n").count == 1 && run.error.isEmpty)
    }
}
