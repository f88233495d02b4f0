import AlertCore
import Glibc
import GoTemplate
import JSON
import Labels
import Testing
import Time

@testable import AlertRouter

@Suite("The templates of a configuration")
struct NotificationTemplatesTests {
    /// A directory of its own with these files, gone after the body.
    static func withFiles<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
        let directory = "/tmp/flatalert-templates-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try #require(mkdir(directory, 0o700) == 0)
        defer {
            for name in files.keys { unlink("\(directory)/\(name)") }
            rmdir(directory)
        }
        for (name, text) in files {
            let file = try #require(fopen("\(directory)/\(name)", "w"))
            _ = Array(text.utf8).withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
            fclose(file)
        }
        return try body(directory)
    }

    @Test("come from files too: later ones win over earlier ones and over the defaults")
    func files() throws {
        try Self.withFiles([
            "a.tmpl": #"{{ define "x" }}a{{ end }}{{ define "__alertmanager" }}Wir{{ end }}"#,
            "b.tmpl": #"{{ define "x" }}b{{ template "y" . }}{{ end }}{{ define "y" }}!{{ end }}"#,
        ]) { directory in
            let templates = try NotificationTemplates.load(files: ["\(directory)/a.tmpl", "\(directory)/b.tmpl"])
            let data = Golden.Case.both.data
            #expect(
                try templates.text(#"{{ template "x" . }} {{ template "slack.default.username" . }}"#, data, now: Golden.now) == "b! Wir")
            #expect(Golden.outcome(#"{{ template "slack.default.username" . }}"#) == "Alertmanager")
        }
    }

    @Test("tell of every file that is wrong, with line and column")
    func brokenFiles() throws {
        try Self.withFiles(["a.tmpl": "ok\n{{ define }}", "b.tmpl": #"{{ define "fine" }}{{ end }}"#, "c.tmpl": "{{ if }}"]) { directory in
            let files = ["a", "b", "missing", "c"].map { "\(directory)/\($0).tmpl" }
            let error = try #require(throws: TemplateFilesError.self) { try NotificationTemplates.load(files: files) }
            #expect(error.issues.map(\.file) == [files[0], files[2], files[3]])
            #expect(error.issues[0].description.hasPrefix("\(directory)/a.tmpl:2: "))
            #expect(error.issues[1].description == "\(directory)/missing.tmpl: cannot be read: No such file or directory")
        }
    }

    @Test("render a text the same whether it was prepared or not")
    func prepared() throws {
        var templates = NotificationTemplates.defaults
        let text = #"{{ template "slack.default.title" . }} {{ len .Alerts }}"#
        let data = Golden.Case.both.data
        let before = try templates.text(text, data, now: Golden.now)
        try templates.prepare(text, .none)
        #expect(try templates.text(text, data, now: Golden.now) == before)
        #expect(throws: TemplateError.self) { try templates.prepare("{{ if }}", .none) }
    }

    @Test("take a text without actions for what it says", arguments: ["", "{ plain }", "100 %", "}}", "{", "a{b{c"])
    func plain(text: String) throws {
        #expect(try Golden.render(text, Golden.Case.both.data) == text)
    }

    @Test("escape in html what they do not in text")
    func html() throws {
        var alert = Golden.firing
        alert.body = AlertBody(labels: ["alertname": "<b>"])
        let data = Golden.data([alert])
        let text = "<i>{{ .CommonLabels.alertname }}</i>"
        #expect(try NotificationTemplates.defaults.html(text, data, now: Golden.now) == "<i>&lt;b&gt;</i>")
        #expect(try Golden.render(text, data) == "<i><b></i>")
    }

    @Test("see the time of the message")
    func time() {
        #expect(Golden.outcome("{{ now.Unix }}") == "1767225660")
        #expect(Golden.outcome("{{ since (index .Alerts 0).StartsAt }}") == "1m0s")
    }

    // MARK: Route labels

    @Test("expand route labels, which other texts then see")
    func routeLabels() {
        let labels = [
            RouteLabel(name: "channel", template: "#{{ .CommonLabels.severity }}"), RouteLabel(name: "team", template: "night"),
        ]
        let data = Golden.data([Golden.firing], routeLabels: labels)
        #expect(data.routeLabels == ["channel": "#critical", "team": "night"])
        #expect(
            Golden.outcome(#"{{ routeLabels "channel" }} {{ routeLabels "nope" }}|{{ .RouteLabels.team }}"#, data) == "#critical |night")
        #expect(Golden.outcome("{{ .RouteLabels }}", data) == "channel=#critical, team=night")
        #expect(
            String(decoding: WebhookPayload.bytes(data), as: UTF8.self).contains(##""routeLabels":{"channel":"#critical","team":"night"}"##)
        )
    }

    @Test("leave a route label empty whose template fails, and say so")
    func brokenRouteLabel() throws {
        let data = Golden.data(
            [Golden.firing], routeLabels: [RouteLabel(name: "team", template: "{{ .Nope }}"), RouteLabel(name: "x", template: "y")])
        #expect(data.routeLabels == ["team": "", "x": "y"])
        #expect(data.routeLabelFaults.count == 1)
        let body = try JSONValue.parse(WebhookSender.body(for: WebhookTemplateTests.webhook, WebhookTemplateTests.message(), data))
        #expect(body["templateError"]?.stringValue?.contains("can't evaluate field Nope") == true)
    }
}
