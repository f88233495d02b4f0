import Testing

@testable import flatalert

@Suite("drill")
struct DrillCommandTests {
    private func run(_ answer: String, status: Int = 200, _ arguments: String...) async throws -> (FakeServer.Run, [FakeServer.Seen]) {
        let server = FakeServer { _ in (status, answer) }
        return (try await server.runWords(["drill"] + arguments, program: "flatalert"), server.requests)
    }

    @Test("each alert has its lines, the last line is the receipt")
    func proven() async throws {
        let (run, requests) = try await run(
            #"""
            {"proven":true,"summary":"all six can fire, proven 2026-11-22 23:40 JST","alerts":[
             {"alertname":"GatewayDown","fires":true,"after":"1m","situation":"nginx does not answer","notes":[],"mutes":["silenced by 1 (me: c)"],
              "paths":[{"route":"{}/{severity=\"critical\"}","receiver":"oncall","integrations":[
               {"integration":"slack[0]","where":"#night","state":"sent","answer":"200 ok","attempts":1,"milliseconds":231}]}]},
             {"alertname":"HighLatency","fires":true,"after":"5m15s","situation":"slow","notes":["a template failed"],"mutes":[],
              "paths":[{"route":"{}","receiver":"ops","integrations":[
               {"integration":"webhook[0]","where":"h:1","state":"sent","answer":"200 ok","attempts":2,"milliseconds":3}]}]}]}
            """#)
        #expect(
            run.output == """
                DRILL: made-up samples, the rules and routes in force, real messages
                  GatewayDown  fired 1m after the fault (nginx does not answer)
                               a real one now: silenced by 1 (me: c)
                               {}/{severity="critical"} → oncall  slack[0] #night  sent  1 attempt  200 ok  231 ms
                  HighLatency  fired 5m15s after the fault (slow)
                               note: a template failed
                               {} → ops  webhook[0] h:1  sent  2 attempts  200 ok  3 ms
                all six can fire, proven 2026-11-22 23:40 JST

                """)
        #expect(run.code == 0 && run.error.isEmpty)
        #expect(requests == [.init(method: "POST", target: "/api/flatalert/v1/drill", body: "{}")])
    }

    @Test("what cannot fire, does not arrive or reaches nobody is told, and the exit code is 1")
    func unproven() async throws {
        let (run, requests) = try await run(
            #"""
            {"proven":false,"summary":"0 of 3 proven 2026-11-22 23:40 JST. NOT PROVEN: A: no rule of this name is loaded","alerts":[
             {"alertname":"A","fires":false,"problem":"no rule of this name is loaded","advice":"add the file","notes":[]},
             {"alertname":"B","fires":true,"after":"1m","situation":"x","notes":[],"mutes":[],"problem":"p","paths":[{"route":"{}","receiver":"ops","integrations":[
               {"integration":"email[0]","where":"m:25","state":"failed","answer":"535 no","error":"e","advice":"look","attempts":1,"milliseconds":9}]}]},
             {"alertname":"C","fires":true,"after":"1m","situation":"x","notes":[],"mutes":[],"problem":"p",
              "paths":[{"route":"{}","receiver":"quiet","integrations":[]}]}]}
            """#, "A", "B", "C")
        #expect(run.output.contains("  A  CANNOT FIRE: no rule of this name is loaded → add the file\n"))
        #expect(run.output.contains("{} → ops  email[0] m:25  FAILED  1 attempt  535 no → look\n"))
        #expect(run.output.contains("{} → quiet  NOBODY IS TOLD: the receiver has no integration"))
        #expect(run.output.hasSuffix("no rule of this name is loaded, exit 1\n"))
        #expect(run.code == 1)
        #expect(requests.first?.body == #"{"alerts":["A","B","C"]}"#)
    }

    @Test("a refusal is told as the server says it")
    func refused() async throws {
        let (run, _) = try await run(#"{"error":"a drill is under way","advice":"wait for its end"}"#, status: 409)
        #expect(run.code == 1 && run.error.contains("a drill is under way; wait for its end"))
    }
}
