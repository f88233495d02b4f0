import AlertStorage
import Foundation
import JSON
import Logging
import NIOConcurrencyHelpers
import Testing
import Time

@testable import AlertRouter

@Suite("What keeps receivers from delivering")
struct ReceiverCheckTests {
    private func withDirectory<R>(_ body: (String) async throws -> R) async throws -> R {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    private func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

    private func configuration(_ receivers: String) throws -> AlertmanagerConfiguration {
        try AlertmanagerConfiguration.parse("route: {receiver: a}\nreceivers: [\(receivers)]\n", file: "t.yml")
    }

    private func findings(_ receivers: String, resolves: @escaping @Sendable (String) -> Bool = { _ in true }) throws -> [ReceiverFinding] {
        var hosts: Set<String> = []
        return ReceiverCheck(resolves: resolves).findings(on: try configuration(receivers), knownHosts: &hosts)
    }

    @Test("a secret file that is missing, empty or no URL is a problem; a good one is none, and is read anew each time")
    func secretFiles() async throws {
        try await withDirectory { directory in
            let file = "\(directory)/url"
            func problem() throws -> String? {
                try findings("{name: a, slack_configs: [{api_url_file: \(file), channel: '#a'}]}").first?.problem?.message
            }
            #expect(try problem() == "\(file) (api_url) cannot be read: No such file or directory")
            try write(" \n", to: file)
            #expect(try problem() == "\(file) (api_url) is empty")
            try write("hooks.slack.test/secret", to: file)
            let message = try #require(try problem())
            #expect(message.contains("holds no URL") && !message.contains("secret)") && !message.contains("hooks.slack"))
            try write("https://hooks.slack.test/secret\n", to: file)
            #expect(try problem() == nil)
        }
    }

    @Test("passwords, tokens and certificates in files count too; an empty password that is written out is meant")
    func otherFiles() throws {
        let receivers = [
            "email_configs: [{to: a@b.c, from: d@e.f, smarthost: 'm.test:25', auth_username: u, auth_password_file: /none/p}]": "/none/p",
            "webhook_configs: [{url: 'http://h.test', http_config: {authorization: {credentials_file: /none/t}}}]": "/none/t",
            "webhook_configs: [{url: 'http://h.test', http_config: {tls_config: {ca_file: /none/ca}}}]": "/none/ca",
            "slack_configs: [{app_token_file: /none/app, channel: '#a'}]": "/none/app",
        ]
        for (receiver, file) in receivers {
            #expect(try findings("{name: a, \(receiver)}").first?.problem?.message.hasPrefix(file) == true, "\(receiver)")
        }
        let basic = "webhook_configs: [{url: 'http://h.test', http_config: {basic_auth: {username: u, password: ''}}}]"
        #expect(try findings("{name: a, \(basic)}").first?.problem == nil)
    }

    @Test("a host without an address is a problem where a route leads, asked once; behind a proxy the proxy's counts")
    func hosts() throws {
        let asked = NIOLockedValueBox<[String]>([])
        let found = try findings(
            """
            {name: a, webhook_configs: [{url: 'http://gone.test/x'}, {url: 'http://gone.test/y'}, {url: 'http://there.test:8080/'},
             {url: 'http://hidden.test/', http_config: {proxy_url: 'http://proxy.test:3128'}}]},
            {name: b, webhook_configs: [{url: 'http://unrouted.test/'}]}
            """
        ) { name in
            asked.withLockedValue { $0.append(name) }
            return name != "gone.test"
        }
        #expect(asked.withLockedValue { $0 } == ["gone.test", "there.test", "proxy.test"])
        #expect(found.map { $0.problem == nil } == [false, false, true, true, true])
        #expect(found[0].problem?.message == "the host gone.test is not known")
        #expect(found[2].place == "there.test:8080")
        #expect(found.map(\.isRouted) == [true, true, true, true, false])
    }

    @Test("a routed receiver without integration is there, without a problem")
    func nobody() throws {
        let found = try findings("{name: a}, {name: b}")
        #expect(found.map(\.receiver) == ["a"] && found[0].integration.isEmpty && found[0].problem == nil)
    }

    @Test(
        "an external URL that readers cannot open is found",
        arguments: [
            ("http://localhost:9093", true), ("http://127.0.0.1:9093/am", true), ("http://[::1]:9093", true), ("http://0.0.0.0:9093", true),
            ("http://3f9a0c1b2d4e:9093", true), ("http://unknownhost:9093", true), ("http://knownhost:9093", false),
            ("https://alerts.example.jp", false), ("http://192.168.1.5:9093", false),
        ])
    func externalURL(_ url: String, _ isProblem: Bool) {
        let problem = ExternalURLCheck.problem(of: url) { $0 == "knownhost" }
        #expect((problem != nil) == isProblem)
        #expect(problem?.advice.contains("--web.external-url") != false)
    }

    // MARK: The watch, its metric and its endpoint

    @Test("the metric and GET receivers show what was found, and how the last delivery went")
    func list() async throws {
        try await withDirectory { directory in
            let configuration = try configuration(
                "{name: a, webhook_configs: [{url: 'http://gone.test/'}, {url: 'http://there.test/'}]}, {name: b, webhook_configs: [{url: 'http://x.test'}]}"
            )
            let history = try History.open(at: directory, maxBytes: 4 << 20)
            for (number, kind) in [HistoryEvent.Kind.delivered, .deliveryFailed].enumerated() {
                var event = HistoryEvent(kind, at: Timestamp(seconds: Int64(number + 1)))
                (event.receiver, event.integration, event.error) = ("a", "webhook[1]", kind == .delivered ? "" : "boom")
                history.record(event)
            }
            await history.flush()
            let router = FakeRouter(
                configuration.core(), history: history, loaded: configuration, check: ReceiverCheck { $0 != "gone.test" })
            router.metrics.attach(to: router.receiverWatch)
            router.receiverWatch.watch(configuration, isStart: true)
            await router.receiverWatch.settled()
            let metrics = String(decoding: router.metrics.registry.render(), as: UTF8.self)
            #expect(metrics.contains(#"flatalert_receiver_problem{receiver="a",integration="webhook[0]"} 1"#))
            #expect(metrics.contains(#"flatalert_receiver_problem{receiver="a",integration="webhook[1]"} 0"#))
            #expect(!metrics.contains(#"flatalert_receiver_problem{receiver="b""#), "no route leads to b")
            let answer = await router.get("/api/flatalert/v1/receivers")
            let receivers = answer.json?["receivers"]?.arrayValue ?? []
            #expect(receivers.map { $0["name"]?.stringValue } == ["a", "b"])
            #expect(receivers.first?["integrations"]?[0]?["problem"]?.stringValue == "the host gone.test is not known")
            #expect(receivers.first?["integrations"]?[0]?["last"] == nil)
            #expect(receivers.first?["integrations"]?[1]?["problem"] == nil)
            #expect(receivers.first?["integrations"]?[1]?["last"]?["error"]?.stringValue == "boom")
            #expect(receivers.last?["routed"]?.boolValue == false)
            history.close()
        }
    }

    @Test("a reload is looked at anew, and nothing is looked at after the end")
    func reload() async throws {
        let asked = NIOLockedValueBox<[String]>([])
        let watch = ReceiverWatch(
            externalURL: "http://alerts.test",
            check: ReceiverCheck { name in
                asked.withLockedValue { $0.append(name) }
                return false
            }, interval: .never, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        watch.watch(try configuration("{name: a, webhook_configs: [{url: 'http://one.test/'}]}"), isStart: true)
        await watch.settled()
        #expect(watch.findings.first?.problem?.message == "the host one.test is not known" && watch.externalURLProblem == nil)
        watch.watch(try configuration("{name: a, webhook_configs: [{url: 'http://two.test/'}]}"), isStart: false)
        await watch.settled()
        #expect(watch.findings.first?.problem?.message == "the host two.test is not known")
        watch.stop()
        watch.watch(try configuration("{name: a, webhook_configs: [{url: 'http://three.test/'}]}"), isStart: false)
        await watch.settled()
        #expect(asked.withLockedValue { $0 } == ["one.test", "two.test"])
    }
}
