import AlertCore
import Foundation
import JSON
import Labels
import NIOConcurrencyHelpers
import Testing
import Time
import Transport
import WebServer

@testable import AlertRouter

@Suite("Telling Slack")
struct SlackSenderTests {
    private let transport = Transport(name: "test")

    /// The outcome of one attempt against a server that answers so.
    private func outcome(
        alertmanagers: Bool = false, timeout: TimeSpan = .zero, _ answer: @escaping @Sendable (WebRequest) async -> WebResponse
    ) async throws -> DeliveryOutcome {
        try await SlackServer.run({ request, _ in await answer(request) }) { server in
            var slack = Slack.configuration(server.url + "/services/T0/B0/secret")
            slack.timeout = timeout
            return await Slack.sender(transport, alertmanagers: alertmanagers).sender.send(Slack.message(), to: slack)
        }
    }

    @Test("a message is one POST of JSON to the webhook, and `ok` is what it hopes for")
    func delivers() async throws {
        try await SlackServer.run({ _, _ in SlackServer.ok }) { server in
            let outcome = await Slack.sender(transport).sender.send(
                Slack.message(), to: Slack.configuration(server.url + "/services/T0/B0/secret"))
            #expect(outcome.name == "delivered")
            #expect(outcome.receiverData == nil)
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/services/T0/B0/secret")
            #expect(request.headers["Content-Type"] == "application/json")
            #expect(request.headers["User-Agent"] == ProductInfo.userAgent)
            #expect(server.bodies[0].hasPrefix(#"{"username":"Alertmanager","attachments":[{"title":"[FIRING:1] HighLoad (a1 critical)""#))
        }
    }

    @Test("refusals and troubles of every kind are classed as reference 5.4 says")
    func classes() async throws {
        #expect(try await outcome { _ in SlackServer.text(200, "no_text") }.name == "final clientError")
        #expect(try await outcome { _ in SlackServer.json(#"{"ok":true}"#) }.name == "delivered")
        #expect(try await outcome { _ in SlackServer.json(#"{"ok":false,"error":"invalid_auth"}"#) }.name == "final clientError")
        #expect(try await outcome { _ in SlackServer.text(500, "oops") }.name == "retry serverError")
        #expect(try await outcome { _ in SlackServer.text(403, "no") }.name == "final authError")
        #expect(try await outcome { _ in SlackServer.cut("o") }.name == "retry clientError")
        #expect(try await outcome { _ in SlackServer.cut(#"{"ok":true"#, type: "application/json") }.name == "retry clientError")
    }

