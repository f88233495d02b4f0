import Exposition
import Foundation
import Labels
import MonitorFile
import NIOConcurrencyHelpers
import SampleStore
import Testing
import WebServer

@testable import Scraping

@Suite("scraping over time", .timeLimit(.minutes(10)))
struct ScraperTests {
    /// The times of all samples of `up` of one target.
    private func times(_ store: SampleStore) throws -> [Int64] {
        try store.dump("up").values.flatMap { $0 }.compactMap { Int64($0.split(separator: "@")[1]) }
    }

    @Test("the first scrape comes within five seconds, the others an interval apart on the target's moments")
    func moments() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(65_000)
            let times = try times(bench.store)
            #expect(times.count >= 7 && times[0] - 1_000_000_000 < 5_000)
            let distances = zip(times.dropFirst(), times).map { $0 - $1 }
            #expect(distances[0] <= 10_000)
            #expect(distances.dropFirst().allSatisfy { $0 == 10_000 })
        }
    }

    @Test("a step of the wall clock delays no scrape by more than an interval")
    func clockStep() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(20_000)
            let before = bench.server.requests.count
            bench.clock.step(by: -3_600_000)
            await bench.run(30_000)
            #expect(bench.server.requests.count >= before + 2)
            bench.clock.step(by: 7_200_000)
            let between = bench.server.requests.count
            await bench.run(30_000)
            #expect(bench.server.requests.count >= between + 2)
        }
    }

    @Test("there is never more than one scrape of a target; a slow one skips the moments it misses")
    func slow() async throws {
        try await ScraperBench.with { bench async throws in
            let gate = Gate()
            bench.server.answer { _ in
                await gate.wait()
                return MetricsServer.Answer("x 1\n")
            }
            bench.apply()
            _ = bench.clock.advance(by: 5_000_000_000)
            _ = bench.clock.advance(by: 5_000_000_000)
            await gate.waitForVisitor()
            for _ in 0..<10 { _ = bench.clock.advance(by: 5_000_000_000) }
            #expect(bench.server.requests.count == 1)
            gate.open()
            await bench.scraper.quiet()
            await bench.run(20_000)
            #expect(bench.server.requests.count == 3)
            #expect(try times(bench.store).count == 3)
        }
    }

    @Test("rules may wait for the first scrapes: they end when every target was tried, the one that is down as well")
    func firstScrapes() async throws {
        try await ScraperBench.with { bench async throws in
            bench.scraper.apply([.job("test", [bench.server.address, "127.0.0.1:1"])], global: GlobalSettings())
            let done = NIOLockedValueBox(false)
            let waiting = Task {
                await bench.scraper.firstScrapes()
                done.withLockedValue { $0 = true }
            }
            #expect(!done.withLockedValue { $0 })
            await bench.run(5_000)
            await waiting.value
            #expect(try bench.store.dump("up").count == 2)
            // All were tried: nothing to wait for.
            await bench.scraper.firstScrapes()
        }
    }

    @Test("without targets nobody waits, and after the end nobody waits either")
    func nothingToWaitFor() async throws {
        try await ScraperBench.with { bench async throws in
            await bench.scraper.firstScrapes()
            bench.apply()
            let waiting = Task { await bench.scraper.firstScrapes() }
            await bench.scraper.stop()
            await waiting.value
            await bench.scraper.firstScrapes()
        }
    }

    @Test("after a sleep every target is tried again soon, and who waits from then on waits for that")
    func resumed() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply {
                $0.interval = 3_600_000
                $0.timeout = 5_000
            }
            await bench.run(5_000)
            let before = bench.server.requests.count
            #expect(before >= 1)
            bench.scraper.resumed()
            let waiting = Task { await bench.scraper.firstScrapes() }
            await bench.run(5_000)
            await waiting.value
            #expect(bench.server.requests.count >= before + 1)
        }
    }

    @Test("a scrape that hangs over a sleep is given up and tried again")
    func resumedHanging() async throws {
        try await ScraperBench.with { bench async throws in
            let gate = Gate()
            bench.server.answer { _ in
                await gate.wait()
                return MetricsServer.Answer("x 1\n")
            }
            bench.apply()
            _ = bench.clock.advance(by: 5_000_000_000)
            await gate.waitForVisitor()
            bench.server.tell("x 2\n")
            bench.scraper.resumed()
            let waiting = Task { await bench.scraper.firstScrapes() }
            await bench.run(5_000)
            await waiting.value
            #expect(try bench.store.values("x").first == "2.0")
            #expect(try bench.store.values("up").allSatisfy { $0 == "1.0" })
            gate.open()
        }
    }

    @Test("two thousand targets of one server are all scraped, each on its own moments")
    func many() async throws {
        try await ScraperBench.with { bench async throws in
            let targets = (0..<2000).map { LabelSet(["__address__": bench.server.address, "__param_target": "\($0)", "number": "\($0)"]) }
            bench.server.tell("a 1\nb 2\n")
            bench.apply { $0.discoveries = [.fixed([TargetGroup(targets: targets, source: "0")])] }
            let waiting = Task { await bench.scraper.firstScrapes() }
            await bench.run(5_000)
            await waiting.value
            #expect(try bench.store.dump("up").values.filter { $0.contains { $0.hasPrefix("1.0@") } }.count == 2000)
            await bench.run(10_000)
            #expect(try bench.store.dump("a").values.allSatisfy { $0.count >= 2 })
            #expect(Set(bench.server.requests.map(\.query)).count == 2000)
            #expect(bench.scraper.report().active.count == 2000)
            #expect(bench.scraper.report().active.allSatisfy { $0.health == .up })
        }
    }

    @Test("the registry tells of scrapes under Prometheus's names")
    func metrics() async throws {
        try await ScraperBench.with { bench async throws in
            let registry = MetricRegistry()
            bench.scraper.register(in: registry)
            bench.server.tell("x 1\nx 2\n")
            bench.apply { $0.targetLimit = 3 }
            await bench.run(5_000)
            bench.server.tell("x 1\ny 1\nz 1\n")
            bench.apply {
                $0.targetLimit = 3
                $0.sampleLimit = 2
            }
            await bench.run(20_000)
            let text = String(decoding: registry.render(), as: UTF8.self)
            for line in [
                "prometheus_target_scrapes_sample_duplicate_timestamp_total 1\n",
                "prometheus_target_scrape_pool_targets{scrape_job=\"test\"} 1\n",
                "prometheus_target_scrape_pool_target_limit{scrape_job=\"test\"} 3\n", "flatalert_scrapes_total{result=\"success\"} 1\n",
                "flatalert_scrape_targets{health=\"down\"} 1\n",
                "prometheus_target_interval_length_seconds{interval=\"10s\",quantile=\"0.99\"} 10\n",
            ] {
                #expect(text.contains("\n" + line), "\(line)")
            }
            #expect(!text.contains("prometheus_target_scrapes_exceeded_sample_limit_total 0\n"))
        }
    }

    @Test("an alert's labels find the targets that it may be about")
    func matching() async throws {
        try await ScraperBench.with { bench async throws in
            bench.scraper.apply([.job("a", [bench.server.address]), .job("b", ["127.0.0.1:1"])], global: GlobalSettings())
            func urls(_ labels: [String: String]) -> [String] { bench.scraper.report().targets(sharing: LabelSet(labels)).map(\.pool) }
            #expect(urls(["job": "a", "instance": bench.server.address, "severity": "critical"]) == ["a"])
            #expect(urls(["job": "b"]) == ["b"])
            #expect(urls(["job": "a", "instance": "127.0.0.1:1"]) == [])
            #expect(urls(["severity": "critical"]) == [])
        }
    }
}

/// Holds visitors until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var visitors: [CheckedContinuation<Void, Never>] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = NIOLockedValueBox(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let resumed = state.withLockedValue { state -> [CheckedContinuation<Void, Never>] in
                if state.isOpen { return [continuation] }
                state.visitors.append(continuation)
                defer { state.watchers = [] }
                return state.watchers
            }
            for continuation in resumed { continuation.resume() }
        }
    }

    /// Waits until someone stands at the gate.
    func waitForVisitor() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLockedValue { state in
                if state.visitors.isEmpty { state.watchers.append(continuation) }
                return !state.visitors.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    func open() {
        let visitors = state.withLockedValue { state in
            state.isOpen = true
            defer { state.visitors = [] }
            return state.visitors
        }
        for continuation in visitors { continuation.resume() }
    }
}
