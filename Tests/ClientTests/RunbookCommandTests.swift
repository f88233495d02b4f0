import Testing

@testable import flatalert

@Suite("runbook")
struct RunbookCommandTests {
    @Test("lists the runbooks, and prints one without asking anybody")
    func printing() async throws {
        let server = FakeServer()
        let list = try await server.run("runbook", variables: ["LANG": "C.UTF-8"])
        #expect(list.output.hasPrefix("CNIPluginDown: the CNI plugin does not work\nDiskSpaceCritical: "))
        #expect(list.output.split(separator: "\n").count == 6)
        let one = try await server.run("runbook", "GatewayDown", "--lang", "ja")
        #expect(one.output.hasPrefix("# GatewayDown: Gateway 応答なし\n") && one.output.hasSuffix("\n"))
        #expect(server.requests.isEmpty)
    }

    @Test(
        "takes the language of the terminal where none is given",
        arguments: [("ja_JP.UTF-8", "", "C", true), ("", "", "ja_JP.UTF-8", true), ("C", "", "ja_JP.UTF-8", false), ("", "", "", false)])
    func language(all: String, messages: String, lang: String, isJapanese: Bool) async throws {
        let run = try await FakeServer().run(
            "runbook", "HighLatency", variables: ["LC_ALL": all, "LC_MESSAGES": messages, "LANG": lang])
        #expect(run.output.contains("影響") == isJapanese)
    }

    @Test("of an unknown name fails and names those that there are")
    func unknown() async throws {
        let run = try await FakeServer().run("runbook", "Nope")
        #expect(run.code == 1 && run.error.contains("'Nope'") && run.error.contains("GatewayDown, HighErrorRate"))
    }
}
