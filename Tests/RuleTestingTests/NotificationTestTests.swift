import RuleTesting
import Testing

private let rules = """
    groups:
    - name: g
      rules:
      - alert: Critical
        expr: disk > 90
        for: 2m
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.path }} at {{ $value }} %'}
      - alert: Warning
        expr: disk > 80
        labels: {severity: warning}
    """

private let routing = """
    route:
      receiver: team
      group_by: [alertname]
      group_wait: 10s
      group_interval: 1m
      repeat_interval: 4h
      routes:
      - {matchers: ['severity="critical"'], receiver: oncall}
    inhibit_rules:
    - {source_matchers: ['alertname="Critical"'], target_matchers: ['alertname="Warning"'], equal: [path]}
    receivers:
    - name: team
      webhook_configs: [{url: 'http://127.0.0.1:1/', send_resolved: false}]
    - name: oncall
      slack_configs:
      - {api_url: 'http://127.0.0.1:1/', channel: '#oncall', send_resolved: true, title: '{{ .CommonLabels.alertname }} on {{ .CommonLabels.host }}', text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}'}
      email_configs:
      - {to: a@example.com, from: b@example.com, smarthost: '127.0.0.1:1', headers: {Subject: 'Disk {{ .Status }}'}, text: '{{ .ExternalURL }}', html: ''}
    """

/// The failures of one notification test; the disk is at `values`, a value a minute.
private func failures(_ test: String, values: String = "95x60", head: String = "", rules: String = rules, routing: String = routing) throws
    -> String
{
    let text = """
        rule_files: [rules.yml]
        tests:
        - {name: disk, interval: 1m, input_series: [{series: 'disk{path="/"}', values: '\(values)'}]}
        ---
        alertmanager: routing.yml
        external_labels: {host: web-1}
        external_url: http://alerts/
        \(head)notification_tests:
        - name: n
          test: disk
        \(test.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
        """
    let directory = try Directory(["rules.yml": rules, "routing.yml": routing, "t.yml": text])
    return directory.run("t.yml").errors.replacing(directory.path, with: "DIR")
}

@Suite("Notification tests")
struct NotificationTestTests {
    @Test("tell when, to whom and in which words alerts are told, and what is inhibited")
    func whole() throws {
        let test = """
            until: 10m
            exp_notifications:
            - {at: 10s, receiver: team, integration: webhook, firing: [{alertname: Warning, path: /, host: web-1}]}
            - at: 2m10s
              receiver: oncall
              integration: slack[0]
              group_labels: {alertname: Critical}
              group_key: '{}/{severity="critical"}:{alertname="Critical"}'
              firing: [{alertname: Critical}]
              resolved: []
              title: 'Critical on web-1'
              text: ['/ at 95 %']
              body: '#oncall'
              lacks: secret
            - {within: [2m, 3m], receiver: oncall, integration: email, subject: Disk firing, text: http://alerts}
            exp_no_notifications:
            - {alertname: Warning, receiver: oncall}
            exp_muted:
            - {alertname: Warning, by: nobody, at: 1m}
            - {alertname: Warning, by: inhibited, source: {alertname: Critical}, at: 5m}
            - {alertname: Critical, by: nobody}
            """
        #expect(try failures(test) == "")
    }

