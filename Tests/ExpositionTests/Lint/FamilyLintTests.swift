import Exposition
import Testing

@Suite("the lint of a metric")
struct FamilyLintTests {
    /// A metric of a name and type with one sample, and what is found about its name.
    private func named(_ name: String, _ type: String = "gauge") -> [String] {
        ExpositionLint.problems(Array((head(name, type) + "\(name) 1\n").utf8), format: .text).map(\.check.rawValue)
    }

    @Test("names follow promtool's conventions")
    func names() {
        #expect(named("x_events", "counter") == ["counter-name"])
        #expect(named("x_events_total", "gauge") == ["total-suffix"])
        #expect(named("x_events_total", "untyped") == ["untyped"])
        #expect(named("x_bucket") == ["reserved-suffix"])
        #expect(named("x_sum") == ["reserved-suffix"])
        #expect(named("x_count") == ["reserved-suffix"])
        #expect(named("x_total_count", "counter") == ["counter-name", "reserved-suffix"])
        #expect(named("x_gauge") == ["type-in-name"])
        #expect(named("x_counter_events_total", "counter") == ["type-in-name"])
        #expect(named("x_HISTOGRAM_size") == ["type-in-name"])
        #expect(named("x_gaugecluster") == [])
        #expect(named("job:x:sum5m") == ["colon-in-name"])
        #expect(named("xEvents") == ["camel-case"])
        #expect(named("XEVENTS") == [])
    }

    @Test(
        "units are base units, written out",
        arguments: [
            ("x_milliseconds", ["base-unit"]), ("x_minutes_total", ["total-suffix", "base-unit"]), ("x_kilobytes", ["base-unit"]),
            ("x_percent", ["base-unit"]), ("x_days_hours", ["base-unit", "base-unit"]), ("x_seconds", []), ("x_thermometers", []),
            ("x_duration_ms", ["abbreviated-unit"]), ("x_mb_used", ["abbreviated-unit"]), ("x_s", ["abbreviated-unit"]), ("s_x", []),
            ("x_ratio", []), ("x_mebibytes", ["base-unit"]),
        ])
    func units(name: String, expected: [String]) {
        #expect(named(name) == expected)
    }