    @Test("a server that hangs is given up after the receiver's time-out, and asked again")
    func hangs() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let outcome = try await outcome(timeout: .milliseconds(100)) { _ in
            for await _ in gate.stream {}
            return SlackServer.ok
        }
        gate.continuation.finish()
        #expect(outcome.name == "retry contextDeadlineExceeded")
    }

    @Test("a cancelled attempt ends at once")
    func cancels() async throws {
        let gate = AsyncStream<Void>.makeStream()
        try await SlackServer.run({ _, _ in
            for await _ in gate.stream {}
            return SlackServer.ok
        }) { server in
            let slack = Slack.configuration(server.url)
            let sender = Slack.sender(transport).sender
            let attempt = Task { await sender.send(Slack.message(), to: slack) }
            while server.requests.isEmpty { await Task.yield() }
            attempt.cancel()
            #expect(await attempt.value.name == "cancelled")
            gate.continuation.finish()
        }
    }

    @Test("no time left is not the receiver's fault, and nobody at the address is worth another try")
    func unreachable() async {
        let sender = Slack.sender(transport).sender
        let late = Slack.message(deadline: Clock.monotonic() - 1)
        #expect(await sender.send(late, to: Slack.configuration()).name == "retry contextDeadlineExceeded")
        #expect(await sender.send(Slack.message(), to: Slack.configuration()).name == "retry other")
    }

    @Test("a redirect is followed with its body, unless the receiver forbids it")
    func redirect() async throws {
        try await SlackServer.run({ request, _ in
            request.path == "/new" ? SlackServer.ok : SlackServer.text(307, "", headers: [("Location", "/new")])
        }) { server in
            let sender = Slack.sender(transport).sender
            var slack = Slack.configuration(server.url + "/old")
            #expect(await sender.send(Slack.message(), to: slack).name == "delivered")
            #expect(server.requests.map(\.path) == ["/old", "/new"])
            #expect(server.bodies[0] == server.bodies[1])
            slack.http.options.followRedirects = false
            #expect(await sender.send(Slack.message(), to: slack).name == "final other")
        }
    }

    @Test("neither the webhook's URL nor a token is in any error, though the server repeats it")
    func secrets() async throws {
        let echo: @Sendable (WebRequest) async -> WebResponse = { request in
            let said = "\(request.path) \(request.headers["Authorization"] ?? "")"
            return request.path.hasPrefix("/json")
                ? SlackServer.json(#"{"ok":false,"error":"\#(said)"}"#) : SlackServer.text(request.path.hasPrefix("/no") ? 200 : 400, said)
        }
        try await SlackServer.run({ request, _ in await echo(request) }) { server in
            let sender = Slack.sender(transport).sender
            for path in ["/services/T0/B0/secret", "/no/secret", "/json/secret"] {
                let hook = await sender.send(Slack.message(), to: Slack.configuration(server.url + path))
                #expect(hook.message.contains("<redacted>") && !hook.message.contains("secret"), "\(hook.message)")
                let app = SlackConfiguration(target: .app(token: .inline("xoxb-hidden"), url: server.url + path))
                let outcome = await sender.send(Slack.message(), to: app)
                #expect(outcome.message.contains("<redacted>") && !outcome.message.contains("hidden"), "\(outcome.message)")
            }
            #expect(server.requests.count == 6)
        }
        let unreachable = await Slack.sender(transport).sender.send(Slack.message(), to: Slack.configuration())
        #expect(!unreachable.message.isEmpty && !unreachable.message.contains("secret"))
    }

    @Test("URL and token files are read at each attempt and trimmed; one that is missing fails")
    func files() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("secret").path
        try await SlackServer.run({ _, _ in SlackServer.ok }) { server in
            let sender = Slack.sender(transport).sender
            let hook = SlackConfiguration(target: .webhook(.file(file)))
            let app = SlackConfiguration(target: .app(token: .file(file), url: server.url + "/api/chat.postMessage"))
            #expect(await sender.send(Slack.message(), to: hook).name == "final other")
            for round in ["one", "two"] {
                try "  \(server.url)/\(round)\n".write(toFile: file, atomically: true, encoding: .utf8)
                #expect(await sender.send(Slack.message(), to: hook).name == "delivered")
                try "\txoxb-\(round)\n\n".write(toFile: file, atomically: true, encoding: .utf8)
                #expect(await sender.send(Slack.message(), to: app).name == "delivered")
            }
            #expect(server.requests.map(\.path) == ["/one", "/api/chat.postMessage", "/two", "/api/chat.postMessage"])
            #expect(server.requests.map { $0.headers["Authorization"] ?? "" } == ["", "Bearer xoxb-one", "", "Bearer xoxb-two"])
        }
    }

    @Test("update_message keeps where the message went and replaces it; a message that is gone is told anew")
    func updates() async throws {
        let answers = [
            #"{"ok":true,"channel":"C1","ts":"1.1"}"#, #"{"ok":true,"channel":"C1","ts":"1.1"}"#,
            #"{"ok":false,"error":"message_not_found"}"#, #"{"ok":true,"channel":"C1","ts":"2.2"}"#,
        ]
        try await SlackServer.run({ _, number in SlackServer.json(answers[number]) }) { server in
            let sender = Slack.sender(transport).sender
            var slack = SlackConfiguration(target: .app(token: .inline("xoxb-token"), url: server.url + "/api/chat.postMessage"))
            slack.updateMessage = true
            let first = await sender.send(Slack.message(), to: slack)
            let kept = try #require(first.receiverData)
            #expect(kept == ["threadTs": .string("1.1"), "channelId": .string("C1")])
            let second = await sender.send(Slack.message([Golden.resolved], data: kept), to: slack)
            #expect(second.receiverData == kept)
            let third = await sender.send(Slack.message(data: kept), to: slack)
            #expect(third.receiverData == ["threadTs": .string("2.2"), "channelId": .string("C1")])
            #expect(
                server.requests.map(\.path) == ["/api/chat.postMessage", "/api/chat.update", "/api/chat.update", "/api/chat.postMessage"])
            #expect(server.bodies[1].hasPrefix(#"{"channel":"C1","ts":"1.1","#))
            #expect(!server.bodies[3].contains(#""ts""#))
        }
        #expect(SlackSender.updateURL("https://slack.com/api/chat.postMessage") == "https://slack.com/api/chat.update")
        #expect(SlackSender.updateURL("https://proxy/slack") == "https://slack.com/api/chat.update")
    }

    @Test("a template that fails still tells the alert, with the error; with Alertmanager's manners it fails")
    func templateFailure() async throws {
        try await SlackServer.run({ _, _ in SlackServer.ok }) { server in
            var slack = Slack.configuration(server.url)
            slack.title = #"{{ template "nobody.defined.this" . }}"#
            #expect(await Slack.sender(transport).sender.send(Slack.message(), to: slack).name == "delivered")
            #expect(server.bodies[0].contains("instance=a1") && server.bodies[0].contains("nobody.defined.this"))
            #expect(await Slack.sender(transport, alertmanagers: true).sender.send(Slack.message(), to: slack).name == "final other")
            #expect(server.requests.count == 1)
        }
    }

    // MARK: Manners

    @Test("a 429 is retried after its Retry-After and paces the webhook; with Alertmanager's manners it is final and does not")
    func pushedBack() async throws {
        try await SlackServer.run({ _, number in
            number < 2 ? SlackServer.text(429, "rate_limited", headers: [("Retry-After", "7")]) : SlackServer.ok
        }) { server in
            let slack = Slack.configuration(server.url)
            let old = Slack.sender(transport, alertmanagers: true)
            #expect(await old.sender.send(Slack.message(), to: slack).name == "final rateLimited")
            #expect(!old.pacer.isPaced(.init(url: server.url)))

            let clock = VirtualPacerClock()
            let (sender, pacer) = Slack.sender(transport, clock: clock)
            #expect(await sender.send(Slack.message(), to: slack).name == "retry rateLimited after 7s")
            #expect(pacer.isPaced(.init(url: server.url)))
            let next = Task { await sender.send(Slack.message(), to: slack) }
            await clock.advance(toSeconds: 6.9)
            #expect(server.requests.count == 2)
            await clock.advance(toSeconds: 7)
            #expect(await next.value.name == "delivered")
            #expect(server.requests.count == 3)
            clock.set(toSeconds: 20)
            #expect(!pacer.isPaced(.init(url: server.url)))
        }
    }

    @Test("a pause beyond the deadline is said at once, and a message that is cancelled while it waits is never sent")
    func waiting() async throws {
        try await SlackServer.run({ _, _ in SlackServer.text(429, "", headers: [("Retry-After", "100")]) }) { server in
            let slack = Slack.configuration(server.url)
            let (sender, pacer) = Slack.sender(transport)
            _ = await sender.send(Slack.message(), to: slack)
            #expect(await sender.send(Slack.message(deadline: 50_000_000_000), to: slack).name == "retry rateLimited after 1m40s")
            let waiting = Task { await sender.send(Slack.message(), to: slack) }
            while pacer.count == 0 { await Task.yield() }
            waiting.cancel()
            #expect(await waiting.value.name == "cancelled")
            #expect(pacer.count == 0)
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "more than ten waiting groups arrive as one message that names them all, and all of them are delivered or none",
        arguments: [200, 500])
    func digest(status: Int) async throws {
        try await SlackServer.run({ _, number in
            number == 0 ? SlackServer.text(429, "") : status == 200 ? SlackServer.ok : SlackServer.text(status, "")
        }) { server in
            let slack = Slack.configuration(server.url)
            let clock = VirtualPacerClock()
            let (sender, pacer) = Slack.sender(transport, clock: clock)
            _ = await sender.send(Slack.message(), to: slack)
            let outcomes = await withTaskGroup(of: String.self) { group in
                for number in 0..<12 {
                    group.addTask { await sender.send(Slack.message(group: ["alertname": "G\(number)"]), to: slack).name }
                }
                while pacer.count < 12 { await Task.yield() }
                await clock.advance(toSeconds: 1)
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes == Array(repeating: status == 200 ? "delivered" : "retry serverError", count: 12))
            #expect(server.requests.count == 2)
            let json = try JSONValue.parse(server.bodies[1])
            #expect(json["text"]?.stringValue?.hasPrefix("12 groups of alerts: 12 firing (12 critical)") == true)
            for number in 0..<12 { #expect(server.bodies[1].contains("alertname=G\(number):")) }
            #expect(json["attachments"]?[0]?["title_link"]?.stringValue == "http://am:9093/#/alerts")
        }
    }

    @Test("the notifier sends each kind with its own sender and knows the receiver by the delivery's place")
    func notifier() async throws {
        try await SlackServer.run({ _, _ in SlackServer.ok }) { server in
            let configuration = try AlertmanagerConfiguration.parse(
                """
                route: {receiver: r}
                receivers:
                - name: r
                  webhook_configs: [{url: '\(server.url)/hook'}]
                  slack_configs: [{api_url: '\(server.url)/slack', title: 'T'}]
                """, file: "test.yml")
            let notifier = Notifier(transport: transport, externalURL: "http://am:9093")
            var delivery = Slack.message().delivery
            for integration in [0, 1] {
                delivery.integration = integration
                #expect(await notifier.send(delivery, with: configuration).name == "delivered")
            }
            #expect(server.requests.map(\.path) == ["/hook", "/slack"])
            #expect(server.bodies[1].contains(#""title":"T""#))
            delivery.integration = 2
            #expect(await notifier.send(delivery, with: configuration).name == "final other")
        }
    }
}
