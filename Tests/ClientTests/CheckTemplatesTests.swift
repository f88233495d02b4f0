import Foundation
import Testing

@Suite("check-config looks at templates")
struct CheckTemplatesTests {
    private func check(_ text: String, template: String? = nil) async throws -> FakeServer.Run {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("templates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        if let template { try Data(template.utf8).write(to: directory.appendingPathComponent("x.tmpl")) }
        let configuration = "route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{api_url: 'http://h', text: '\(text)'}]}]\n"
        let globs = template == nil ? "" : "templates: ['\(directory.path)/*.tmpl']\n"
        var run = try await FakeServer().run("check-config", "f.yml", files: ["f.yml": configuration + globs])
        run.output = run.output.replacingOccurrences(of: directory.path, with: "DIR")
        return run
    }

    private func summary(_ count: Int, _ verdict: String) -> String {
        """
        Checking 'f.yml'  SUCCESS
        Found:
         - global config
         - route
         - 0 inhibit rules
         - 1 receivers
         - \(count) templates
        \(verdict)

        """
    }

    @Test("good files are a success of their own")
    func good() async throws {
        let run = try await check("{{ template \"x\" . }}", template: "{{ define \"x\" }}{{ .Status }}{{ end }}")
        #expect(run.output == summary(1, "  SUCCESS\n") && run.error == "" && run.code == 0)
        #expect(try await check("{{ .Status }}").output == summary(0, ""))
    }

    @Test("a broken file is told with its place after what the configuration holds")
    func brokenFile() async throws {
        let run = try await check("{{ template \"x\" . }}", template: "\n{{ if }}")
        #expect(run.output == summary(1, "  FAILED: template DIR/x.tmpl:2: missing value for if\n"))
        #expect(run.error == "amtool: error: failed to validate 1 file(s)\n" && run.code == 1)
    }

    @Test("a broken text is a fault of the configuration")
    func brokenText() async throws {
        let run = try await check("{{ .Foo }}")
        #expect(
            run.output == """
                Checking 'f.yml'  FAILED: f.yml:2:67: slack text: template: :1:3: executing "" at <.Foo>: can't evaluate field Foo in type \
                *template.Data


                """)
        #expect(run.code == 1)
    }

    @Test("a text that fails for some alerts only is a warning")
    func warning() async throws {
        let run = try await check("{{ (index .Alerts 2).Status }}")
        #expect(run.output == summary(0, "") && run.code == 0)
        #expect(run.error.hasPrefix("Warning: f.yml:2:67: slack text: template: :1:"))
    }
}
