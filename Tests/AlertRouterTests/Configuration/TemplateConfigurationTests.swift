import AlertRouter
import GoTemplate
import Testing

@Suite("Templates of a configuration are compiled and tried when it is loaded")
struct TemplateConfigurationTests {
    private let slack = """
        route: {receiver: a}
        receivers:
        - name: a
          slack_configs:
          - api_url: http://hook

        """

    private func issues(_ yaml: String) -> [String] {
        do {
            _ = try AlertmanagerConfiguration.parse(yaml, file: "am.yml")
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    @Test("every text that is a template is listed with its place, plain ones are not")
    func texts() throws {
        let yaml = """
            route:
              receiver: a
              routes: [{labels: {team: '{{ .Status }}', plain: x}}]
            receivers:
            - name: a
              webhook_configs:
              - url: 'http://h/{{ .Status }}'
                payload: {'{{ .Receiver }}': ['{{ .Status }}', plain, 1]}
              email_configs:
              - to: '{{ .Receiver }}@b'
                from: f@b
                smarthost: h:25
                text: plain
                headers: {x-a: '{{ .Status }}', subject: plain}
                send_resolved: true
              slack_configs:
              - {api_url: 'http://hook', username: u, color: c, title: '{{ .Status }}', title_link: l, pretext: p, text: t, footer: f, fallback: f,
                  callback_id: c, icon_emoji: i, icon_url: u, fields: [{title: t, value: '{{ .Status }}'}],
                  actions: [{type: b, text: t, name: n, confirm: {text: '{{ .Status }}'}}]}
            """
        let texts = try AlertmanagerConfiguration.parse(yaml, file: "am.yml").templatedTexts
        #expect(
            texts.map { "\($0.position.map { "\($0.line):\($0.column)" } ?? "") \($0.what) \($0.escaping)" } == [
                "7:10 webhook url none", "8:15 webhook payload none", "8:35 webhook payload none", "10:9 email to none",
                "10:5 email html html", #"14:20 email header "X-A" none"#, "17:60 slack title none", "18:78 slack value of a field none",
                "19:61 slack text of a confirmation none", #"3:28 label "team" none"#,
            ])
        #expect(texts.map(\.isSecret) == [true] + Array(repeating: false, count: 9))
        #expect(texts.map(\.isSentResolved) == [true, true, true, true, true, true, false, false, false, true])
    }

    @Test("defaults are tried too: what a file makes of them may be broken")
    func defaults() throws {
        let yaml = GoodReceiver.email("to: a@b, from: f@b, smarthost: 'h:25', html: ''").yaml
        let texts = try AlertmanagerConfiguration.parse(yaml, file: "am.yml").templatedTexts
        #expect(texts.map(\.text) == [#"{{ template "email.default.subject" . }}"#])
        let names = try AlertmanagerConfiguration.parse(slack, file: "am.yml").templatedTexts.map(\.what)
        #expect(names.count == 11)
        #expect(names.allSatisfy { $0.hasPrefix("slack ") })
    }

    @Test("a text that is no template, or cannot be rendered, is an error at its place")
    func broken() {
        #expect(
            issues(slack + "    title: '{{ .Status'\n    text: '{{ .Foo }}'\n    fields: [{title: a, value: '{{ nofunc }}'}]\n") == [
                "6:12: slack title: template: :1: unclosed action",
                #"7:11: slack text: template: :1:3: executing "" at <.Foo>: can't evaluate field Foo in type *template.Data"#,
                #"8:32: slack value of a field: template: :1: function "nofunc" not defined"#,
            ])
        #expect(
            issues(slack + "    title: '{{ template \"mine\" . }}'\n")
                == [#"6:12: slack title: template: :1:12: executing "" at <{{template "mine" .}}>: template "mine" not defined"#])
    }

    @Test("broken templates are told together with everything else that is wrong")
    func everythingAtOnce() {
        #expect(
            issues(slack + "    title: '{{'\n    foo: 1\n")
                == ["6:12: slack title: template: :1: unclosed action", "7:5: field foo not found in type slack_config"])
    }

    @Test("a text that fails for some alerts only is a warning")
    func sometimes() throws {
        let yaml = slack + "    send_resolved: true\n    title: '{{ (index .Alerts.Resolved 0).Status }}'\n"
        let warnings = try AlertmanagerConfiguration.parse(yaml, file: "am.yml").warnings
        #expect(warnings.count == 1)
        #expect(warnings[0].position == .init(line: 7, column: 12))
        #expect(warnings[0].message.hasPrefix("slack title: template: :1:"))
        #expect(warnings[0].message.hasSuffix("(tried with firing alerts)"))
    }

