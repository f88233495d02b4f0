import Labels
import PromQL
import SampleStore
import Scraping
import Testing
import WebServer

@testable import RuleEngine

private func get(
    _ path: String, _ query: String = "", store: SampleStore = SampleStore(), _ change: (inout QueryAPI.Options) -> Void = { _ in }
) async throws -> (Int, String) {
    var options = QueryAPI.Options()
    change(&options)
    let api = QueryAPI(store: store, options: options, now: { 1_767_225_600_500 })
    let response = try #require(await api.respond(to: WebRequest(method: "GET", path: "/api/v1/\(path)", query: query)))
    guard case .bytes(let bytes) = response.body else { return (response.status, "a stream") }
    return (response.status, String(decoding: bytes, as: UTF8.self))
}

private func data(_ text: String) -> String { #"{"status":"success","data":\#(text)}"# }

/// Two jobs: one with a target that answers and a dropped one, the other with a target that was not scraped yet.
@Sendable private func report() -> TargetsReport {
    var report = TargetsReport()
    report.active = [
        TargetStatus(
            discoveredLabels: LabelSet(["__address__": "a:1"]), labels: LabelSet(["instance": "a:1", "job": "node"]), pool: "node",
            url: "http://a:1/metrics?x=<1>", globalURL: "http://host:1/metrics", lastError: "refused", lastScrape: 1_767_225_600_250,
            lastDuration: 0.0125, health: .down, interval: 15_000, timeout: 10_000),
        TargetStatus(
            discoveredLabels: LabelSet(["__address__": "b:2"]), labels: LabelSet(["instance": "b:2"]), pool: "web",
            url: "http://b:2/metrics",
            globalURL: "http://b:2/metrics", interval: 90_000, timeout: 500),
    ]
    report.dropped = [("node", LabelSet(["__address__": "c:3"]))]
    report.droppedCounts = [("web", 0), ("node", 1)]
    return report
}

private let node =
    #"{"discoveredLabels":{"__address__":"a:1"},"labels":{"instance":"a:1","job":"node"},"scrapePool":"node","scrapeUrl":"http://a:1/metrics?x=\u003c1\u003e","globalUrl":"http://host:1/metrics","lastError":"refused","lastScrape":"2026-01-01T00:00:00.25Z","lastScrapeDuration":0.0125,"health":"down","scrapeInterval":"15s","scrapeTimeout":"10s"}"#
private let web =
    #"{"discoveredLabels":{"__address__":"b:2"},"labels":{"instance":"b:2"},"scrapePool":"web","scrapeUrl":"http://b:2/metrics","globalUrl":"http://b:2/metrics","lastError":"","lastScrape":"0001-01-01T00:00:00Z","lastScrapeDuration":0,"health":"unknown","scrapeInterval":"1m30s","scrapeTimeout":"500ms"}"#
private let dropped = #"{"discoveredLabels":{"__address__":"c:3"},"scrapePool":"node"}"#
private func targets(_ active: String, _ dropped: String, _ counts: String) -> String {
    data(#"{"activeTargets":[\#(active)],"droppedTargets":[\#(dropped)],"droppedTargetCounts":{\#(counts)}}"#)
}

@Suite("the API's targets and status") struct MonitorAPITests {
    @Test(
        "targets come by state and pool, byte for byte",
        arguments: [
            ("", targets(node + "," + web, dropped, #""node":1,"web":0"#)),
            ("state=ANY", targets(node + "," + web, dropped, #""node":1,"web":0"#)),
            ("state=active", targets(node + "," + web, "", "")), ("state=dropped", targets("", dropped, #""node":1,"web":0"#)),
            ("scrapePool=web", targets(web, "", #""web":0"#)), ("scrapePool=node&state=active", targets(node, "", "")),
            ("scrapePool=nobody", targets("", "", "")), ("state=x", targets("", "", "")),
        ])
    func targetLists(query: String, expected: String) async throws {
        #expect(try await get("targets", query) { $0.targets = report }.1 == expected)
    }

    @Test("pools and Alertmanagers are listed, empty lists too")
    func lists() async throws {
        #expect(try await get("scrape_pools") { $0.targets = report }.1 == data(#"{"scrapePools":["node","web"]}"#))
        #expect(try await get("scrape_pools").1 == data(#"{"scrapePools":[]}"#))
        #expect(try await get("targets").1 == targets("", "", ""))
        #expect(try await get("alertmanagers").1 == data(#"{"activeAlertmanagers":[],"droppedAlertmanagers":[]}"#))
        let both = try await get("alertmanagers") { options in
            options.alertmanagers = {
                var report = AlertmanagersReport()
                report.active = ["http://a/api/v2/alerts"]
                report.dropped = ["http://b/api/v2/alerts"]
                return report
            }
        }
        #expect(
            both.1
                == data(
                    #"{"activeAlertmanagers":[{"url":"http://a/api/v2/alerts"}],"droppedAlertmanagers":[{"url":"http://b/api/v2/alerts"}]}"#
                ))
    }

    @Test("flags are a map by name")
    func flags() async throws {
        let answer = try await get("status/flags") { $0.flags = { [("web.x", "1"), ("config.file", "p.yml")] } }
        #expect(answer.1 == data(#"{"config.file":"p.yml","web.x":"1"}"#))
    }

    @Test("the runtime is told by whoever runs the API, and not found without")
    func runtime() async throws {
        #expect(try await get("status/runtimeinfo").0 == 404)
        let answer = try await get("status/runtimeinfo") { options in
            options.runtime = {
                var runtime = RuntimeInformation(startTime: 1_767_225_600_000)
                runtime.workingDirectory = "/srv"
                runtime.hostname = "h"
                runtime.reloadSucceeded = false
                runtime.corruptions = 1
                runtime.threads = 5
                runtime.processors = 2
                runtime.retention = "1d"
                return runtime
            }
        }
        #expect(
            answer.1
                == data(
                    #"{"startTime":"2026-01-01T00:00:00Z","CWD":"/srv","hostname":"h","serverTime":"2026-01-01T00:00:00.5Z","reloadConfigSuccess":false,"lastConfigTime":"2026-01-01T00:00:00Z","corruptionCount":1,"goroutineCount":5,"GOMAXPROCS":2,"storageRetention":"1d"}"#
                ))
    }

    @Test("the store's state counts series, values and bytes by label, the largest first, as many as asked for")
    func store() async throws {
        let store = SampleStore()
        var batch = SampleBatch()
        for (name, job) in [("x", "a"), ("x", "bcd"), ("y", "a")] {
            batch.append(LabelSet(["__name__": name, "job": job]), time: 1_767_225_600_000, value: 1)
        }
        store.append(batch)
        let (_, all) = try await get("status/tsdb", store: store)
        #expect(
            all
                == data(
                    #"{"headStats":{"numSeries":3,"numLabelPairs":4,"chunkCount":3,"minTime":1767225600000,"maxTime":1767225600000},"#
                        + #""seriesCountByMetricName":[{"name":"x","value":2},{"name":"y","value":1}],"#
                        + #""labelValueCountByLabelName":[{"name":"__name__","value":2},{"name":"job","value":2}],"#
                        + #""memoryInBytesByLabelName":[{"name":"job","value":5},{"name":"__name__","value":3}],"#
                        + #""seriesCountByLabelValuePair":[{"name":"__name__=x","value":2},{"name":"job=a","value":2},{"name":"__name__=y","value":1},{"name":"job=bcd","value":1}]}"#
                ))
        #expect(try await get("status/tsdb", "limit=1", store: store).1.contains(#""seriesCountByMetricName":[{"name":"x","value":2}],"#))
        #expect(try await get("status/tsdb", "limit=0", store: store).0 == 400)
    }

    @Test("an empty store has the ends of time for bounds")
    func emptyStore() async throws {
        #expect(
            try await get("status/tsdb").1.contains(
                #""headStats":{"numSeries":0,"numLabelPairs":0,"chunkCount":0,"minTime":9223372036854775807,"maxTime":-9223372036854775808}"#
            ))
    }
}
