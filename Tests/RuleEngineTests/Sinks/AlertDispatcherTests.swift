import Labels
import MonitorFile
import Rules
import Testing

@testable import RuleEngine

@Suite("the dispatcher of alerts") struct AlertDispatcherTests {
    private func settings(_ labels: [String: String] = [:], _ rules: RelabelRules = RelabelRules()) -> AlertDispatcher.Settings {
        var settings = AlertDispatcher.Settings()
        settings.externalLabels = LabelSet(labels)
        settings.relabeling = rules
        return settings
    }

    @Test("external labels are added where an alert lacks them; every sink gets all")
    func externalLabels() async {
        let sinks = [CollectingSink(), CollectingSink()]
        let dispatcher = AlertDispatcher(settings: settings(["host": "h1", "region": "eu"]), sinks: sinks)
        await dispatcher.send([alert("A", ["region": "us"], annotations: ["x": ""])])
        for sink in sinks {
            #expect(sink.received.map { $0.map(\.labels) } == [[LabelSet(["alertname": "A", "region": "us", "host": "h1"])]])
            #expect(sink.received.first?.first?.annotations == LabelSet(["x": ""]))
            #expect(sink.received.first?.first?.endsAt == 1_767_225_840_005)
        }
    }

    @Test("relabelling sees external labels, changes alerts and drops some, which are remembered; nothing is sent of nothing")
    func relabelling() async throws {
        let sink = CollectingSink()
        let dispatcher = AlertDispatcher(settings: settings(["severity": "none"], try relabel(.drop, "none|info")), sinks: [sink])
        await dispatcher.send([alert("A"), alert("B", ["severity": "page"])])
        await dispatcher.send([alert("A", resolved: true)])
        #expect(sink.received.map { $0.map { $0.labels["alertname"] } } == [["B"]])
        #expect(dispatcher.droppedAlerts.map(\.labels) == [LabelSet(["alertname": "A", "severity": "none"])])
        #expect(dispatcher.droppedAlerts.first?.isResolved == true)
        dispatcher.apply(settings([:], try relabel(.replace, "(.*)", target: "priority", replacement: "p-$1")))
        #expect(dispatcher.droppedAlerts.isEmpty)
        await dispatcher.send([alert("B", ["severity": "page"])])
        #expect(sink.received.last?.first?.labels["priority"] == "p-page")
    }

    @Test("only the newest drops are remembered")
    func bounded() async throws {
        let dispatcher = AlertDispatcher(settings: settings([:], try relabel(.drop, ".*")), sinks: [])
        let limit = AlertDispatcher.rememberedDrops
        await dispatcher.send(alerts(limit + 10))
        let names = Set(dispatcher.droppedAlerts.compactMap { $0.labels["alertname"] })
        #expect(names.count == limit)
        #expect(!names.contains("a9"))
        #expect(names.contains("a10") && names.contains("a\(limit + 9)"))
    }

    @Test("equal settings at a reload forget nothing")
    func equalSettings() async throws {
        let dispatcher = AlertDispatcher(settings: settings([:], try relabel(.drop, ".*")), sinks: [])
        await dispatcher.send([alert("A")])
        dispatcher.apply(settings([:], try relabel(.drop, ".*")))
        #expect(dispatcher.droppedAlerts.count == 1)
    }
}
