import AlertCore
import Labels
import Testing
import Time

@testable import AlertRouter

@Suite("What templates see of a message")
struct TemplateDataTests {
    @Test(
        "is Alertmanager's data",
        arguments: [
            ("{{ .Receiver }}", #"team\.x"#), ("{{ .Status }}", "firing"), ("{{ .NotificationReason }}", "first notification"),
            ("{{ .ExternalURL }}", "http://am:9093"), ("{{ len .Alerts }}", "2"),
            ("{{ len .Alerts.Firing }}{{ len .Alerts.Resolved }}", "11"), ("{{ .GroupLabels.alertname }}", "HighLoad"),
            ("{{ .GroupLabels.nope }}|", "|"), ("{{ .CommonLabels }}", "alertname=HighLoad, severity=critical"),
            ("{{ .CommonAnnotations.summary }}", "load is high"), ("{{ .RouteLabels }}|", "|"),
            ("{{ range .Alerts }}{{ .Status }} {{ end }}", "firing resolved "),
            ("{{ range .Alerts }}{{ .Labels.instance }}={{ .Annotations.runbook }};{{ end }}", "a1=rb;a2=;"),
            ("{{ range .Alerts }}{{ .StartsAt.Unix }} {{ .EndsAt.IsZero }};{{ end }}", "1767225600 true;1767225500 false;"),
            ("{{ (index .Alerts 0).GeneratorURL }}", "http://p/g?1"),
            ("{{ (index .Alerts 0).EndsAt.IsZero }}", "true"),
            ("{{ (index .Alerts 0).Fingerprint }}", Golden.firing.body.labels.fingerprint.description),
            ("{{ if .Alerts.Resolved }}some{{ end }}", "some"),
            ("{{ range $i, $a := .Alerts.Resolved }}{{ $i }}{{ $a.Labels.instance }}{{ end }}", "0a2"),
        ])
    func fields(text: String, expected: String) {
        #expect(Golden.outcome(text) == expected)
    }

    @Test(
        "has label sets with all of their methods",
        arguments: [
            ("{{ range .SortedPairs }}{{ .Name }}={{ .Value }};{{ end }}", "alertname=a;B=2;Z=1;b=3;"),
            ("{{ .Names.Join `,` }}", "alertname,B,Z,b"),
            ("{{ .Values.Join `,` }}", "a,2,1,3"), (#"{{ join "," .Names }}"#, "alertname,B,Z,b"),
            ("{{ .SortedPairs.Names }}", "[alertname B Z b]"),
            ("{{ .SortedPairs.Values }}", "[a 2 1 3]"), (#"{{ .Remove (stringSlice "b" "nope" "alertname") }}"#, "B=2, Z=1"),
            ("{{ .Remove .Names }}|", "|"), ("{{ (.Remove .SortedPairs.Names).Values.Join `-` }}|", "|"),
            ("{{ . }}", "alertname=a, B=2, Z=1, b=3"),
            ("{{ .String }}", "alertname=a, B=2, Z=1, b=3"), ("{{ .SortedPairs }}", "alertname=a, B=2, Z=1, b=3"), ("{{ len . }}", "4"),
            (#"{{ index . "Z" }}"#, "1"), (#"{{ index . "no" }}|"#, "|"),
            ("{{ range $k, $v := . }}{{ $k }}{{ $v }} {{ end }}", "B2 Z1 alertnamea b3 "),
            ("{{ index .SortedPairs 1 }}", "{B 2}"), ("{{ len .SortedPairs }}{{ len .Names }}", "44"), ("{{ index .Values 0 }}", "a"),
            ("{{ if . }}yes{{ end }}{{ if .Remove .Names }}no{{ end }}", "yes"),
            ("{{ range .Names }}{{ . }} {{ end }}", "alertname B Z b "),
            (#"{{ eq .b "3" }}"#, "true"), (#"{{ .Names.Join "" | toUpper }}"#, "ALERTNAMEBZB"),
        ])
    func labels(text: String, expected: String) {
        var alert = Golden.firing
        alert.body = AlertBody(labels: ["b": "3", "Z": "1", "alertname": "a", "B": "2"])
        let data = Golden.data([alert])
        #expect(Golden.outcome("{{ with .CommonLabels }}\(text)|{{ end }}", data) == expected + "|")
    }

    @Test(
        "is printed and written as JSON like the structures of Alertmanager",
        arguments: [
            ("{{ toJson .GroupLabels }}", #"{"alertname":"HighLoad"}"#),
            ("{{ toJson .GroupLabels.SortedPairs }}", #"[{"Name":"alertname","Value":"HighLoad"}]"#),
            ("{{ toJson .GroupLabels.Names }}", #"["alertname"]"#), ("{{ toJson .RouteLabels }}", "{}"),
            (
                "{{ .Alerts.Resolved | toJson }}",
                #"[{"status":"resolved","labels":{"alertname":"HighLoad","instance":"a2","severity":"critical"},"#
                    + #""annotations":{"summary":"load is high"},"startsAt":"2025-12-31T23:58:20Z","endsAt":"2026-01-01T00:00:00Z","#
                    + #""generatorURL":"http://p/g?2","fingerprint":"\#(Golden.resolved.body.labels.fingerprint)"}]"#
            ),
            ("{{ printf `%T %T %T` .Alerts .Alerts.Firing .GroupLabels }}", "template.Alerts []template.Alert template.KV"),
            ("{{ printf `%T %T %T` . .GroupLabels.SortedPairs .GroupLabels.Names }}", "*template.Data template.Pairs []string"),
            (
                "{{ index .Alerts 1 }}",
                "{resolved alertname=HighLoad, instance=a2, severity=critical summary=load is high 2025-12-31 23:58:20 +0000 UTC "
                    + "2026-01-01 00:00:00 +0000 UTC http://p/g?2 \(Golden.resolved.body.labels.fingerprint)}"
            ),
        ])
    func shapes(text: String, expected: String) {
        #expect(Golden.outcome(text) == expected)
    }

    @Test("as JSON has the webhook's keys, without those of the envelope")
    func wholeJSON() {
        let data = Golden.Case.onlyFiring.data
        let body = String(decoding: WebhookPayload.bytes(data), as: UTF8.self)
        let whole = Golden.outcome("{{ toJson . }}", data)
        #expect(whole.hasSuffix(#""externalURL":"http://am:9093"}"#))
        #expect(body.hasPrefix(whole.dropLast()))
    }

    @Test(
        "goes beyond it: why an alert ended, how long it lasted, which group it is",
        arguments: [
            ("{{ range .Alerts }}[{{ .EndReason }}]{{ end }}", "[][expired]"),
            ("{{ range .Alerts }}{{ .Duration }} {{ end }}", "1m0s 1m40s "),
            ("{{ .GroupKey }}", #"{}:{alertname="HighLoad"}"#), ("{{ .TruncatedAlerts }}", "0"),
            ("{{ (index .Alerts 1).Duration | humanizeDuration }}", "1m 40s"),
        ])
    func beyond(text: String, expected: String) {
        #expect(Golden.outcome(text) == expected)
    }

    /// A message whose alerts inhibit three others, told again an hour later.
    private static var suppressing: NotificationData {
        var delivery = Golden.delivery([Golden.firing])
        delivery.repeatsAt = Golden.now + .hours(1)
        delivery.suppressed = [
            ["alertname": "Slow", "instance": "a1", "path": "/x"], ["alertname": "Errors", "instance": "a1"],
            ["alertname": "Slow", "instance": "a1", "path": "/y"],
        ]
        return NotificationTemplates.defaults.data(delivery, externalURL: "http://am:9093", maxAlerts: 0, now: Golden.now)
    }

    @Test(
        "says what is suppressed and when it is told again",
        arguments: [
            (
                "{{ range .Suppressed }}{{ .Name }}x{{ .Count }} {{ .Labels }};{{ end }}",
                "Errorsx1 alertname=Errors, instance=a1;Slowx2 alertname=Slow, instance=a1;"
            ),
            ("{{ len .Suppressed }}{{ (index .Suppressed 1).Labels.path }}|", "2|"),
            ("{{ .NextRepeat.UTC.Format `15:04` }}{{ .NextRepeat.IsZero }}", "01:01false"),
            ("{{ toJson (index .Suppressed 0) }}", #"{"name":"Errors","count":1,"labels":{"alertname":"Errors","instance":"a1"}}"#),
        ])
    func suppressed(text: String, expected: String) {
        #expect(Golden.outcome(text, Self.suppressing) == expected)
    }

    @Test("suppresses and repeats nothing where nothing is known")
    func nothingSuppressed() {
        #expect(Golden.outcome("{{ if .Suppressed }}some{{ end }}{{ .NextRepeat.IsZero }}") == "true")
    }

    @Test("changes no byte of a webhook's body by what is suppressed or repeated, and none of a template's whole data")
    func sameJSON() {
        let plain = Golden.data([Golden.firing])
        #expect(WebhookPayload.bytes(Self.suppressing) == WebhookPayload.bytes(plain))
        for text in ["{{ toJson . }}", "{{ . }}"] { #expect(Golden.outcome(text, Self.suppressing) == Golden.outcome(text, plain)) }
    }

    @Test("reads what is suppressed and the next repeat from JSON, for those who try texts")
    func decoding() throws {
        let json =
            #"{"status":"firing","nextRepeat":"2026-01-01T03:04:00Z","suppressed":[{"name":"Slow","count":2,"labels":{"path":"/x"}},{"name":"One"}]}"#
        let data = try NotificationData.decode(Array(json.utf8))
        let text = "{{ range .Suppressed }}{{ .Name }}{{ .Count }}{{ .Labels.path }};{{ end }}{{ .NextRepeat.UTC.Format `15:04` }}"
        #expect(Golden.outcome(text, data) == "Slow2/x;One1;03:04")
    }

    @Test(
        "what is suppressed is only found out where a text asks for it",
        arguments: [("{{ range .Suppressed }}x{{ end }}", true), ("{{ .Status }} suppressed", false)])
    func asking(text: String, asks: Bool) throws {
        let configuration = try AlertmanagerConfiguration.parse(
            Array(
                "{route: {receiver: a}, receivers: [{name: a, slack_configs: [{api_url: 'http://h/', channel: c, text: '\(text)'}]}]}".utf8),
            file: "a.yml", baseDirectory: "/")
        #expect(configuration.core().tellsSuppressed == asks)
    }

    @Test(
        "complains in Go's words about what is not there",
        arguments: [
            (
                "{{ .Alerts.Foo }}",
                "template: :1:10: executing \"\" at <.Alerts.Foo>: can't evaluate field Foo in type template.Alerts"
            ),
            ("{{ .Foo }}", "template: :1:3: executing \"\" at <.Foo>: can't evaluate field Foo in type *template.Data"),
            (
                "{{ range .Alerts }}{{ .Foo }}{{ end }}",
                "template: :1:22: executing \"\" at <.Foo>: can't evaluate field Foo in type template.Alert"
            ),
            (
                "{{ .Alerts.Firing.Firing }}",
                "template: :1:10: executing \"\" at <.Alerts.Firing.Firing>: can't evaluate field Firing in type []template.Alert"
            ),
            (
                "{{ .GroupLabels.SortedPairs.Foo }}",
                "template: :1:15: executing \"\" at <.GroupLabels.SortedPairs.Foo>: can't evaluate field Foo in type template.Pairs"
            ),
            (
                "{{ .GroupLabels.Remove 1 }}",
                "template: :1:23: executing \"\" at <1>: can't handle 1 for arg of type []string"
            ),
            ("{{ len . }}", "template: :1:3: executing \"\" at <len .>: error calling len: len of type template.Data"),
            (
                "{{ .Alerts.Firing 1 }}",
                "template: :1:10: executing \"\" at <.Alerts.Firing>: wrong number of args for Firing: want 0 got 1"
            ),
            (
                "{{ .GroupLabels.foo.bar }}",
                "template: :1:15: executing \"\" at <.GroupLabels.foo.bar>: can't evaluate field bar in type string"
            ),
        ])
    func faults(text: String, expected: String) {
        #expect(Golden.outcome(text) == expected)
    }

    @Test("has the times in the offset they came with")
    func offsets() {
        var alert = Golden.firing
        alert.startsAt.utcOffset = 32_400
        #expect(Golden.outcome("{{ (index .Alerts 0).StartsAt }}", Golden.data([alert])) == "2026-01-01 09:00:00 +0900 +0900")
        #expect(Golden.outcome(#"{{ (index .Alerts 0).StartsAt.Format "15:04" }}"#, Golden.data([alert])) == "09:00")
    }
}
