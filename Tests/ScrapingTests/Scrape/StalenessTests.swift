import Exposition
import Labels
import MonitorFile
import SampleStore
import Testing

@testable import Scraping

@Suite("stale markers")
struct StalenessTests {
    @Test("a series that is gone gets one marker at the scrape that misses it, and goes on when it is back")
    func gone() throws {
        var bench = SeriesBench(target: [:])
        bench.take("a 1\nb 1\n", at: 1000)
        bench.take("b 2\n", at: 2000)
        bench.take("b 3\n", at: 3000)
        #expect(bench.take("a 4\nb 4\n", at: 4000).counts.added == 1)
        #expect(
            try bench.store.dump() == [
                "a{}": ["1.0@1000", "stale@2000", "4.0@4000"], "b{}": ["1.0@1000", "2.0@2000", "3.0@3000", "4.0@4000"],
            ])
    }

    @Test("a failed scrape ends every series of the last good one, once")
    func failed() throws {
        var bench = SeriesBench(target: [:])
        bench.take("a 1\nb 1\n", at: 1000)
        bench.fail(at: 2000)
        bench.fail(at: 3000)
        bench.take("a 2\n", at: 4000)
        #expect(try bench.store.dump() == ["a{}": ["1.0@1000", "stale@2000", "2.0@4000"], "b{}": ["1.0@1000", "stale@2000"]])
    }

    @Test(
        "a bad line fails the whole scrape: nothing of it is stored, known series end, new ones do not begin",
        arguments: ["a 2\nnew 1\nbad line\n", "bad line\na 2\nnew 1\n"])
    func badLine(body: String) throws {
        var bench = SeriesBench(target: [:])
        bench.take("a 1\nb 1\n", at: 1000)
        for time in [2000, 3000] as [Int64] {
            guard case .exposition = bench.take(body, at: time).failure else {
                Issue.record("the body was taken")
                return
            }
        }
        #expect(try bench.store.dump() == ["a{}": ["1.0@1000", "stale@2000"], "b{}": ["1.0@1000", "stale@2000"]])
        #expect(bench.store.statistics.series == 2)
        #expect(bench.take("a 3\nb 3\nnew 3\n", at: 4000).counts.added == 1)
    }

    @Test("OpenMetrics without its end fails")
    func noEnd() throws {
        var bench = SeriesBench(target: [:])
        #expect(bench.take("a 1\n# EOF\n", at: 1000, as: .openMetrics).failure == nil)
        #expect(bench.take("a 2\n", at: 2000, as: .openMetrics).failure != nil)
        #expect(try bench.store.dump() == ["a{}": ["1.0@1000", "stale@2000"]])
    }

    @Test("a series with times of its own gets no marker, unless track_timestamps_staleness is set")
    func ownTimes() throws {
        for tracks in [false, true] {
            var bench = SeriesBench(target: [:]) { $0.tracksTimestampsStaleness = tracks }
            bench.take("a 1 900\n", at: 1000)
            bench.take("b 1\n", at: 2000)
            #expect(try bench.store.dump("a") == ["a{}": ["1.0@900"] + (tracks ? ["stale@2000"] : [])])
        }
    }

    @Test("a series that begins to tell its own times ends as one without")
    func changingTimes() throws {
        var bench = SeriesBench(target: [:])
        bench.take("a 1\n", at: 1000)
        bench.take("a 2 1500\n", at: 2000)
        #expect(try bench.store.dump() == ["a{}": ["1.0@1000", "2.0@1500", "stale@2000"]])
    }

    @Test("another spelling of the same series goes on without a marker")
    func spelling() throws {
        var bench = SeriesBench(target: [:])
        bench.take("a{x=\"1\"} 1\n", at: 1000)
        bench.take("a{x=\"1\",} 2\n", at: 2000)
        bench.take("a{x=\"1\"} 3\n", at: 3000)
        #expect(try bench.store.dump() == ["a{x=\"1\"}": ["1.0@1000", "2.0@2000", "3.0@3000"]])
    }

    @Test("a target that is gone for good gets markers on all series, its report too")
    func retired() throws {
        var bench = SeriesBench(target: [:])
        bench.take("a 1\nb 1\n", at: 1000)
        bench.take("a 1\n", at: 2000)
        bench.report(ReportSeries.Values(isUp: true, duration: 0.5, counts: ScrapeCounts()), at: 2000)
        bench.retire(at: 3000)
        let all = try bench.store.dump()
        #expect(all.count == 7)
        #expect(all["b{}"] == ["1.0@1000", "stale@2000"])
        for (series, samples) in all where series != "b{}" { #expect(samples.last == "stale@3000") }
    }

    @Test("markers of a target that is gone do not touch what someone else wrote meanwhile")
    func retiredLate() throws {
        let store = SampleStore(options: .unlimited)
        var old = SeriesBench(target: [:], store: store)
        old.take("a 1\n", at: 1000)
        var new = SeriesBench(target: [:], store: store)
        new.take("a 2\n", at: 2500)
        old.retire(at: 2000)
        #expect(try store.dump() == ["a{}": ["1.0@1000", "2.0@2500"]])
    }

    @Test("when a reload changes the labels, the old series end with the next scrape, and those that stay the same go on")
    func relabelled() throws {
        var bench = SeriesBench(target: ["l": "t"])
        bench.take("a{l=\"x\"} 1\nb 1\n", at: 1000)
        bench.series.adopt(SeriesBench.job { $0.honorsLabels = true })
        bench.take("a{l=\"x\"} 2\nb 2\n", at: 2000)
        #expect(
            try bench.store.dump() == [
                "a{exported_l=\"x\",l=\"t\"}": ["1.0@1000", "stale@2000"], "a{l=\"x\"}": ["2.0@2000"],
                "b{l=\"t\"}": ["1.0@1000", "2.0@2000"],
            ])
    }

    @Test("a reload that changes no labels keeps what is known of the series")
    func reloaded() throws {
        var bench = SeriesBench(target: [:])
        bench.take("a 1\nb 1\n", at: 1000)
        bench.series.adopt(SeriesBench.job { $0.interval = 5000 })
        #expect(bench.series.cachedCount == 2)
        #expect(bench.take("a 2\n", at: 2000).counts.added == 0)
        #expect(try bench.store.dump("b") == ["b{}": ["1.0@1000", "stale@2000"]])
    }
}

