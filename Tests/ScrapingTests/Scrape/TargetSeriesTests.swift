import Exposition
import Labels
import MonitorFile
import RE2
import SampleStore
import Testing

@testable import Scraping

/// One target whose bodies come from the test.
struct SeriesBench {
    let store: SampleStore
    var series: TargetSeries
    private var scratch = ScrapeScratch()

    init(
        target: [String: String] = ["job": "j"], store: SampleStore = SampleStore(options: .unlimited),
        _ change: (inout ScrapeConfiguration) -> Void = { _ in }
    ) {
        self.store = store
        series = TargetSeries(store: store, target: LabelSet(target), job: Self.job(change))
    }

    static func job(_ change: (inout ScrapeConfiguration) -> Void = { _ in }) -> ScrapeJob {
        var configuration = ScrapeConfiguration(jobName: "j")
        change(&configuration)
        return ScrapeJob(configuration, userAgent: "tester")
    }

    /// Takes a body; when it fails, ends as a loop does.
    @discardableResult
    mutating func take(
        _ text: String, at time: Int64, as format: ExpositionFormat = .text
    ) -> (counts: ScrapeCounts, failure: ScrapeFailure?) {
        var counts = ScrapeCounts()
        do throws(ScrapeFailure) {
            try Array(text.utf8).withUnsafeBufferPointer { bytes throws(ScrapeFailure) in
                try series.take(bytes, as: format, at: time, &scratch, &counts)
            }
            return (counts, nil)
        } catch {
            series.end(at: time, wasRead: true, &scratch)
            return (counts, error)
        }
    }

    mutating func fail(at time: Int64) { series.end(at: time, wasRead: false, &scratch) }

    mutating func report(_ values: ReportSeries.Values, at time: Int64) { series.report(values, at: time, &scratch) }

    mutating func retire(at time: Int64) { series.retire(at: time, &scratch) }
}

/// A relabelling step.
func step(
    _ action: RelabelRule.Action, source: [String] = [], regex: String = "(.*)", target: String = "", replacement: String = "$1"
) throws -> RelabelRule {
    var rule = RelabelRule(regex: try RE2Regex(anchored: regex, dotMatchesNewline: true), pattern: regex)
    rule.action = action
    rule.sourceLabels = source
    rule.targetLabel = target
    rule.replacement = replacement
    return rule
}

