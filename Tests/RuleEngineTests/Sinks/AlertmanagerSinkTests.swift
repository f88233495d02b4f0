import Exposition
import Labels
import MonitorFile
import Rules
import Testing
import Transport
import WebServer

@testable import RuleEngine

private let taken = LoopbackAPI.text(200, "")

/// A sink with small limits where a test wants them.
private struct Bench {
    let log = CollectedLog()
    let registry = MetricRegistry()
    let sink: AlertmanagerSink

    init(capacity: Int = 10_000, batch: Int = 256) {
        var options = AlertmanagerSink.Options()
        options.queueCapacity = capacity
        options.batchSize = batch
        sink = AlertmanagerSink(options: options, transport: Transport(name: "test"), registry: registry, log: log.logger)
    }

    /// The value of a metric, by its line's beginning.
    func metric(_ series: String) -> String? {
        String(decoding: registry.render(), as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .map { String($0.dropFirst(series.count + 1)) }
    }
}

/// The names of the alerts in a body.
private func names(_ body: String) -> [String] {
    body.split(separator: "\"alertname\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
}

@Suite("alerts for Alertmanagers") struct AlertmanagerSinkTests {
    @Test("the body is what Alertmanager's API takes, byte for byte")
    func body() {
        let one = alert("A<b>", ["x": "é\n"], annotations: ["summary": "1 & 2"])
        #expect(
            String(decoding: AlertMessage.write([one, alert("B")]), as: UTF8.self)
                == #"[{"annotations":{"summary":"1 \u0026 2"},"endsAt":"2026-01-01T00:04:00.005Z","startsAt":"2026-01-01T00:00:00.000Z","#
                + #""generatorURL":"http://f:9093/graph?g0.expr=up\u0026g0.tab=1","labels":{"alertname":"A\u003cb\u003e","x":"é\n"}},"#
                + #"{"annotations":{},"endsAt":"2026-01-01T00:04:00.005Z","startsAt":"2026-01-01T00:00:00.000Z","#
                + #""generatorURL":"http://f:9093/graph?g0.expr=up\u0026g0.tab=1","labels":{"alertname":"B"}}]"#)
    }

    @Test("alerts are posted below the path prefix with the entry's credentials, and counted")
    func post() async throws {
        let server = try await LoopbackAPI(taken)
        let bench = Bench()
        var entry = entry(server.address)
        entry.pathPrefix = "/am"
        entry.client.options.authorization = Authorization(credentials: .inline("token-1"))
        bench.sink.apply([entry])
        await bench.sink.ready()
        let url = "http://\(server.address)/am/api/v2/alerts"
        #expect(bench.sink.report.active == [url])
        #expect(bench.metric("prometheus_notifications_alertmanagers_discovered") == "1")
        #expect(bench.metric("prometheus_notifications_sent_total{alertmanager=\"\(url)\"}") == "0")
        await bench.sink.send([alert("A")])
        await bench.sink.stop()
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.path == "/am/api/v2/alerts")
        #expect(request.headers["Content-Type"] == "application/json")
        #expect(request.headers["Authorization"] == "Bearer token-1")
        #expect(request.body == AlertMessage.write([alert("A")]))
        #expect(bench.metric("prometheus_notifications_sent_total{alertmanager=\"\(url)\"}") == "1")
        #expect(bench.metric("prometheus_notifications_errors_total{alertmanager=\"\(url)\"}") == "0")
        #expect(bench.metric("prometheus_notifications_latency_seconds_count{alertmanager=\"\(url)\"}") == "1")
        #expect(bench.log.all.isEmpty)
        await server.stop()
    }

    @Test("batches are of 256, in order")
    func batches() async throws {
        let server = try await LoopbackAPI(taken)
        let bench = Bench()
        bench.sink.apply([entry(server.address)])
        await bench.sink.send(alerts(600))
        await bench.sink.stop()
        #expect(server.bodies.map { names($0).count } == [256, 256, 88])
        #expect(server.bodies.flatMap(names) == (0..<600).map { "a\($0)" })
        await server.stop()
    }

    @Test("a full queue gives up its oldest alerts, says so once, and counts them")
    func overflow() async throws {
        let gate = Gate()
        let server = try await LoopbackAPI(LoopbackAPI.after(gate, taken), taken)
        let bench = Bench(capacity: 10, batch: 4)
        bench.sink.apply([entry(server.address)])
        await bench.sink.send(alerts(1))
        await server.requests(1)
        for start in [1, 6, 11] { await bench.sink.send(alerts(5, from: start)) }
        let url = "http://\(server.address)/api/v2/alerts"
        #expect(bench.metric("prometheus_notifications_queue_length{alertmanager=\"\(url)\"}") == "10")
        #expect(bench.metric("prometheus_notifications_queue_capacity") == "10")
        // More than fits at once: the newest of them stay.
        await bench.sink.send(alerts(30, from: 16))
        gate.open()
        await bench.sink.stop()
        #expect(server.bodies.map(names) == [["a0"], ["a36", "a37", "a38", "a39"], ["a40", "a41", "a42", "a43"], ["a44", "a45"]])
        #expect(bench.metric("prometheus_notifications_dropped_total{alertmanager=\"\(url)\"}") == "35")
        #expect(bench.log.all == ["warning More alerts wait for an Alertmanager than may: the oldest are given up"])
        await server.stop()
    }

    @Test("what an Alertmanager refuses is not sent again; the log hears of each change")
    func failures() async throws {
        let server = try await LoopbackAPI(
            LoopbackAPI.text(500, "disk full"), LoopbackAPI.text(500, "disk very full"), LoopbackAPI.text(400, "bad"), taken)
        let bench = Bench(batch: 1)
        bench.sink.apply([entry(server.address)])
        await bench.sink.send(alerts(4))
        await bench.sink.stop()
        #expect(server.bodies.flatMap(names) == ["a0", "a1", "a2", "a3"])
        let url = "http://\(server.address)/api/v2/alerts"
        #expect(bench.metric("prometheus_notifications_errors_total{alertmanager=\"\(url)\"}") == "3")
        #expect(bench.metric("prometheus_notifications_dropped_total{alertmanager=\"\(url)\"}") == "3")
        #expect(bench.metric("prometheus_notifications_sent_total{alertmanager=\"\(url)\"}") == "4")
        #expect(
            bench.log.all == [
                "warning Alertmanager takes no alerts; rules repeat them: answered with status 500: disk full",
                "warning Alertmanager takes no alerts; rules repeat them: answered with status 400: bad",
                "info Alertmanager takes alerts again",
            ])
        await server.stop()
    }