    @Test(
        "labels that Prometheus or a convention keeps for itself are told",
        arguments: [
            LintVector(head() + "x{le=\"1\"} 1\n", "3 reserved-label"), LintVector(head() + "x{quantile=\"1\"} 1\n", "3 reserved-label"),
            LintVector(head() + "x{__a=\"1\"} 1\n", "3 reserved-label"), LintVector(head() + "x{job=\"1\"} 1\n", "3 target-label"),
            LintVector(head() + "x{instance=\"1\"} 1\n", "3 target-label"), LintVector(head() + "x{aB=\"1\"} 1\n", "3 camel-case"),
            LintVector(head() + "x{a=\"\"} 1\nx{a=\"\"} 1\n", "3 empty-label", "4 duplicate-series"),
            LintVector(head() + "x{a=\"1\",b=\"2\",a=\"3\"} 1\n", "3 duplicate-label"),
            LintVector(
                head("x", "summary") + "x{quantile=\"0.5\",le=\"1\"} 1\nx_sum{le=\"1\"} 1\nx_count{le=\"1\"} 1\n", "3 reserved-label"),
        ])
    func labels(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test(
        "all series of a metric have the same labels",
        arguments: [
            LintVector(head() + "x 3\nx{a=\"1\"} 1\nx{a=\"2\"} 2\n", "3 bare-series"),
            LintVector(head() + "x{a=\"1\"} 1\nx{a=\"\"} 2\n", "4 empty-label", "4 bare-series"),
            LintVector(head() + "x{a=\"1\"} 1\nx{a=\"1\",b=\"2\"} 2\n", "4 mixed-labels"),
            LintVector(head() + "x{a=\"1\",b=\"1\"} 1\nx{b=\"2\",a=\"2\"} 2\n"),
            LintVector(
                head("x", "histogram") + "x_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n"
                    + "x_bucket{a=\"1\",le=\"+Inf\"} 1\nx_sum{a=\"1\"} 1\nx_count{a=\"1\"} 1\n", "3 bare-series"),
        ])
    func labelSets(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test("the same series twice is told, however its labels are ordered and written")
    func duplicates() {
        #expect(findings(head() + "x 1\nx 1\n") == ["4 duplicate-series"])
        #expect(findings(head() + "x{a=\"1\",b=\"2\"} 1\nx{ b = \"2\" , a=\"1\", } 3\n") == ["4 duplicate-series"])
        #expect(findings(head() + "x{a=\"1\"} 1\nx{a=\"2\"} 1\n") == [])
    }

    @Test("many values that look like identifiers are told, a few are not")
    func identifiers() {
        let kinds: [(String, (Int) -> String)] = [
            ("container IDs or hashes", { String(repeating: "0123456789abcde\($0)", count: 4) }),
            ("hashes", { String(repeating: "0a1b2c3\($0)", count: 4) }),
            ("UUIDs", { "0190b4a2-5c6d-7e8f-9a0b-00000000000\($0)" }), ("mail addresses", { "user\($0)@example.org" }),
            ("addresses with ports", { "10.87.1.\($0):49152" }), ("addresses with ports", { "[fd00::\($0)]:80" }),
        ]
        for (kind, value) in kinds {
            let lines = (0..<4).map { "x{id=\"\(value($0))\"} 1\n" }
            #expect(findings(head() + lines.prefix(3).joined()) == [], "\(kind)")
            let found = ExpositionLint.problems(Array((head() + lines.joined()).utf8), format: .text)
            #expect(found.map(\.check) == [.unboundedLabel], "\(kind)")
            #expect(found.first?.message.contains("4 values that look like \(kind)") == true, "\(kind)")
        }
        let ordinary = [
            "10.87.1.2", "forgejo:3000", "2024-01-01T10:20:30", "deadbeef", "/a@b.c", "12:30", "1.2.3.4:port",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ]
        #expect(findings(head() + ordinary.map { "x{id=\"\($0)\"} 1\n" }.joined()) == [])
        var limits = ExpositionLint.Limits()
        limits.identifiers = 4
        #expect(findings(head() + (0..<4).map { "x{id=\"user\($0)@example.org\"} 1\n" }.joined(), limits: limits) == [])
    }

    @Test("addresses of servers beside their names are as bounded as the names, those of clients are not")
    func addressesOfServers() {
        let servers = (0..<9).map { "x{upstream=\"u\($0)\",address=\"10.87.1.\($0):3000\",path=\"direct\"} 1\n" }
        #expect(findings(head() + servers.joined()) == [])
        let clients = (0..<4).map { "x{method=\"GET\",client=\"10.87.1.\($0):49152\"} 1\n" }
        #expect(findings(head() + clients.joined()) == ["3 unbounded-label"])
        let containers = (0..<4).map { "x{name=\"c\($0)\",id=\"\(String(repeating: "0123456789abcde\($0)", count: 4))\"} 1\n" }
        #expect(findings(head() + containers.joined()) == ["3 unbounded-label"])
    }

    @Test("too many label sets are told; the buckets of a histogram count as one")
    func manySeries() {
        var limits = ExpositionLint.Limits()
        limits.labelSets = 2
        let gauges = (0..<3).map { "x{a=\"\($0)\"} 1\n" }.joined()
        #expect(findings(head() + gauges, limits: limits) == ["1 too-many-series"])
        let buckets = "x_bucket{le=\"1\"} 1\nx_bucket{le=\"2\"} 1\nx_bucket{le=\"3\"} 1\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n"
        #expect(findings(head("x", "histogram") + buckets, limits: limits) == [])
    }

    @Test(
        "values that a type cannot have are told",
        arguments: [
            LintVector(head("x_total", "counter") + "x_total -1\n", "3 negative-counter x_total"),
            LintVector(head("x_total", "counter") + "x_total NaN\n", "3 not-a-number x_total"),
            LintVector(head("x_total", "counter") + "x_total +Inf\n", "3 not-a-number x_total"),
            LintVector(head("x_total", "counter") + "x_total -Inf\n", "3 negative-counter x_total"),
            LintVector(head() + "x NaN\n"), LintVector(head("x_info") + "x_info{a=\"1\"} 0\n", "3 info-value x_info"),
            LintVector(head("x_start_time_seconds") + "x_start_time_seconds 1763811208250\n", "3 milliseconds x_start_time_seconds"),
            LintVector(head("x_start_time_seconds") + "x_start_time_seconds 1763811208.25\n"),
            LintVector(head() + "x 1 1763811208250\n", "3 timestamp"),
        ])
    func values(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    private static func histogram(_ lines: String...) -> String { head("x", "histogram") + lines.map { $0 + "\n" }.joined() }

    @Test(
        "histograms are whole",
        arguments: [
            LintVector(histogram("x_bucket{le=\"1\"} 1", "x_sum 1", "x_count 1"), "3 no-infinite-bucket"),
            LintVector(histogram("x_sum 1", "x_count 1"), "3 no-infinite-bucket"),
            LintVector(histogram("x_bucket{le=\"+Inf\"} 1", "x_count 1"), "3 missing-sum-or-count"),
            LintVector(histogram("x_bucket{le=\"+Inf\"} 1", "x_sum 1"), "3 missing-sum-or-count"),
            LintVector(histogram("x_bucket{le=\"+Inf\"} 1", "x_sum 1", "x_count 2"), "5 count-mismatch"),
            LintVector(
                histogram("x_bucket{le=\"2\"} 1", "x_bucket{le=\"1\"} 1", "x_bucket{le=\"+Inf\"} 1", "x_sum 1", "x_count 1"),
                "4 bucket-order"),
            LintVector(
                histogram("x_bucket{le=\"1\"} 2", "x_bucket{le=\"2\"} 1", "x_bucket{le=\"+Inf\"} 2", "x_sum 1", "x_count 2"),
                "4 not-cumulative"),
            LintVector(
                histogram("x_bucket{le=\"1\"} 1", "x_bucket{le=\"1.0\"} 1", "x_bucket{le=\"+Inf\"} 1", "x_sum 1", "x_count 1"),
                "4 duplicate-series"),
            LintVector(histogram("x_bucket{le=\"big\"} 1", "x_bucket{le=\"+Inf\"} 1", "x_sum 1", "x_count 1"), "3 bound"),
            LintVector(histogram("x_bucket{le=\"NaN\"} 1", "x_bucket{le=\"+Inf\"} 1", "x_sum 1", "x_count 1"), "3 bound"),
            LintVector(histogram("x_bucket 1", "x_bucket{le=\"+Inf\"} 1", "x_sum 1", "x_count 1"), "3 bound"),
            LintVector(histogram("x_bucket{le=\"+Inf\"} -1", "x_sum 1", "x_count -1"), "3 bucket-value", "5 bucket-value"),
            LintVector(histogram("x_bucket{le=\"+Inf\"} 1.5", "x_sum 1", "x_count 1.5"), "3 bucket-value", "5 bucket-value"),
            LintVector(histogram("x 1", "x_bucket{le=\"+Inf\"} 1", "x_sum 1", "x_count 1"), "3 foreign-sample"),
            LintVector(
                histogram(
                    "x_bucket{a=\"1\",le=\"1\"} 1", "x_bucket{a=\"1\",le=\"+Inf\"} 1", "x_sum{a=\"1\"} 1", "x_count{a=\"1\"} 1",
                    "x_bucket{a=\"2\",le=\"2\"} 1", "x_bucket{a=\"2\",le=\"+Inf\"} 1", "x_sum{a=\"2\"} 1", "x_count{a=\"2\"} 1"),
                "7 differing-buckets"),
            LintVector(
                histogram(
                    "x_bucket{a=\"1\",le=\"+Inf\"} 1", "x_sum{a=\"1\"} 1", "x_count{a=\"1\"} 1", "x_bucket{a=\"2\",le=\"+Inf\"} 1",
                    "x_sum{a=\"2\"} 1"), "6 missing-sum-or-count"),
        ])
    func histograms(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test(
        "summaries are whole",
        arguments: [
            LintVector(head("x", "summary") + "x{quantile=\"0.5\"} NaN\nx{quantile=\"1\"} 1\nx_sum 1\nx_count 1\n"),
            LintVector(head("x", "summary") + "x_sum 1\nx_count 1\n"),
            LintVector(head("x", "summary") + "x{quantile=\"50\"} 1\nx_sum 1\nx_count 1\n", "3 quantile"),
            LintVector(head("x", "summary") + "x{quantile=\"-0.1\"} 1\nx_sum 1\nx_count 1\n", "3 quantile"),
            LintVector(head("x", "summary") + "x{quantile=\"most\"} 1\nx_sum 1\nx_count 1\n", "3 bound"),
            LintVector(head("x", "summary") + "x 1\nx_sum 1\nx_count 1\n", "3 bound"),
            LintVector(head("x", "summary") + "x{quantile=\"0.5\"} 1\nx_sum 1\n", "3 missing-sum-or-count"),
            LintVector(head("x", "summary") + "x{quantile=\"0.5\"} 1\nx_sum 1\nx_count -1\n", "5 bucket-value"),
            LintVector(head("x", "summary") + "x{quantile=\"0.5\"} 1\nx{quantile=\"0.50\"} 1\nx_sum 1\nx_count 1\n", "4 duplicate-series"),
        ])
    func summaries(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test(
        "the types that OpenMetrics has besides are looked at",
        arguments: [
            LintVector(head("x", "counter") + "x_total 1\nx_created 1e9\n# EOF\n"),
            LintVector(head("x", "counter") + "x 1\n# EOF\n", "3 foreign-sample"),
            LintVector(head("x_total", "counter") + "x_total 1\n# EOF\n", "1 counter-name x_total"),
            LintVector(head("x", "counter") + "x_total -1\n# EOF\n", "3 negative-counter"),
            LintVector(head("x", "info") + "x_info{a=\"1\"} 1\n# EOF\n"),
            LintVector(head("x", "info") + "x_info{a=\"1\"} 2\n# EOF\n", "3 info-value"),
            LintVector(head("x", "info") + "x{a=\"1\"} 1\n# EOF\n", "3 foreign-sample"),
            LintVector(head("x", "stateset") + "x{x=\"a\"} 1\nx{x=\"b\"} 0.5\n# EOF\n", "4 info-value"),
            LintVector(head("x", "gaugehistogram") + "x_bucket{le=\"+Inf\"} 1\nx_gsum 1\nx_gcount 1\n# EOF\n"),
            LintVector(head("x", "gaugehistogram") + "x_bucket{le=\"+Inf\"} 1\nx_gsum 1\nx_gcount 2\n# EOF\n", "5 count-mismatch"),
            LintVector(head("x", "histogram") + "x_bucket{le=\"+Inf\"} 1\n# EOF\n"),
            LintVector(head("x", "histogram") + "x_bucket{le=\"+Inf\"} 1 # {trace=\"a\"} 0.5\nx_sum 1\nx_count 1\nx_created 1e9\n# EOF\n"),
            LintVector(head("x", "unknown") + "x 1\n# EOF\n", "1 untyped"),
        ])
    func openMetrics(vector: LintVector) {
        #expect(findings(vector.page, .openMetrics) == vector.expected)
    }

    @Test("a number of observations that is infinite is told")
    func infiniteCounts() {
        let page = "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"+Inf\"} +Inf\nh_sum 1\nh_count +Inf\n"
        let found = ExpositionLint.problems(Array(page.utf8), format: .text).filter { $0.check == .bucketValue }
        #expect(found.map(\.line) == [3, 5])
    }
}