    @Test("fail with the notification that comes nearest, and with each that nobody expected")
    func mismatch() throws {
        let test = """
            until: 1m
            exp_notifications:
            - {at: 20s, receiver: team, firing: [{alertname: Warning}], resolved: [{alertname: Warning}]}
            """
        let errors = try failures(test)
        #expect(
            errors == """
                  FAILED:
                    name: n,
                    13:5: notification
                        exp: at 20s, to team, firing {alertname="Warning"}, resolved {alertname="Warning"}
                        nearest: at 10s to team by webhook[0], firing {alertname="Warning", host="web-1", path="/", severity="warning"}
                            time: exp 20s, got 10s
                            resolved: exp {alertname="Warning"}, got none
                    name: n,
                    notification that is not expected
                        got: at 10s to team by webhook[0], firing {alertname="Warning", host="web-1", path="/", severity="warning"}

                """)
    }

    @Test("alerts that nobody evaluates any more expire while the router goes on, and are told so")
    func pause() throws {
        let test = """
            until: 20m
            events: [{at: 5m, no_rules: 1h}]
            exp_notifications:
            - {at: 10s, receiver: team}
            - {at: 2m10s, receiver: oncall, integration: slack, firing: [{alertname: Critical}]}
            - {at: 2m10s, receiver: oncall, integration: email, firing: [{alertname: Critical}]}
            - {within: [8m, 10m10s], receiver: oncall, integration: slack, firing: [], resolved: [{alertname: Critical}], text: expired}
            """
        let ending = routing.replacing("{{ range .Alerts }}", with: "{{ range .Alerts }}{{ .EndReason }} ")
        #expect(try failures(test, routing: ending) == "")
    }

    @Test("the empty list expects silence; others are allowed where that is said")
    func silenceAndOthers() throws {
        #expect(try failures("until: 5m\nexp_notifications: []", values: "50x60") == "")
        #expect(try failures("until: 5m\nexp_notifications: []").contains("notification that is not expected"))
        #expect(
            try failures("until: 5m\nallow_others: true\nexp_notifications: [{receiver: oncall, integration: email}]") == "")
    }

    @Test("unwanted notifications and wrong mutings are told with what came instead")
    func wrongMuting() throws {
        let test = """
            until: 5m
            exp_no_notifications: [{alertname: Critical, integration: email}]
            """
        #expect(try failures(test).contains("    12:26: exp_no_notifications\n        got: at 2m10s to oncall by email[0], firing"))
        #expect(
            try failures("until: 5m\nexp_muted: [{alertname: Warning, by: silenced}]").contains(
                "by: silenced\n        got: {alertname=\"Warning\", host=\"web-1\", path=\"/\", severity=\"warning\"} muted by: inhibited (by {alertname=\"Critical\""
            ))
        #expect(try failures("until: 5m\nexp_muted: [{alertname: None, by: nobody}]").contains("got: no such alert fires"))
    }

    @Test("a text that is not there is shown beside what is")
    func texts() throws {
        let errors = try failures("until: 5m\nallow_others: true\nexp_notifications: [{integration: slack, title: x, lacks: web-1}]")
        #expect(errors.contains(#"title: exp to contain "x", got "Critical on web-1""#))
        #expect(errors.contains(#"lacks: exp nothing with "web-1", got "Critical on web-1""#))
    }

    @Test("a restart tells nothing twice and resolves nothing, whenever it comes", arguments: ["1m", "2m5s", "2m10s", "7m", "9m59s"])
    func restart(at: String) throws {
        let test = """
            until: 30m
            events: [{at: \(at), restart: true}, {at: 20m, restart: true}]
            exp_notifications:
            - {at: 10s, receiver: team}
            - {within: [2m10s, 2m20s], receiver: oncall, integration: slack}
            - {within: [2m10s, 2m20s], receiver: oncall, integration: email}
            """
        #expect(try failures(test) == "")
    }

    @Test("eight hours of sleep in the middle of firing are told to nobody")
    func sleepWhileFiring() throws {
        let test = """
            until: 3h59m
            events: [{at: 10m, sleep: 3h}]
            exp_notifications:
            - {at: 10s, receiver: team}
            - {at: 2m10s, receiver: oncall, integration: slack, resolved: []}
            - {at: 2m10s, receiver: oncall, integration: email}
            exp_muted: [{alertname: Critical, by: nobody}]
            """
        #expect(try failures(test, values: "95x300") == "")
    }

    @Test("sleep does not count towards for")
    func sleepWhilePending() throws {
        let test = """
            until: 9h
            allow_others: true
            events: [{at: 1m30s, sleep: 8h}]
            exp_notifications: [{within: [8h2m, 8h4m], receiver: oncall, integration: slack}]
            """
        #expect(try failures(test, values: "95x600") == "")
    }

    @Test("an end during sleep is told after it")
    func endDuringSleep() throws {
        let test = """
            until: 9h
            allow_others: true
            events: [{at: 10m, sleep: 8h}]
            exp_notifications: [{within: [8h10m, 8h13m], receiver: oncall, integration: slack, firing: [], resolved: [{alertname: Critical}]}]
            """
        #expect(try failures(test, values: "95x10 50x600") == "")
    }

    @Test("what happened while the process was down is told when it is back")
    func down() throws {
        let test = """
            until: 1h
            allow_others: true
            events: [{at: 10m, down: 20m}]
            exp_notifications: [{within: [30m, 33m], receiver: oncall, integration: slack, firing: [], resolved: [{path: /}], title: Critical on web-1}]
            """
        #expect(try failures(test, values: "95x10 50x600") == "")
    }

    @Test("a silence mutes from its time on")
    func silence() throws {
        let test = """
            until: 10m
            events: [{at: 1m, silence: {matchers: ['path="/"'], duration: 1h}}]
            exp_notifications: [{at: 10s, receiver: team}]
            exp_muted: [{alertname: Critical, by: silenced}]
            """
        #expect(try failures(test) == "")
        let bad = "until: 5m\nevents: [{at: 1m, silence: {matchers: ['='], duration: 1h}}]\nexp_notifications: []"
        #expect(try failures(bad).contains("    12:12: silence: "))
    }

    @Test("input can be the test's own")
    func ownInput() throws {
        let text = """
            rule_files: [rules.yml]
            ---
            alertmanager: routing.yml
            notification_tests:
            - name: own
              interval: 1m
              input_series: [{series: 'disk{path="/own"}', values: '85x10'}]
              until: 5m
              exp_notifications: [{receiver: team, firing: [{path: /own, host: ''}]}]
            """
        let report = try Directory(["rules.yml": rules, "routing.yml": routing, "t.yml": text]).run("t.yml")
        #expect(report.errors == "" && report.suites.first?.cases.map(\.name) == ["own"])
    }

    @Test("what is wrong with the document is told with its place and what to do")
    func mistakes() throws {
        let test = "until: 5m\nexp_notifications: [{when: 5m, within: [3m, 2m]}]\nevents: [{at: 1m, restart: true, sleep: 1h}]"
        let errors = try failures(test)
        #expect(
            errors.contains("t.yml:12:24: notification_tests[0].exp_notifications[0]: field when not found in type expected notification"))
        #expect(
            errors.contains("t.yml:12:42: notification_tests[0].exp_notifications[0].within: is a list of two times, the earlier first"))
        #expect(errors.contains("is one of restart: true, down: 5m, sleep: 8h, no_rules: 1h, silence"))
        #expect(
            try failures("until: 200y\nexp_notifications: []").contains("t.yml:11:10: notification_tests[0].until: is at most ten years"))
        #expect(try failures("until: 5m").contains("expects nothing; give exp_notifications"))
        #expect(try failures("exp_notifications: []").contains("until: says how long the test goes on"))
        #expect(try failures("until: 5m\ninterval: 1m\nexp_notifications: []").contains("there must be no others beside it"))
    }

    @Test("a test that names no test above is told which there are")
    func unknownTest() throws {
        let text =
            "tests: [{name: a}, {name: b}]\n---\nalertmanager: routing.yml\nnotification_tests: [{test: c, until: 1m, exp_notifications: []}]\n"
        let errors = try Directory(["t.yml": text]).run("t.yml").errors
        #expect(errors.contains("t.yml:4:29: notification_tests[0].test: no test above is called \"c\"; there are a, b"))
    }

    @Test("a routing file or rules that cannot be loaded fail the test with what is wrong with them")
    func brokenFiles() throws {
        let document =
            "rule_files: [rules.yml]\n---\nalertmanager: routing.yml\nnotification_tests: [{input_series: [], until: 1m, exp_notifications: []}]\n"
        let noRouting = try Directory(["rules.yml": rules, "t.yml": document]).run("t.yml")
        #expect(noRouting.errors.contains("routing.yml: cannot be read"))
        let badRules = try Directory(["rules.yml": "groups: [{}]", "routing.yml": routing, "t.yml": document]).run("t.yml")
        #expect(badRules.errors.contains("rules.yml: 1:10: Groupname must not be empty"))
    }
}
