import Testing

@testable import flatalert

private let configuration = """
    route: {receiver: team.x}
    receivers:
    - name: team.x
      slack_configs:
      - {api_url: 'http://h/s3cret', channel: '#alerts', text: '<{{ .CommonAnnotations.summary }}>'}
      email_configs:
      - {to: 'a@b.c', from: 'f@b.c', smarthost: 'h:25', text: '{{ len .Alerts }} alerts', headers: {Subject: '{{ .Status }} 負荷'}}
    - name: empty
    - name: broken
      slack_configs: [{api_url: 'http://h/', text: '{{ (index .Alerts 7).Status }}'}]
    """

@Suite("template render")
struct TemplateCommandTests {
    private let server = FakeServer()
    private let files = [
        "am.yml": configuration, "one.yml": "route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{api_url: 'http://h/'}]}]",
        "data.json": """
        {"receiver": "r", "Status": "firing", "groupLabels": {"b": "2", "alertname": "x"}, "commonLabels": null, "unknown": 1,
         "alerts": [{"status": "firing", "labels": {"a": "1"}, "startsAt": "2026-11-22T11:59:00+01:00", "fingerprint": "f"}]}
        """,
        "bad.json": #"{"receiver": 1}"#, "badtime.json": #"{"alerts": [{"startsAt": "noon"}]}"#, "notjson": "{",
    ]

    private func render(_ text: String, _ more: String...) async throws -> FakeServer.Run {
        try await server.runWords(["template", "render", "--template.glob=/nonexistent/*", "--template.text", text] + more, files: files)
    }

    @Test(
        "prints what a text becomes, without a line end of its own",
        arguments: [
            ("plain", "plain"), ("{{ .Status }}", "firing"), ("{{ len .Alerts.Firing }}{{ len .Alerts.Resolved }}", "11"),
            ("{{ .ExternalURL }}", "https://example.com"),
            (#"{{ template "__alertmanager" . }}"#, "Alertmanager"), ("{{ now.Unix }}", "1795348800"),
        ])
    func text(text: String, expected: String) async throws {
        let run = try await render(text)
        #expect(run.output == expected && run.error == "" && run.code == 0)
    }

    @Test("escapes when it is asked for html")
    func html() async throws {
        #expect(try await render(#"<b>{{ "<" }}"#, "--template.type=html").output == "<b>&lt;")
        #expect(try await render(#"<b>{{ "<" }}"#).output == "<b><")
    }

    @Test(
        "takes data as it says, in any case of its names",
        arguments: [
            ("{{ .Receiver }} {{ .Status }} {{ .GroupLabels }}|{{ .CommonLabels }}", "r firing alertname=x, b=2|"),
            (
                "{{ range .Alerts }}{{ .Labels.a }} {{ .StartsAt }} {{ .EndsAt.IsZero }} {{ .Fingerprint }}{{ end }}",
                "1 2026-11-22 11:59:00 +0100 +0100 true f"
            ),
            ("{{ len .Alerts.Firing }}", "1"),
        ])
    func data(text: String, expected: String) async throws {
        #expect(try await render(text, "--template.data=data.json").output == expected)
    }

    @Test(
        "tells mistakes in one line",
        arguments: [
            (["--template.glob=x"], "required flag --template.text not provided"),
            (["--template.glob=[", "--template.text=x"], "[: syntax error in pattern"),
            (["--template.glob=x", "--template.text={{ if }}"], "template: :1: missing value for if"),
            (
                ["--template.glob=x", "--template.text={{ .Foo }}"],
                #"template: :1:3: executing "" at <.Foo>: can't evaluate field Foo in type template.Data"#
            ),
            (["--template.glob=x", "--template.text=x", "--template.data=no"], "open no: no such file or directory"),
            (
                ["--template.glob=x", "--template.text=x", "--template.data=bad.json"],
                "bad.json: receiver: expected a string, found a number"
            ),
            (
                ["--template.glob=x", "--template.text=x", "--template.data=badtime.json"],
                #"badtime.json: alerts.0.startsAt: expected a time such as 2026-01-01T00:00:00Z, found "noon""#
            ),
            (["--slack"], "required flag --config.file not provided: it names the receivers to preview"),
            (["--slack", "--template.text=x"], "--template.text and a preview (--slack, --email) are mutually exclusive"),
            (["--slack", "--config.file=no"], "path 'no' does not exist"),
            (["--slack", "--config.file=am.yml"], "required flag --receiver not provided: am.yml has team.x, empty, broken"),
            (["--slack", "--config.file=am.yml", "--receiver=x"], "am.yml has no receiver 'x'; it has team.x, empty, broken"),
            (["--slack", "--config.file=am.yml", "--receiver=empty"], "receiver 'empty' has no slack_configs"),
            (["--email", "--config.file=am.yml", "--receiver=empty"], "receiver 'empty' has no email_configs"),
        ])
    func mistakes(words: [String], message: String) async throws {
        let run = try await server.runWords(["template", "render"] + words, files: files)
        #expect(run.error == "amtool: error: \(message)\n" && run.output == "" && run.code == 1)
    }

    @Test("needs no files under its own name")
    func ownName() async throws {
        let run = try await server.run("template", "render", "--template.text=x", program: "flatalert")
        #expect(run.output == "x" && run.code == 0)
    }

    @Test("previews a receiver's Slack message, without its secrets")
    func slack() async throws {
        let run = try await server.run("template", "render", "--slack", "--config.file=am.yml", "--receiver=team.x", files: files)
        #expect(run.output.hasPrefix("# slack_configs[0] of team.x\n{\n  \"channel\": \"#alerts\",\n"))
        #expect(run.output.contains(#"      "title": "[FIRING:1] HighLoad (node critical)","#))
        #expect(run.output.contains(#"      "title_link": "https://example.com/#/alerts?receiver=team%5C.x","#))
        #expect(run.output.contains(#"      "text": "<load is high>","#))
        #expect(!run.output.contains("s3cret") && run.code == 0)
    }

    @Test("previews with the alerts that are asked for, or given")
    func samples() async throws {
        let over = try await server.run("template", "render", "--slack", "--config.file=one.yml", "--sample=resolved", files: files)
        #expect(over.output.contains(#""title": "[RESOLVED] HighLoad (a3 node critical)""#) && over.output.contains(#""color": "good""#))
        let given = try await server.run(
            "template", "render", "--slack", "--config.file=one.yml", "--template.data=data.json", files: files)
        #expect(given.output.contains(#""title": "[FIRING:1] x 2 ""#))
    }

    @Test("previews a receiver's mail: its header, its text, its html")
    func email() async throws {
        let run = try await server.run("template", "render", "--email", "--config.file=am.yml", "--receiver=team.x", files: files)
        #expect(run.output.hasPrefix("# email_configs[0] of team.x\nFrom: f@b.c\nTo: a@b.c\nSubject: firing 負荷\n"))
        #expect(run.output.contains("\n# text/plain\n2 alerts\n\n# text/html\n<!DOCTYPE html>"))
        #expect(run.code == 0)
    }

    @Test("tells what is wrong with a template instead of what would be sent in its place")
    func broken() async throws {
        let run = try await server.run("template", "render", "--slack", "--config.file=am.yml", "--receiver=broken", files: files)
        #expect(run.error.hasPrefix("amtool: error: slack_configs[0] of 'broken': template: :1:") && run.code == 1)
    }
}
