import NIOConcurrencyHelpers
import Testing
import Time

@testable import Exposition

private func text(_ registry: MetricRegistry) -> String { String(decoding: registry.render(), as: UTF8.self) }

@Suite("the metric registry")
struct MetricRegistryTests {
    @Test("families come sorted by name and children by label values")
    func order() {
        let registry = MetricRegistry()
        registry.gauge("b", help: "Second.").labels().set(2)
        let family = registry.counter("a_total", help: "First.", labels: ["status", "version"])
        family.labels("resolved", "v2").increment()
        family.labels("firing", "v2").increment(by: 3)
        #expect(
            text(registry) == """
                # HELP a_total First.
                # TYPE a_total counter
                a_total{status="firing",version="v2"} 3
                a_total{status="resolved",version="v2"} 1
                # HELP b Second.
                # TYPE b gauge
                b 2

                """)
    }

    @Test("help and label values are escaped, quotes only in label values")
    func escaping() {
        let registry = MetricRegistry()
        registry.counter("x", help: "a \"b\" \\ c\nd", labels: ["l"]).labels("a \"b\" \\ c\nd é").increment()
        #expect(
            text(registry) == """
                # HELP x a "b" \\\\ c\\nd
                # TYPE x counter
                x{l="a \\"b\\" \\\\ c\\nd é"} 1

                """)
    }

    @Test("a family with labels shows nothing until it has a child, one without labels shows zero")
    func emptyFamilies() {
        let registry = MetricRegistry()
        _ = registry.counter("empty_total", help: "", labels: ["l"])
        _ = registry.counter("zero_total", help: "")
        #expect(text(registry) == "# HELP zero_total \n# TYPE zero_total counter\nzero_total 0\n")
    }

    @Test("asking for a name again gives the same family")
    func sameFamily() {
        let registry = MetricRegistry()
        registry.counter("x_total", help: "X.").labels().increment()
        registry.counter("x_total", help: "X.").labels().increment()
        #expect(text(registry).hasSuffix("x_total 2\n"))
    }

    @Test("a counter adds whole numbers and fractions and never falls")
    func counter() {
        let counter = MetricRegistry().counter("x", help: "").labels()
        counter.increment(by: 2)
        counter.add(0.5)
        counter.increment(by: -7)
        counter.add(-1)
        #expect(counter.value == 2.5)
    }

    @Test("no increment is lost between threads")
    func concurrentIncrements() async {
        let registry = MetricRegistry()
        let counter = registry.counter("x", help: "").labels()
        let gauge = registry.gauge("y", help: "").labels()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.increment()
                        counter.add(0.5)
                        gauge.increment()
                    }
                }
            }
        }
        #expect(counter.value == 12_000)
        #expect(gauge.value == 8000)
    }

    @Test("a gauge goes up and down")
    func gauge() {
        let gauge = MetricRegistry().gauge("x", help: "").labels()
        gauge.set(5)
        gauge.decrement()
        gauge.add(0.25)
        #expect(gauge.value == 4.25)
    }

    @Test("buckets are cumulative, a value on a bound belongs to it")
    func histogram() {
        let registry = MetricRegistry()
        let histogram = registry.histogram("d_seconds", help: "D.", labels: ["i"], buckets: [1, 2.5]).labels("webhook")
        for value in [0.5, 1, 2, 9] { histogram.observe(value) }
        #expect(
            text(registry) == """
                # HELP d_seconds D.
                # TYPE d_seconds histogram
                d_seconds_bucket{i="webhook",le="1"} 2
                d_seconds_bucket{i="webhook",le="2.5"} 3
                d_seconds_bucket{i="webhook",le="+Inf"} 4
                d_seconds_sum{i="webhook"} 12.5
                d_seconds_count{i="webhook"} 4

                """)
    }

    @Test("quantiles are those of the window, sum and count those of all time")
    func summary() {
        let now = NIOLockedValueBox<Int64>(0)
        let registry = MetricRegistry()
        let summary = registry.summary("s_seconds", help: "S.", window: .minutes(10)) { now.withLockedValue { $0 } }.labels()
        for value in 1...100 { summary.observe(Double(value)) }
        let all = """
            # HELP s_seconds S.
            # TYPE s_seconds summary
            s_seconds{quantile="0.5"} 50
            s_seconds{quantile="0.9"} 90
            s_seconds{quantile="0.99"} 99
            s_seconds_sum 5050
            s_seconds_count 100

            """
        #expect(text(registry) == all)
        now.withLockedValue { $0 = TimeSpan.minutes(10).nanoseconds }
        #expect(text(registry).contains("s_seconds{quantile=\"0.5\"} NaN\n"))
        #expect(text(registry).contains("s_seconds_count 100\n"))
        summary.observe(7)
        #expect(text(registry).contains("s_seconds{quantile=\"0.99\"} 7\n"))
    }

    @Test("a summary keeps the latest observations when there are more than it can hold")
    func fullSummary() {
        let registry = MetricRegistry()
        let summary = registry.summary("s", help: "", quantiles: [0, 1], clock: { 0 }).labels()
        for value in 1...2000 { summary.observe(Double(value)) }
        #expect(text(registry).contains("s{quantile=\"0\"} 977\n"))
        #expect(text(registry).contains("s{quantile=\"1\"} 2000\n"))
    }

    @Test("collected samples are computed at every scrape")
    func collected() {
        let calls = NIOLockedValueBox(0)
        let registry = MetricRegistry()
        registry.collect("alerts", help: "Alerts.", labels: ["state"]) {
            calls.withLockedValue { $0 += 1 }
            return [MetricSample(labels: ["active"], value: Double(calls.withLockedValue { $0 }))]
        }
        registry.collect("nothing", help: "Left out.") { [] }
        _ = text(registry)
        #expect(text(registry) == "# HELP alerts Alerts.\n# TYPE alerts gauge\nalerts{state=\"active\"} 2\n")
    }

    @Test(
        "numbers are written shortest",
        arguments: [
            (0.0, "0"), (-3, "-3"), (0.005, "0.005"), (1e6, "1000000"), (1.5e300, "1.5e+300"), (.nan, "NaN"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (1_763_811_208.25, "1763811208.25"),
        ])
    func numbers(value: Double, expected: String) {
        #expect(TextFormat.number(value) == expected)
    }
}

