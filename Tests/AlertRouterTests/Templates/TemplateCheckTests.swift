import GoTemplate
import StrictYAML
import Testing

@testable import AlertRouter

@Suite("The check of a configuration's texts")
struct TemplateCheckTests {
    static let place = YAMLPosition(line: 7, column: 12)

    static func check(
        _ text: String, _ escaping: TemplateEscaping = .none, isSecret: Bool = false, isSentResolved: Bool = true
    ) -> (issues: [String], warnings: [String]) {
        var templates = NotificationTemplates.defaults
        let outcome = TemplateCheck.run(
            [
                TemplateCheck.Text(
                    position: place, text: text, escaping: escaping, what: "slack title", isSecret: isSecret, isSentResolved: isSentResolved
                )
            ], in: &templates)
        return (outcome.issues.map(\.description), outcome.warnings.map(\.description))
    }

    @Test(
        "is content with what works on every sample",
        arguments: [
            "plain", "", #"{{ template "slack.default.title" . }}"#, "{{ .CommonLabels.whatever }}",
            "{{ range .Alerts }}{{ .Labels.x }}{{ end }}",
            #"{{ routeLabels "team" }}"#, "{{ .Alerts.Firing | len }}",
        ])
    func fine(text: String) {
        let (issues, warnings) = Self.check(text)
        #expect(issues.isEmpty && warnings.isEmpty)
    }

    @Test("refuses what is no template, with its place in the file and in the text")
    func parsing() {
        #expect(Self.check("{{ .Status").issues == ["7:12: slack title: template: :1: unclosed action"])
        #expect(Self.check("a\n{{ nope }}").issues == [#"7:12: slack title: template: :2: function "nope" not defined"#])
    }

    @Test("refuses what fails on every sample")
    func broken() {
        #expect(
            Self.check("{{ .Statuses }}").issues == [
                #"7:12: slack title: template: :1:3: executing "" at <.Statuses>: can't evaluate field Statuses in type *template.Data"#
            ])
        #expect(Self.check(#"{{ template "mine" . }}"#).issues.count == 1)
        #expect(Self.check(#"{{ match "[" .Status }}"#).issues.count == 1)
    }

    @Test("refuses html that cannot be made safe")
    func escaping() {
        #expect(Self.check("<script>{{ .Status }}</script>", .html).issues.count == 1)
        #expect(Self.check("<script>{{ .Status }}</script>").issues.isEmpty)
    }

    @Test("warns of what fails on some samples only, and says on which")
    func partial() {
        let text = "{{ if not .Alerts.Firing }}{{ .Nope }}{{ end }}"
        let (issues, warnings) = Self.check(text)
        #expect(issues.isEmpty)
        #expect(warnings.count == 1 && warnings[0].hasSuffix("(tried with resolved alerts)"))
        #expect(Self.check(text, isSentResolved: false).warnings.isEmpty)
    }

    @Test(
        "only warns where the alerts may be to blame and not the text",
        arguments: [
            "{{ (index .Alerts 50).Status }}", "{{ slice .CommonLabels.city 0 3 }}", #"{{ mustToDate "2006" .CommonLabels.year }}"#,
        ])
    func data(text: String) {
        let (issues, warnings) = Self.check(text)
        #expect(issues.isEmpty)
        #expect(warnings.count == 1)
    }

    @Test("shows nothing of a text that may be a secret", arguments: [#"http://x/{{ .Nope "s3cret" }}"#, #"http://s3cret/{{ "s3cret" "#])
    func secrets(text: String) {
        let (issues, _) = Self.check(text, isSecret: true)
        #expect(issues.count == 1)
        #expect(!issues.joined().contains("s3cret") && issues.joined().contains("text not shown"))
        #expect(!issues.joined().contains("Nope"))
    }

    @Test("goes on after a text that is refused")
    func all() {
        var templates = NotificationTemplates.defaults
        let texts = ["{{", "{{ .Nope }}", "fine", "{{ .Also }}"]
        let outcome = TemplateCheck.run(texts.map { TemplateCheck.Text(position: nil, text: $0, what: "text") }, in: &templates)
        #expect(outcome.issues.count == 3)
    }
}
