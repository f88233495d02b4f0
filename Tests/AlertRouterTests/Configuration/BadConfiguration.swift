import AlertRouter
import Testing

/// A configuration that must be refused, and everything that must be said about it.
struct BadConfiguration: Sendable, CustomTestStringConvertible {
    let yaml: String
    /// `LINE:COLUMN: message`, in file order.
    let issues: [String]

    var testDescription: String { issues.first ?? yaml }

    /// The text of a file.
    static func file(_ yaml: String, _ issues: String...) -> Self { Self(yaml: yaml, issues: issues) }

    /// A root route, line 1.
    static func route(_ flow: String, _ issues: String...) -> Self {
        Self(yaml: "route: \(flow)\nreceivers: [{name: a}]\n", issues: issues)
    }

    /// The receivers, line 2.
    static func receivers(_ flow: String, _ issues: String...) -> Self {
        Self(yaml: "route: {receiver: a}\nreceivers: \(flow)\n", issues: issues)
    }

    /// Something at the end of a valid file, line 3.
    static func extra(_ yaml: String, _ issues: String...) -> Self {
        Self(yaml: "route: {receiver: a}\nreceivers: [{name: a}]\n\(yaml)\n", issues: issues)
    }

    /// Members of `global`, line 3.
    static func global(_ flow: String, _ issues: String...) -> Self {
        Self(yaml: "route: {receiver: a}\nreceivers: [{name: a}]\nglobal: {\(flow)}\n", issues: issues)
    }

    /// Members of a webhook, line 5.
    static func webhook(_ flow: String, _ issues: String...) -> Self {
        Self(yaml: "route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs:\n  - {\(flow)}\n", issues: issues)
    }

    /// Members of a Slack integration, line 6.
    static func slack(_ flow: String, global: String = "", _ issues: String...) -> Self {
        Self(yaml: GoodReceiver.slack(flow, global: global).yaml, issues: issues)
    }

    /// Members of an e-mail integration, line 6.
    static func email(_ flow: String, global: String = "", _ issues: String...) -> Self {
        Self(yaml: GoodReceiver.email(flow, global: global).yaml, issues: issues)
    }

    /// Members of a webhook's `http_config`, line 6.
    static func http(_ flow: String, _ issues: String...) -> Self {
        Self(
            yaml: "route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs:\n  - url: http://a\n    http_config: {\(flow)}\n",
            issues: issues)
    }

    /// Members of a time interval's only spec, line 6.
    static func interval(_ flow: String, _ issues: String...) -> Self {
        Self(
            yaml: "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals:\n- name: x\n  time_intervals:\n  - {\(flow)}\n",
            issues: issues)
    }
}

@Suite("What is wrong with a configuration is told with its place")
struct BadConfigurationTests {
    private func check(_ vector: BadConfiguration) {
        let error = #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.parse(vector.yaml, file: "am.yml") }
        #expect(error?.issues.map(\.description) == vector.issues)
        #expect(error?.lines == vector.issues.map { "am.yml:\($0)" })
    }

    @Test("the file as a whole", arguments: BadConfiguration.wholeFile)
    func wholeFile(_ vector: BadConfiguration) { check(vector) }

    @Test("global", arguments: BadConfiguration.global)
    func global(_ vector: BadConfiguration) { check(vector) }

    @Test("route", arguments: BadConfiguration.routing)
    func routing(_ vector: BadConfiguration) { check(vector) }

    @Test("receivers and webhooks", arguments: BadConfiguration.receivers)
    func receivers(_ vector: BadConfiguration) { check(vector) }

    @Test("Slack", arguments: BadConfiguration.slack)
    func slack(_ vector: BadConfiguration) { check(vector) }

    @Test("e-mail", arguments: BadConfiguration.email)
    func email(_ vector: BadConfiguration) { check(vector) }

    @Test("what is right is taken", arguments: GoodReceiver.slack + GoodReceiver.email)
    func good(_ vector: GoodReceiver) throws {
        let configuration = try AlertmanagerConfiguration.parse(vector.yaml, file: "am.yml")
        #expect(configuration.receivers[0].integrations.count == 1)
    }

    @Test("http_config and tls_config", arguments: BadConfiguration.httpConfig)
    func httpConfig(_ vector: BadConfiguration) { check(vector) }

    @Test("inhibit_rules", arguments: BadConfiguration.inhibition)
    func inhibition(_ vector: BadConfiguration) { check(vector) }

    @Test("time intervals", arguments: BadConfiguration.timeIntervals)
    func timeIntervals(_ vector: BadConfiguration) { check(vector) }

    @Test(
        "every integration of Alertmanager that is not in this version is named as such",
        arguments: [
            "discord", "incidentio", "jira", "mattermost", "msteams", "msteamsv2", "opsgenie", "pagerduty", "pushover", "rocketchat",
            "sns", "telegram", "victorops", "webex", "wechat",
        ])
    func missingIntegration(_ kind: String) {
        check(.receivers("[{name: a, \(kind)_configs: [{}]}]", "2:23: \(kind)_configs: not in this version"))
    }

    @Test("issues are told once, in file order, in one line")
    func order() {
        let error = ConfigurationError(
            file: "f",
            issues: [
                ConfigurationIssue(position: .init(line: 2, column: 3), message: "b"),
                ConfigurationIssue(position: .init(line: 1, column: 9), message: "a"),
                ConfigurationIssue(position: .init(line: 2, column: 3), message: "b"),
                ConfigurationIssue(position: nil, message: "whole"),
            ])
        #expect(error.description == "f: whole; f:1:9: a; f:2:3: b")
    }

    @Test("no complaint shows a secret")
    func secrets() throws {
        let vectors = [
            "url: 'http://me:hunter2/@host'", "url: 'http://me:hunter2@ho st'", "url: 'http://host:hunter2'", "url: 'http://host/%hunter2'",
            "url: 'http://a', http_config: {proxy_url: 'http://me:hunter2@host:port'}",
        ]
        for vector in vectors {
            let yaml = BadConfiguration.webhook(vector).yaml
            let error = #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.parse(yaml, file: "f") }
            #expect(try #require(error).description.contains("hunter2") == false)
        }
    }
}