@Suite("labels of scraped series")
struct ScrapedLabelsTests {
    @Test("the target's labels win, and a clashing label is moved to exported_, as often as needed")
    func overriding() throws {
        var bench = SeriesBench(target: ["job": "t", "instance": "i", "exported_job": "u"])
        bench.take("x{job=\"a\",instance=\"\",other=\"o\"} 1\ny{job=\"a\",exported_exported_job=\"b\"} 2\n", at: 1000)
        #expect(
            try bench.store.dump() == [
                "x{exported_exported_job=\"a\",exported_job=\"u\",instance=\"i\",job=\"t\",other=\"o\"}": ["1.0@1000"],
                "y{exported_exported_exported_job=\"a\",exported_exported_job=\"b\",exported_job=\"u\",instance=\"i\",job=\"t\"}": [
                    "2.0@1000"
                ],
            ])
    }

    @Test("several clashing labels make room for each other, the shorter name first")
    func chain() throws {
        var bench = SeriesBench(target: ["job": "t", "exported_job": "u"])
        bench.take("x{job=\"a\",exported_job=\"b\"} 1\n", at: 1000)
        #expect(
            try bench.store.dump().keys.sorted() == [
                "x{exported_exported_exported_job=\"b\",exported_exported_job=\"a\",exported_job=\"u\",job=\"t\"}"
            ])
    }

    @Test("with honor_labels exposed labels win, and an empty one removes the target's")
    func honoring() throws {
        var bench = SeriesBench(target: ["job": "t", "instance": "i"]) { $0.honorsLabels = true }
        bench.take("x{job=\"a\"} 1\ny{instance=\"\"} 2\n", at: 1000)
        #expect(try bench.store.dump().keys.sorted() == ["x{instance=\"i\",job=\"a\"}", "y{job=\"t\"}"])
    }

    @Test("metric relabelling drops, renames and sees the target's labels; what it drops is not counted as kept")
    func relabelling() throws {
        let rules = RelabelRules([
            try step(.drop, source: ["__name__"], regex: "go_.*"),
            try step(.replace, source: ["job", "a"], regex: "j;(.*)", target: "b", replacement: "${1}!"),
            try step(.replace, source: ["__name__"], regex: "nameless", target: "__name__", replacement: ""),
        ])
        var bench = SeriesBench { $0.metricRelabeling = rules }
        let body = "go_x 1\nx{a=\"v\"} 2\nnameless 3\n"
        for round in 1...3 as ClosedRange<Int64> {
            let (counts, failure) = bench.take(body, at: round * 1000)
            #expect(failure == nil && counts.scraped == 3 && counts.kept == 1)
            #expect(counts.added == (round == 1 ? 1 : 0))
        }
        #expect(try bench.store.dump() == ["x{a=\"v\",b=\"v!\",job=\"j\"}": ["2.0@1000", "2.0@2000", "2.0@3000"]])
    }

    @Test("bounds of histograms and quantiles of summaries get OpenMetrics' form, other labels of the names do not")
    func bounds() throws {
        var bench = SeriesBench(target: [:])
        bench.take(
            """
            # TYPE h histogram
            h_bucket{le="1"} 1
            h_bucket{le="+Inf"} 2
            h_sum 3
            h_count 2
            # TYPE s summary
            s{quantile="1"} 4
            # TYPE g gauge
            g{le="1",quantile="1"} 5

            """, at: 1000)
        #expect(
            try bench.store.dump().keys.sorted() == [
                "g{le=\"1\",quantile=\"1\"}", "h_bucket{le=\"+Inf\"}", "h_bucket{le=\"1.0\"}", "h_count{}", "h_sum{}",
                "s{quantile=\"1.0\"}",
            ])
    }

    @Test("under the legacy scheme a name with other characters fails the scrape; otherwise it is taken")
    func names() throws {
        let bodies = ["{\"a.b\"} 1\n", "a{\"l.x\"=\"v\"} 1\n"]
        for body in bodies {
            var utf8 = SeriesBench()
            #expect(utf8.take(body, at: 1000).failure == nil)
            var legacy = SeriesBench { $0.legacyNames = true }
            guard case .invalidName = legacy.take(body, at: 1000).failure else {
                Issue.record("\(body) was taken")
                continue
            }
            #expect(try legacy.store.dump() == [:])
        }
        var legacy = SeriesBench { $0.legacyNames = true }
        #expect(legacy.take("a:b_1{_l=\"ü\"} 1\n", at: 1000).failure == nil)
    }
}

@Suite("times of scraped samples")
struct ScrapedTimesTests {
    @Test("a sample has the scrape's time, unless it tells its own")
    func times() throws {
        var bench = SeriesBench(target: [:])
        bench.take("x 1\ny 2 500\n", at: 1000)
        #expect(try bench.store.dump() == ["x{}": ["1.0@1000"], "y{}": ["2.0@500"]])
    }

    @Test("without honor_timestamps every sample has the scrape's time")
    func ignored() throws {
        var bench = SeriesBench(target: [:]) { $0.honorsTimestamps = false }
        let (counts, _) = bench.take("x 1 500\nx 2 600\n", at: 1000)
        #expect(try bench.store.dump() == ["x{}": ["1.0@1000"]])
        #expect(counts.duplicates == 1)
    }

    @Test("a time more than ten minutes ahead drops the sample; just ten minutes do not")
    func future() throws {
        var bench = SeriesBench(target: [:])
        let (counts, failure) = bench.take("x 1 601000\ny 2 601001\n", at: 1000)
        #expect(failure == nil && counts.outOfBounds == 1 && counts.kept == 2 && counts.added == 1)
        #expect(try bench.store.dump() == ["x{}": ["1.0@601000"]])
    }

    @Test("several samples of a series with times of their own are all stored; one that is older than the newest is counted and dropped")
    func several() throws {
        var bench = SeriesBench(target: [:])
        let (counts, failure) = bench.take("x 1 100\nx 2 200\nx 3 150\n", at: 1000)
        #expect(failure == nil && counts.outOfOrder == 1 && counts.kept == 3 && counts.added == 1)
        #expect(try bench.store.dump() == ["x{}": ["1.0@100", "2.0@200"]])
    }

    @Test("the same sample again is no fault, another value for the same time is")
    func again() throws {
        var bench = SeriesBench(target: [:])
        bench.take("x 1 100\n", at: 1000)
        #expect(bench.take("x 1 100\n", at: 2000).counts.duplicates == 0)
        let (counts, failure) = bench.take("x 2 100\n", at: 3000)
        #expect(failure == nil && counts.duplicates == 1)
        #expect(bench.take("x 2 50\n", at: 4000).counts.outOfOrder == 1)
        #expect(try bench.store.dump() == ["x{}": ["1.0@100"]])
    }