@Suite("the process metrics")
struct ProcessMetricsTests {
    @Test("a program's name with blanks and parentheses does not shift the fields")
    func statFields() {
        let line = "12 (a) b c) S 1 2 3 4 5 6 7 8 9 10 200 50 16 17 18 19 20 21 7000 123456 42 23"
        #expect(ProcessStatus(line) == ProcessStatus("9 (x) R 1 2 3 4 5 6 7 8 9 10 200 50 16 17 18 19 20 21 7000 123456 42"))
        let status = ProcessStatus(line)
        #expect(status?.cpuTicks == 250)
        #expect(status?.startTicks == 7000)
        #expect(status?.virtualBytes == 123_456)
        #expect(status?.residentPages == 42)
        #expect(ProcessStatus("12 (x) S 1 2") == nil)
    }

    @Test("all of them are there and plausible")
    func standardNames() throws {
        let registry = MetricRegistry()
        registry.addProcessMetrics()
        var values: [String: Double] = [:]
        for line in text(registry).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            values[String(parts[0])] = Double(parts[1])
        }
        for name in ["cpu_seconds_total", "virtual_memory_bytes", "resident_memory_bytes", "open_fds", "max_fds"] {
            #expect(try #require(values["process_\(name)"]) > 0)
        }
        let start = try #require(values["process_start_time_seconds"])
        #expect(start > 1e9 && start <= Double(Clock.wall().seconds) + 1)
    }
}
