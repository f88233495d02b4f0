import Labels
import MonitorFile
import SampleStore
import Testing

@testable import Scraping

@Suite("reloads and ends", .timeLimit(.minutes(10)))
struct ScraperReloadTests {
    private func staleTimes(_ store: SampleStore, _ name: String) throws -> [Int64] {
        try store.dump(name).values.flatMap { $0 }.filter { $0.hasPrefix("stale") }.compactMap { Int64($0.split(separator: "@")[1]) }
    }

    @Test("an equal configuration changes nothing: moments, series and state go on")
    func equal() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(15_000)
            let before = try bench.store.dump("up").values.first?.count ?? 0
            bench.apply()
            #expect(bench.scraper.report().active.first?.health == .up)
            await bench.run(20_000)
            #expect(try bench.store.dump("up").values.first?.count == before + 2)
            #expect(try bench.store.values("scrape_series_added").filter { $0 == "1.0" }.count == 1)
            #expect(try bench.store.values("x").allSatisfy { $0 == "1.0" })
        }
    }

    @Test("a changed job keeps its targets' series; another interval is another rhythm")
    func changed() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(15_000)
            bench.apply {
                $0.interval = 5_000
                $0.sampleLimit = 100
            }
            let before = bench.server.requests.count
            await bench.run(50_000)
            #expect((9...11).contains(bench.server.requests.count - before))
            #expect(try bench.store.values("scrape_series_added").filter { $0 == "1.0" }.count == 1)
            #expect(bench.scraper.report().active.first?.interval == 5_000)
        }
    }

    @Test("a new target beside an old one is scraped soon, the old one is not disturbed")
    func added() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(15_000)
            let before = try bench.store.dump("up").values.first?.count ?? 0
            bench.scraper.apply([.job("test", [bench.server.address, "127.0.0.1:1"])], global: GlobalSettings())
            let waiting = Task { await bench.scraper.firstScrapes() }
            await bench.run(5_000)
            await waiting.value
            #expect(try bench.store.dump("up").count == 2)
            let counts = try bench.store.dump("up").values.map(\.count).sorted()
            #expect(counts[1] - before <= 1)
        }
    }

    @Test("a removed target's series end two intervals and a tenth later, with the time of the scrape that was not, once")
    func removed() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(25_000)
            let last = try #require(bench.scraper.report().active.first?.lastScrape)
            bench.scraper.apply([.job("other", ["127.0.0.1:1"])], global: GlobalSettings())
            #expect(bench.scraper.report().active.map(\.pool) == ["other"])
            let now = bench.clock.wallMilliseconds()
            // Just before two intervals and a tenth after the last scrape there is no marker.
            await bench.run(last + 21_000 - now - 10)
            #expect(try staleTimes(bench.store, "x") == [])
            await bench.run(20)
            #expect(try staleTimes(bench.store, "x") == [last + 10_000])
            for report in ["up", "scrape_samples_scraped"] {
                let ended = try bench.store.dump(report).filter { $0.key.contains("job=\"test\"") }.values.flatMap { $0 }
                #expect(ended.last == "stale@\(last + 10_000)")
            }
            await bench.run(60_000)
            #expect(try staleTimes(bench.store, "x").count == 1)
        }
    }

    @Test("a target that comes back in time goes on without markers")
    func back() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(15_000)
            bench.scraper.apply([], global: GlobalSettings())
            #expect(bench.scraper.report().active.isEmpty)
            await bench.run(5_000)
            bench.apply()
            await bench.run(60_000)
            #expect(try staleTimes(bench.store, "x") == [])
            #expect(try bench.store.values("scrape_series_added").filter { $0 == "1.0" }.count == 1)
        }
    }

    @Test("a target that another job scrapes from now on under the same labels goes on without markers")
    func moved() async throws {
        try await ScraperBench.with { bench async throws in
            let labels = LabelSet(["__address__": bench.server.address, "job": "same"])
            let group = DiscoveryConfiguration.fixed([TargetGroup(targets: [labels], source: "0")])
            bench.scraper.apply([.job("a", []) { $0.discoveries = [group] }], global: GlobalSettings())
            await bench.run(15_000)
            bench.scraper.apply([.job("b", []) { $0.discoveries = [group] }], global: GlobalSettings())
            await bench.run(60_000)
            #expect(try staleTimes(bench.store, "x") == [])
            #expect(try bench.store.dump("up").count == 1)
        }
    }

    @Test("the end of the scraper writes no markers, and nothing is scraped any more")
    func stopped() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(15_000)
            await bench.scraper.stop()
            let requests = bench.server.requests.count
            await bench.run(60_000)
            #expect(bench.server.requests.count == requests)
            #expect(try bench.store.dump().values.flatMap { $0 }.allSatisfy { !$0.hasPrefix("stale") })
            bench.apply()
            #expect(bench.scraper.report().active.count == 1)
        }
    }

    @Test("targets that relabelling drops are reported by job")
    func dropped() async throws {
        let keepNone = RelabelRules([try step(.keep, source: ["__address__"], regex: "nothing")])
        try await ScraperBench.with { bench async throws in
            bench.scraper.apply(
                [.job("a", [bench.server.address]), .job("b", [bench.server.address]) { $0.relabeling = keepNone }],
                global: GlobalSettings())
            let report = bench.scraper.report()
            #expect(report.active.map(\.pool) == ["a"])
            #expect(report.dropped.map(\.pool) == ["b"])
            #expect(report.droppedCounts.map(\.pool) == ["a", "b"] && report.droppedCounts.map(\.count) == [0, 1])
        }
    }
}