@Suite("series, metadata and reports in the store")
struct TargetSeriesStoreTests {
    @Test("series that the store has forgotten are found again by their labels")
    func forgotten() throws {
        var options = SampleStoreOptions()
        options.retention = 10_000
        var bench = SeriesBench(target: ["job": "j"], store: SampleStore(options: options))
        bench.take("a{x=\"1\"} 1\nb 1\nc 1\n", at: 1000)
        bench.report(ReportSeries.Values(isUp: true, duration: 0, counts: ScrapeCounts()), at: 1000)
        bench.store.truncate(now: 100_000)
        #expect(bench.store.statistics.series == 0)
        let (counts, failure) = bench.take("a{x=\"1\"} 2\nb 2\nb 3\n", at: 100_000)
        #expect(failure == nil && counts.refused == 0 && counts.duplicates == 1)
        bench.report(ReportSeries.Values(isUp: true, duration: 0, counts: counts), at: 100_000)
        #expect(try bench.store.dump("a") == ["a{job=\"j\",x=\"1\"}": ["2.0@100000"]])
        #expect(try bench.store.dump("b") == ["b{job=\"j\"}": ["2.0@100000"]])
        #expect(try bench.store.dump("c") == [:])
        #expect(try bench.store.dump("up") == ["up{job=\"j\"}": ["1.0@100000"]])
        bench.take("a{x=\"1\"} 3\n", at: 101_000)
        #expect(try bench.store.dump("a") == ["a{job=\"j\",x=\"1\"}": ["2.0@100000", "3.0@101000"]])
        #expect(try bench.store.dump("b") == ["b{job=\"j\"}": ["2.0@100000", "stale@101000"]])
    }

    @Test("type, help and unit come into the store, and change with the body")
    func metadata() throws {
        var bench = SeriesBench()
        bench.take("# HELP x Lines\\nof \\\\ text\n# TYPE x counter\nx 1\n", at: 1000)
        #expect(bench.store.metadata(of: "x").map(\.metadata) == [MetricMetadata(type: "counter", help: "Lines\nof \\ text")])
        bench.take("# HELP x Other\n# TYPE x gauge\nx 1\n", at: 2000)
        #expect(bench.store.metadata(of: "x").map(\.metadata) == [MetricMetadata(type: "gauge", help: "Other")])
        bench.take("# TYPE y_seconds gauge\n# UNIT y_seconds seconds\ny_seconds 1\n# EOF\n", at: 3000, as: .openMetrics)
        #expect(bench.store.metadata(of: "y_seconds").map(\.metadata) == [MetricMetadata(type: "gauge", unit: "seconds")])
    }

    @Test("the report has the target's labels and no relabelling")
    func report() throws {
        let drop = RelabelRules([try step(.drop, source: ["__name__"], regex: ".*")])
        var bench = SeriesBench(target: ["job": "t"]) { $0.metricRelabeling = drop }
        let (counts, _) = bench.take("a 1\nb 1\n", at: 1000)
        bench.report(
            ReportSeries.Values(
                isUp: true, duration: 0.25, counts: counts,
                extra: ReportSeries.Values.Extra(timeout: 5, sampleLimit: 7, bodyBytes: -1)), at: 1000)
        #expect(
            try bench.store.dump() == [
                "up{job=\"t\"}": ["1.0@1000"], "scrape_duration_seconds{job=\"t\"}": ["0.25@1000"],
                "scrape_samples_scraped{job=\"t\"}": ["2.0@1000"], "scrape_samples_post_metric_relabeling{job=\"t\"}": ["0.0@1000"],
                "scrape_series_added{job=\"t\"}": ["0.0@1000"], "scrape_timeout_seconds{job=\"t\"}": ["5.0@1000"],
                "scrape_sample_limit{job=\"t\"}": ["7.0@1000"], "scrape_body_size_bytes{job=\"t\"}": ["-1.0@1000"],
            ])
    }
}