    @Test("any 2xx is success, and one Alertmanager that hangs delays no other")
    func independence() async throws {
        let gate = Gate()
        let slow = try await LoopbackAPI(LoopbackAPI.after(gate, taken))
        let quick = try await LoopbackAPI(LoopbackAPI.text(202, ""))
        let bench = Bench(batch: 1)
        bench.sink.apply([entry(slow.address, quick.address)])
        await bench.sink.send(alerts(3))
        await quick.requests(3)
        #expect(slow.requests.count <= 1)
        gate.open()
        await bench.sink.stop()
        #expect(slow.requests.count == 3)
        #expect(bench.log.all.isEmpty)
        await slow.stop()
        await quick.stop()
    }

    @Test("a request ends after the entry's timeout")
    func timeout() async throws {
        let gate = Gate()
        let server = try await LoopbackAPI(LoopbackAPI.after(gate, taken))
        let bench = Bench()
        var entry = entry(server.address)
        entry.timeout = 50
        bench.sink.apply([entry])
        await bench.sink.send(alerts(1))
        await bench.sink.stop(within: .seconds(60))
        #expect(bench.log.all == ["warning Alertmanager takes no alerts; rules repeat them: no answer within 50ms"])
        gate.open()
        await server.stop()
    }

    @Test("stopping waits for a bounded time, then gives up the rest and counts it")
    func stop() async throws {
        let gate = Gate()
        let server = try await LoopbackAPI(LoopbackAPI.after(gate, taken))
        let bench = Bench(batch: 2)
        var entry = entry(server.address)
        entry.timeout = 600_000
        bench.sink.apply([entry])
        await bench.sink.send(alerts(5))
        await server.requests(1)
        await bench.sink.stop(within: .milliseconds(20))
        #expect(bench.metric("prometheus_notifications_dropped_total{alertmanager=\"http://\(server.address)/api/v2/alerts\"}") == "5")
        await bench.sink.send(alerts(1))
        #expect(server.requests.count == 1)
        gate.open()
        await server.stop()
    }
}

