import AlertCore
import Labels
import Testing

@testable import AlertRouter

@Suite("The default templates")
struct DefaultTemplatesTests {
    static let textList1 = """
        Labels:
         - alertname = HighLoad
         - instance = a1
         - severity = critical
        Annotations:
         - runbook = rb
         - summary = load is high
        Source: http://p/g?1

        """

    static let textList2 = """
        Labels:
         - alertname = HighLoad
         - instance = a2
         - severity = critical
        Annotations:
         - summary = load is high
        Source: http://p/g?2

        """

    static let markdownList1 = """

        Labels:
          - alertname = HighLoad
          - instance = a1
          - severity = critical

        Annotations:
          - runbook = rb
          - summary = load is high

        Source: http://p/g?1


        """

    static let markdownList2 = """

        Labels:
          - alertname = HighLoad
          - instance = a2
          - severity = critical

        Annotations:
          - summary = load is high

        Source: http://p/g?2


        """

    static func subject(_ alerts: Golden.Case) -> String {
        switch alerts {
        case .onlyFiring: "[FIRING:1] HighLoad (a1 critical)"
        case .onlyResolved: "[RESOLVED] HighLoad (a2 critical)"
        case .both: "[FIRING:1] HighLoad (critical)"
        }
    }

    static let url = "http://am:9093/#/alerts?receiver=team%5C.x"

    /// `C␤Alerts Firing:␤L␤` and its kin.
    static func tight(_ alerts: Golden.Case) -> String {
        let c = alerts.annotations
        return switch alerts {
        case .onlyFiring: "\(c)\nAlerts Firing:\n\(textList1)\n"
        case .onlyResolved: "\(c)\n\nAlerts Resolved:\n\(textList2)"
        case .both: "\(c)\nAlerts Firing:\n\(textList1)\nAlerts Resolved:\n\(textList2)"
        }
    }

    static func loose(_ alerts: Golden.Case, _ c: String) -> String {
        switch alerts {
        case .onlyFiring: "\(c)\n\nAlerts Firing:\n\(textList1)\n\n\n"
        case .onlyResolved: "\(c)\n\n\nAlerts Resolved:\n\(textList2)\n\n"
        case .both: "\(c)\n\nAlerts Firing:\n\(textList1)\n\n\nAlerts Resolved:\n\(textList2)\n\n"
        }
    }

    static func markdown(_ alerts: Golden.Case) -> String {
        switch alerts {
        case .onlyFiring: "\n\n# Alerts Firing:\n\(markdownList1)\n\n\n"
        case .onlyResolved: "\n\n\n# Alerts Resolved:\n\(markdownList2)\n\n"
        case .both: "\n\n# Alerts Firing:\n\(markdownList1)\n\n\n# Alerts Resolved:\n\(markdownList2)\n\n"
        }
    }

    static func call(_ name: String) -> String { #"{{ template "\#(name)" . }}"# }

    @Test(
        "of every message text give the documented strings",
        arguments: [
            "opsgenie.default.description", "victorops.default.state_message", "wechat.default.message", "pushover.default.message",
            "sns.default.message", "webex.default.message", "telegram.default.message", "discord.default.message", "msteams.default.text",
            "msteamsv2.default.text", "mattermost.default.text", "jira.default.description",
        ], Golden.Case.allCases)
    func messages(name: String, alerts: Golden.Case) throws {
        let expected =
            switch name {
            case "opsgenie.default.description", "victorops.default.state_message": Self.tight(alerts)
            case "wechat.default.message": "\(Self.subject(alerts))\n\(Self.tight(alerts))\nAlertmanagerUrl:\n\(Self.url)"
            case "pushover.default.message", "sns.default.message", "webex.default.message": Self.loose(alerts, alerts.annotations)
            case "telegram.default.message", "discord.default.message": Self.loose(alerts, "")
            default: Self.markdown(alerts)
            }
        #expect(try Golden.render(Self.call(name), alerts.data) == expected)
    }

    @Test(
        "of titles give the subject",
        arguments: [
            "__subject", "slack.default.title", "pagerduty.default.description", "opsgenie.default.message",
            "victorops.default.entity_display_name", "pushover.default.title", "sns.default.subject", "discord.default.title",
            "msteams.default.title", "msteams.default.summary", "msteamsv2.default.title", "jira.default.summary",
            "rocketchat.default.title",
            "mattermost.default.title", "email.default.subject",
        ], Golden.Case.allCases)
    func subjects(name: String, alerts: Golden.Case) throws {
        #expect(try Golden.render(Self.call(name), alerts.data) == Self.subject(alerts))
    }

    @Test(
        "of links give the address of the alerts",
        arguments: [
            "__alertmanagerURL", "slack.default.titlelink", "rocketchat.default.titlelink", "mattermost.default.titlelink",
            "pagerduty.default.clientURL", "opsgenie.default.source", "pushover.default.url",
        ])
    func links(name: String) throws {
        #expect(try Golden.render(Self.call(name), Golden.Case.both.data) == Self.url)
    }

    @Test(
        "of senders give Alertmanager",
        arguments: [
            "__alertmanager", "slack.default.username", "mattermost.default.username", "rocketchat.default.alias",
            "pagerduty.default.client", "victorops.default.monitoring_tool",
        ])
    func senders(name: String) throws {
        #expect(try Golden.render(Self.call(name), Golden.Case.both.data) == "Alertmanager")
    }

    @Test(
        "that stand ready to be replaced are empty",
        arguments: [
            "__description", "slack.default.callbackid", "slack.default.pretext", "slack.default.iconemoji", "slack.default.iconurl",
            "slack.default.text", "slack.default.footer", "rocketchat.default.emoji", "rocketchat.default.iconurl",
            "rocketchat.default.text",
            "discord.default.content", "wechat.default.to_user", "wechat.default.to_party", "wechat.default.to_tag",
            "wechat.default.agent_id",
        ])
    func empty(name: String) throws {
        #expect(NotificationTemplates.defaults.contains(name))
        #expect(try Golden.render(Self.call(name), Golden.Case.both.data) == "")
    }

    @Test("of Slack and Mattermost colour by state and join title and link for old clients", arguments: ["slack", "mattermost"])
    func chatDetails(kind: String) throws {
        for alerts in Golden.Case.allCases {
            #expect(try Golden.render(Self.call("\(kind).default.fallback"), alerts.data) == "\(Self.subject(alerts)) | \(Self.url)")
            #expect(
                try Golden.render(Self.call("\(kind).default.color"), alerts.data) == (alerts == .onlyResolved ? "good" : "danger"))
        }
    }

