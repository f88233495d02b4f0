import AlertRouter
import Testing

@Suite("Configurations are loaded from files")
struct ConfigurationFileTests {
    private let minimal = "route: {receiver: a}\nreceivers: [{name: a}]\n"

    @Test("a file is read with its text and the hash that Alertmanager publishes")
    func load() throws {
        let directory = try ConfigurationDirectory()
        let file = try directory.write("am.yml", minimal)
        let configuration = try AlertmanagerConfiguration.load(file: file)
        #expect(configuration.file == file)
        #expect(configuration.originalText == minimal)
        #expect(configuration.hash == 184816797860636)
        #expect(configuration.warnings.isEmpty)
    }

    @Test("a file that cannot be read is an error that says why")
    func unreadable() throws {
        let directory = try ConfigurationDirectory()
        let missing = "\(directory.path)/none.yml"
        let error = #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.load(file: missing) }
        #expect(error?.description == "\(missing): cannot be read: No such file or directory")
        let isDirectory = #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.load(file: directory.path) }
        #expect(isDirectory?.description == "\(directory.path): cannot be read: Is a directory")
    }

    @Test("bytes that are no UTF-8 are an error with their place")
    func invalidText() throws {
        let bytes = Array("route: {receiver: ".utf8) + [0xFF] + Array("}\n".utf8)
        let error = #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.parse(bytes, file: "f") }
        #expect(error?.issues.first?.position == .init(line: 1, column: 19))
    }

    @Test("templates are found relative to the configuration, each once, in order")
    func templates() throws {
        let directory = try ConfigurationDirectory()
        let second = try directory.write("t/b.tmpl", "")
        let first = try directory.write("t/.a.tmpl", "")
        let file = try directory.write("am.yml", minimal + "templates: ['t/*.tmpl', 't/[b].tmpl', 'none/*']\n")
        let configuration = try AlertmanagerConfiguration.load(file: file)
        #expect(configuration.templates == ["t/*.tmpl", "t/[b].tmpl", "none/*"].map { "\(directory.path)/\($0)" })
        #expect(configuration.templateFiles == [first, second])
        #expect(configuration.warnings.map(\.message) == ["no template file matches \"\(directory.path)/none/*\""])
    }

    @Test("a template that is a directory is an error")
    func templateDirectory() throws {
        let directory = try ConfigurationDirectory()
        _ = try directory.write("t/x.tmpl/file", "")
        let file = try directory.write("am.yml", minimal + "templates: ['t/*.tmpl']\n")
        let error = #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.load(file: file) }
        #expect(
            error?.issues.map(\.description) == ["3:13: template \"\(directory.path)/t/x.tmpl\" cannot be read: is a directory"])
    }

    @Test("the event recorder is ignored with a warning, as it is inert without its feature flag")
    func eventRecorder() throws {
        let configuration = try AlertmanagerConfiguration.parse(minimal + "event_recorder:\n  file_outputs: [{path: x}]\n", file: "f")
        #expect(configuration.warnings.map(\.message) == ["event_recorder is not in this version and is ignored"])
        #expect(try AlertmanagerConfiguration.parse(minimal + "event_recorder:\ntracing:\n", file: "f").warnings.isEmpty)
    }

    @Test(
        "odd but valid configurations are taken",
        arguments: [
            "global:\n", "global: {}\n", "templates:\n", "inhibit_rules: []\n", "time_intervals:\n", "global: {resolve_timeout: 0}\n",
            "global: {smtp_smarthost: ':25'}\n", "global: {smtp_smarthost: '[::1]:25'}\n", "global: {smtp_smarthost: ''}\n",
            "global: {slack_api_url: '<secret>'}\n", "global: {pagerduty_url: null}\n", "global: {opsgenie_api_url: 'http://h%25x/'}\n",
            "global: {slack_app_token: t, slack_api_url: 'https://slack.com/api/chat.postMessage'}\n",
            "global: {http_config: {proxy_url: foo}}\n", "global: {http_config: {oauth2: {client_id: a, token_url: x}}}\n",
            "global: {smtp_hello: 1}\n", "global: {smtp_require_tls: y}\n", "inhibit_rules: [null]\n",
            "inhibit_rules: [{equal: ['a-b']}]\n",
        ])
    func odd(_ extra: String) throws {
        let configuration = try AlertmanagerConfiguration.parse(minimal + extra, file: "f")
        #expect(configuration.core().routes.count == 1)
    }

    @Test(
        "names may be any scalar",
        arguments: [("1", "1"), ("1.50", "1.50"), ("yes", "yes"), ("'null'", "null"), ("2024-01-01", "2024-01-01"), ("\"é\\n\"", "é\n")])
    func names(_ written: String, _ meant: String) throws {
        let configuration = try AlertmanagerConfiguration.parse(
            "route: {receiver: \(written)}\nreceivers: [{name: \(written)}]\n", file: "f")
        #expect(configuration.core().receivers[0].name == meant)
    }

    @Test("anchors and merge keys work across receivers")
    func mergeKeys() throws {
        let yaml = """
            route: {receiver: a}
            receivers:
            - name: a
              webhook_configs: [&hook {url: 'http://a', max_alerts: 3}]
            - name: b
              webhook_configs: [{<<: *hook, max_alerts: 4}]
            """
        #expect(try AlertmanagerConfiguration.parse(yaml, file: "f").receivers.map { $0.webhooks.map(\.maxAlerts) } == [[3], [4]])
    }
}