    @Test(
        "a text that needs an annotation which the samples lack is a warning",
        arguments: [
            "{{ .CommonAnnotations.age | humanizeDuration }}", "{{ slice .CommonLabels.host 0 3 }}", "{{ (index .Alerts 7).Status }}",
            "{{ mustToDate `2006` .CommonLabels.year }}",
        ])
    func missingAnnotation(_ text: String) throws {
        let warnings = try AlertmanagerConfiguration.parse(slack + "    title: '\(text)'\n", file: "am.yml").warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.position == .init(line: 6, column: 12))
    }

    @Test("templates of files serve the texts, and replace defaults")
    func files() throws {
        let directory = try ConfigurationDirectory()
        _ = try directory.write("mine.tmpl", #"{{ define "mine" }}{{ .Status }}{{ end }}{{ define "slack.default.text" }}mine{{ end }}"#)
        let file = try directory.write("am.yml", slack + "    title: '{{ template \"mine\" . }}'\ntemplates: ['*.tmpl']\n")
        let configuration = try AlertmanagerConfiguration.load(file: file)
        #expect(configuration.messageTemplates.contains("mine"))
        let data = NotificationData.sample(.firing, now: .goZero)
        #expect(try configuration.messageTemplates.text(configuration.receivers[0].slacks[0].title, data, now: .goZero) == "firing")
        #expect(try configuration.messageTemplates.text(configuration.receivers[0].slacks[0].text, data, now: .goZero) == "mine")
    }

    @Test("a default that a file breaks is an error where the receiver begins")
    func brokenDefault() throws {
        let directory = try ConfigurationDirectory()
        _ = try directory.write("mine.tmpl", #"{{ define "slack.default.text" }}{{ .Foo }}{{ end }}"#)
        let file = try directory.write("am.yml", slack + "templates: ['*.tmpl']\n")
        let error = #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.load(file: file) }
        #expect(error?.issues.count == 1)
        #expect(error?.issues.first?.position == .init(line: 5, column: 5))
        #expect(error?.issues.first?.message.hasPrefix(#"slack text: template: mine.tmpl:1:"#) == true)
    }

    @Test("template files that cannot be parsed are errors with their own place, and no text is blamed for it")
    func brokenFiles() throws {
        let directory = try ConfigurationDirectory()
        _ = try directory.write("a.tmpl", "{{ define \"mine\" }}\n{{ if }}\n{{ end }}")
        _ = try directory.write("b.tmpl", "{{ end }}")
        let file = try directory.write("am.yml", slack + "    title: '{{ template \"mine\" . }}'\ntemplates: ['*.tmpl']\n")
        let error = #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.load(file: file) }
        #expect(
            error?.issues.map(\.description) == [
                "template \(directory.path)/a.tmpl:2: missing value for if", "template \(directory.path)/b.tmpl:1: unexpected {{end}}",
            ])
        #expect(error?.issues.allSatisfy(\.isInTemplateFile) == true)
    }

    @Test("who only looks at a configuration needs none of its template files")
    func unchecked() throws {
        let yaml = slack + "    title: '{{ template \"elsewhere\" . }}'\ntemplates: ['/nowhere/*.tmpl']\n"
        let configuration = try AlertmanagerConfiguration.parse(yaml, file: "am.yml", checksTemplates: false)
        #expect(configuration.templates == ["/nowhere/*.tmpl"])
        #expect(configuration.templateFiles.isEmpty && configuration.warnings.isEmpty)
    }

    @Test("no error shows a webhook's URL")
    func secrets() {
        let texts = ["{{", "{{ .Foo }}", #"{{ template "hunter2" . }}"#, #"{{ "hunter2" | len | toUpper }}"#].flatMap { text in
            issues("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: 'http://hunter2/\(text)'}]}]\n")
        }
        #expect(texts.count == 4)
        #expect(!texts.joined().contains("hunter2"))
    }

    @Test("a webhook's URL that is a template is not checked as a URL before it is one")
    func webhookURL() throws {
        let yaml = "route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: '{{ .ExternalURL }}/x y'}]}]\n"
        #expect(try AlertmanagerConfiguration.parse(yaml, file: "f").receivers[0].webhooks[0].url == .inline("{{ .ExternalURL }}/x y"))
    }

    @Test("a configuration for one host with Slack, e-mail, quiet hours and inhibition loads")
    func oneHost() throws {
        let yaml = """
            global: {resolve_timeout: 15m}
            templates: ['templates/*.tmpl']
            route:
              receiver: ops
              group_by: [host, alertname]
              routes:
              - {matchers: ['alertname="Watchdog"'], receiver: none}
              - {matchers: ['severity="critical"'], receiver: oncall, group_wait: 10s, mute_time_intervals: [night]}
            inhibit_rules:
            - {source_matchers: ['alertname="Down"'], target_matchers: ['part="gateway"', 'severity="warning"'], equal: [host]}
            time_intervals:
            - name: night
              time_intervals:
              - {location: Asia/Tokyo, times: [{start_time: '22:00', end_time: '24:00'}, {start_time: '00:00', end_time: '07:00'}]}
            receivers:
            - name: ops
              slack_configs: [{api_url_file: /run/secrets/slack, channel: '#ops', send_resolved: true}]
            - name: oncall
              email_configs:
              - {to: 'oncall@example.org', from: 'am@example.org', smarthost: 'mail.example.org:587', auth_username: u, auth_password_file: /p}
              slack_configs:
              - {api_url_file: /run/secrets/slack, channel: '#oncall', send_resolved: true}
              - {api_url_file: /run/secrets/slack, channel: '#more'}
              webhook_configs: [{url: 'http://h'}]
            - name: none
            """
        let configuration = try AlertmanagerConfiguration.parse(yaml, file: "am.yml", baseDirectory: "/nowhere")
        #expect(configuration.warnings.map(\.message) == [#"no template file matches "/nowhere/templates/*.tmpl""#])
        // Building order: webhook, e-mail, Slack; positions count within a kind.
        #expect(
            configuration.core().receivers.map { $0.integrations.map { "\($0.kind)/\($0.index) \($0.sendResolved)" } } == [
                ["slack/0 true"], ["webhook/0 true", "email/0 false", "slack/0 true", "slack/1 false"], [],
            ])
        for (receiver, parts) in configuration.receivers.enumerated() {
            #expect(
                (-1...4).map { configuration.integration(receiver: receiver, at: $0) } == [nil] + parts.integrations.map { $0 }
                    + Array(repeating: nil, count: 5 - parts.integrations.count))
        }
        #expect(configuration.integration(receiver: 3, at: 0) == nil)
    }
}