    @Test("give the alert lists as text and as Markdown")
    func lists() throws {
        let data = Golden.Case.both.data
        #expect(try Golden.render(#"{{ template "__text_alert_list" .Alerts.Firing }}"#, data) == Self.textList1)
        #expect(try Golden.render(#"{{ template "__text_alert_list" .Alerts }}"#, data) == Self.textList1 + Self.textList2)
        #expect(try Golden.render(#"{{ template "__text_alert_list_markdown" .Alerts.Resolved }}"#, data) == Self.markdownList2)
        #expect(try Golden.render(#"{{ template "pagerduty.default.instances" .Alerts.Resolved }}"#, data) == Self.textList2)
    }

    @Test("fail where Alertmanager's fail: the instances of PagerDuty on the whole data")
    func instances() {
        #expect(Golden.outcome(Self.call("pagerduty.default.instances")).contains("range can't iterate over"))
    }

    @Test("name the alerts in the subject as the documentation's examples do")
    func subjectForms() throws {
        let labels: LabelSet = ["alertname": "HighLoad", "instance": "a1", "severity": "critical"]
        var firing = Golden.firing
        firing.body = .init(labels: ["alertname": "HighLoad", "severity": "critical"])
        #expect(try Golden.render(Self.call("__subject"), Golden.data([firing])) == "[FIRING:1] HighLoad (critical)")
        var over = Golden.resolved
        over.body = .init(labels: labels)
        #expect(
            try Golden.render(Self.call("__subject"), Golden.data([over], groupLabels: labels)) == "[RESOLVED] HighLoad a1 critical ")
        #expect(
            try Golden.render(Self.call("__subject"), Golden.data([over], groupLabels: LabelSet())) == "[RESOLVED]  (HighLoad a1 critical)")
    }

    @Test(
        "rank Jira's priority by the worst severity, of what fires before what is over",
        arguments: [
            (["critical"], [], "High"), (["info", "critical", "warning"], [], "High"), (["info", "warning"], ["critical"], "Medium"),
            (["info"], [], "Low"), (["page"], ["warning", "info"], "Medium"), ([], ["info"], "Low"), (["page"], ["none"], ""),
            ([""], [], ""),
        ] as [([String], [String], String)])
    func priority(firing: [String], resolved: [String], expected: String) throws {
        func alerts(_ severities: [String], like alert: NotifiedAlert) -> [NotifiedAlert] {
            severities.enumerated().map { index, severity in
                var alert = alert
                alert.body = .init(labels: LabelSet([("alertname", "x"), ("instance", "\(index)"), ("severity", severity)]))
                return alert
            }
        }
        let data = Golden.data(alerts(firing, like: Golden.firing) + alerts(resolved, like: Golden.resolved))
        #expect(try Golden.render(Self.call("jira.default.priority"), data) == expected)
    }

    @Test("can be used from one another's replacement: a file that defines the subject changes every title")
    func replacement() throws {
        var set = NotificationTemplates.defaults
        try set.add(#"{{ define "__subject" }}Mine: {{ .Status }}{{ end }}"#, name: "mine.tmpl")
        let data = Golden.Case.both.data
        for name in ["slack.default.title", "email.default.subject", "pushover.default.title"] {
            #expect(try set.text(Self.call(name), data, now: Golden.now) == "Mine: firing")
        }
        #expect(try set.html(Self.call("email.default.html"), data, now: Golden.now).contains("<title>Mine: firing</title>"))
    }
}