@Suite("targets of alerts") struct AlertmanagerTargetTests {
    @Test("URLs are made of scheme, address and path, of labels of the group too, each once; addresses must be addresses")
    func urls() {
        var configuration = AlertmanagerTargets()
        configuration.pathPrefix = "/p"
        let addresses = AlertmanagerAddresses(
            [
                TargetGroup(
                    targets: ["b:1", "a:2", "b:1", "http://c:3/"].map { LabelSet([("__address__", $0)]) },
                    labels: LabelSet(["__scheme__": "https"]), source: "0"),
                TargetGroup(
                    targets: [LabelSet(["__address__": "d:4", "__alerts_path__": "x"]), LabelSet(["job": "no address"])], source: "1"),
            ], of: configuration)
        #expect(addresses.active == ["https://b:1/p/api/v2/alerts", "https://a:2/p/api/v2/alerts", "http://d:4/p/api/v2/alerts"])
        #expect(addresses.dropped.isEmpty)
        #expect(addresses.problems == ["\"http://c:3/\" is not an address: HOST:PORT must stand there, without scheme or path"])
    }

    @Test("relabelling chooses among targets and may rewrite scheme and path; what it drops is shown")
    func relabelling() async throws {
        var configuration = AlertmanagerTargets()
        configuration.relabeling = try relabel(.drop, "none")
        let targets = [
            LabelSet(["__address__": "a:1", "severity": "none"]), LabelSet(["__address__": "b:2", "severity": "page"]),
        ]
        configuration.discoveries = [.fixed([TargetGroup(targets: targets, source: "0")])]
        let bench = Bench()
        bench.sink.apply([configuration])
        #expect(bench.sink.report.active == ["http://b:2/api/v2/alerts"])
        #expect(bench.sink.report.dropped == ["http://a:1/api/v2/alerts"])
        configuration.relabeling = try relabel(.replace, "(.+)", target: "__alerts_path__", replacement: "/$1")
        bench.sink.apply([configuration])
        #expect(bench.sink.report.active == ["http://a:1/none", "http://b:2/page"])
        await bench.sink.stop()
    }

    @Test("each entry relabels its own copy of the alerts")
    func ownCopy() async throws {
        let first = try await LoopbackAPI(taken)
        let second = try await LoopbackAPI(taken)
        var pages = entry(first.address)
        pages.alertRelabeling = try relabel(.keep, "page")
        var marked = entry(second.address)
        marked.alertRelabeling = try relabel(.replace, "(.*)", target: "copy", replacement: "yes")
        let bench = Bench()
        bench.sink.apply([pages, marked])
        await bench.sink.send([alert("A"), alert("B", ["severity": "page"])])
        await bench.sink.stop()
        #expect(first.bodies.flatMap(names) == ["B"])
        #expect(!first.bodies[0].contains("copy"))
        #expect(second.bodies.flatMap(names) == ["A", "B"])
        #expect(second.bodies[0].contains(#""copy":"yes""#))
        await first.stop()
        await second.stop()
    }

    @Test("at a reload those that stay keep what waits for them, with the new settings; those that go get what they were sent before")
    func reload() async throws {
        let gate = Gate()
        let stays = try await LoopbackAPI(LoopbackAPI.after(gate, taken))
        let goes = try await LoopbackAPI(LoopbackAPI.after(gate, taken))
        let bench = Bench(batch: 1)
        bench.sink.apply([entry(stays.address, goes.address)])
        await bench.sink.send(alerts(2))
        await stays.requests(1)
        await goes.requests(1)
        var changed = entry(stays.address)
        changed.client.options.authorization = Authorization(credentials: .inline("new"))
        bench.sink.apply([changed])
        #expect(bench.sink.report.active == ["http://\(stays.address)/api/v2/alerts"])
        await bench.sink.send(alerts(1, from: 2))
        gate.open()
        await bench.sink.stop()
        #expect(goes.bodies.flatMap(names) == ["a0", "a1"])
        #expect(stays.bodies.flatMap(names) == ["a0", "a1", "a2"])
        #expect(stays.requests.map { $0.headers["Authorization"] } == [nil, "Bearer new", "Bearer new"])
        await stays.stop()
        await goes.stop()
    }

    @Test("entries with the same discovery keep their queues in order at a reload")
    func sameDiscovery() async throws {
        let gate = Gate()
        let server = try await LoopbackAPI(LoopbackAPI.after(gate, taken))
        let bench = Bench(batch: 1)
        var configuration = entry(server.address)
        bench.sink.apply([configuration])
        await bench.sink.send(alerts(2))
        await server.requests(1)
        configuration.client.options.authorization = Authorization(credentials: .inline("new"))
        bench.sink.apply([configuration])
        await bench.sink.send(alerts(1, from: 2))
        gate.open()
        await bench.sink.stop()
        #expect(server.bodies.flatMap(names) == ["a0", "a1", "a2"])
        #expect(server.requests.map { $0.headers["Authorization"] } == [nil, "Bearer new", "Bearer new"])
        await server.stop()
    }
}