    @Test("the same series twice without times: the first is stored, later ones are dropped and still count as scraped and kept")
    func twice() throws {
        var bench = SeriesBench(target: [:])
        for time in [1000, 2000] as [Int64] {
            let (counts, failure) = bench.take("x 1\nx 2\nx 1\n", at: time)
            #expect(failure == nil && counts.scraped == 3 && counts.kept == 3 && counts.duplicates == 2)
        }
        #expect(try bench.store.dump() == ["x{}": ["1.0@1000", "1.0@2000"]])
    }

    @Test("two spellings of one series are one series")
    func spellings() throws {
        var bench = SeriesBench(target: [:])
        let (counts, _) = bench.take("x{a=\"1\",b=\"2\"} 1\nx{b=\"2\",a=\"1\"} 2\n", at: 1000)
        #expect(counts.duplicates == 1)
        bench.take("x{b=\"2\",a=\"1\"} 3\n", at: 2000)
        bench.take("x{ a=\"1\", b=\"2\" } 4\n", at: 3000)
        #expect(try bench.store.dump() == ["x{a=\"1\",b=\"2\"}": ["1.0@1000", "3.0@2000", "4.0@3000"]])
    }

    @Test("an exposed NaN is an ordinary NaN and never a stale marker")
    func notANumber() throws {
        var bench = SeriesBench(target: [:])
        bench.take("x NaN\n", at: 1000)
        #expect(try bench.store.dump() == ["x{}": ["NaN@1000"]])
    }
}

@Suite("limits of a scrape")
struct ScrapeLimitTests {
    @Test("sample_limit counts samples that relabelling left; over it nothing is stored, and all are counted")
    func samples() throws {
        let rules = RelabelRules([try step(.drop, source: ["__name__"], regex: "drop.*")])
        var bench = SeriesBench(target: [:]) {
            $0.sampleLimit = 2
            $0.metricRelabeling = rules
        }
        #expect(bench.take("a 1\ndrop1 1\nb 1\na 2\ndrop2 1\n", at: 1000).failure == nil)
        let (counts, failure) = bench.take("a 1\nb 1\nc 1\nd 1\n", at: 2000)
        #expect(failure == .sampleLimit(count: 4, limit: 2))
        #expect(counts.scraped == 4 && counts.kept == 4)
        #expect(try bench.store.dump() == ["a{}": ["1.0@1000", "stale@2000"], "b{}": ["1.0@1000", "stale@2000"]])
        #expect(bench.take("a 1\nb 1\n", at: 3000).failure == nil)
    }

    @Test(
        "a label limit is checked after relabelling, and a series over it fails the scrape",
        arguments: [
            (0, "x{a=\"1\"} 1\n", "x{a=\"1\",b=\"2\"} 1\n"), (1, "x{abcd=\"1\"} 1\n", "x{abcdefghi=\"1\"} 1\n"),
            (2, "x{a=\"1234\"} 1\n", "x{a=\"12345\"} 1\n"),
        ])
    func labels(limit: Int, good: String, bad: String) throws {
        // The name, the job and one label; as long as "__name__"; four bytes.
        var bench = SeriesBench(target: ["job": "j"]) {
            switch limit {
            case 0: $0.labelLimit = 3
            case 1: $0.labelNameLengthLimit = 8
            default: $0.labelValueLengthLimit = 4
            }
        }
        #expect(bench.take(good, at: 1000).failure == nil)
        guard case .labelLimit(let message) = bench.take("first 1\n" + bad, at: 2000).failure else {
            Issue.record("no label limit")
            return
        }
        #expect(message.contains("limit exceeded"))
        #expect(try bench.store.dump().values.sorted { $0[0] < $1[0] } == [["1.0@1000", "stale@2000"]])
    }

    @Test("a series that the store has no room for is counted as refused, and the others are stored")
    func storeLimit() throws {
        var options = SampleStoreOptions.unlimited
        options.maxSeries = 2
        var bench = SeriesBench(target: [:], store: SampleStore(options: options))
        for time in [1000, 2000] as [Int64] {
            let (counts, failure) = bench.take("a 1\nb 1\nc 1\n", at: time)
            #expect(failure == nil && counts.refused == 1 && counts.refusal == .seriesLimit && counts.kept == 3)
            #expect(counts.added == (time == 1000 ? 2 : 0))
        }
        #expect(try bench.store.dump() == ["a{}": ["1.0@1000", "1.0@2000"], "b{}": ["1.0@1000", "1.0@2000"]])
    }
}
