import Exposition
import Testing

/// A registry with every kind of metric and labels that need escapes.
private func awkwardRegistry() -> MetricRegistry {
    let registry = MetricRegistry()
    let awkward = "a \"quote\", a \\ backslash,\na line, grün 日本 {}=,"
    let counter = registry.counter("events_total", help: "Events: \"quoted\", \\ and\na line.", labels: ["what", "other"])
    counter.labels(awkward, "").increment(by: 3)
    counter.labels("", "\\n").add(0.5)
    registry.counter("odd_events", help: "A counter without the ending.").labels().increment()
    registry.gauge("level", help: "").labels().set(-2.25)
    registry.gauge("build_info", help: "Build.", labels: ["version"]).labels("1.0 \"x\"").set(1)
    let histogram = registry.histogram("wait_seconds", help: "Wait.", labels: ["what"], buckets: [0.5, 1, 10]).labels(awkward)
    for value in [0.1, 1, 20] { histogram.observe(value) }
    registry.summary("size_bytes", help: "Size.", labels: ["what"], quantiles: [0, 0.5, 1], clock: { 0 }).labels(awkward).observe(7)
    registry.collect("collected", help: "Collected.", labels: ["what"]) { [MetricSample(labels: [awkward], value: .infinity)] }
    registry.collect("collected_total", help: "Collected.", type: .counter) { 1e15 }
    registry.collectHistogram("took_seconds", help: "Took.", labels: ["what"], buckets: [0.25, 2]) {
        [HistogramSample(labels: [awkward], counts: [4, 2, 1], sum: 9.5)]
    }
    registry.collectHistogram("bare_seconds", help: "Bare.", buckets: [1]) { [HistogramSample(counts: [0, 0], sum: 0)] }
    return registry
}

@Suite("pages of a registry, read back")
struct RoundTripTests {
    private let awkward = "a \"quote\", a \\ backslash,\na line, grün 日本 {}=,".debugDescription

    @Test("the text format gives back every name, label and value")
    func text() {
        let read = events(awkwardRegistry().render(as: .text), .text)
        #expect(
            read == [
                "HELP bare_seconds Bare.", "TYPE bare_seconds histogram",
                #"{__name__="bare_seconds_bucket",le="1"} 0.0"#, #"{__name__="bare_seconds_bucket",le="+Inf"} 0.0"#,
                #"{__name__="bare_seconds_sum"} 0.0"#, #"{__name__="bare_seconds_count"} 0.0"#,
                "HELP build_info Build.", "TYPE build_info gauge", #"{__name__="build_info",version="1.0 \"x\""} 1.0"#,
                "HELP collected Collected.", "TYPE collected gauge", "{__name__=\"collected\",what=\(awkward)} inf",
                "HELP collected_total Collected.", "TYPE collected_total counter", #"{__name__="collected_total"} 1000000000000000.0"#,
                "HELP events_total Events: \"quoted\", \\ and\na line.", "TYPE events_total counter",
                #"{__name__="events_total",other="\\n",what=""} 0.5"#, "{__name__=\"events_total\",other=\"\",what=\(awkward)} 3.0",
                "HELP level ", "TYPE level gauge", #"{__name__="level"} -2.25"#,
                "HELP odd_events A counter without the ending.", "TYPE odd_events counter", #"{__name__="odd_events"} 1.0"#,
                "HELP size_bytes Size.", "TYPE size_bytes summary",
                "{__name__=\"size_bytes\",quantile=\"0\",what=\(awkward)} 7.0",
                "{__name__=\"size_bytes\",quantile=\"0.5\",what=\(awkward)} 7.0",
                "{__name__=\"size_bytes\",quantile=\"1\",what=\(awkward)} 7.0",
                "{__name__=\"size_bytes_sum\",what=\(awkward)} 7.0", "{__name__=\"size_bytes_count\",what=\(awkward)} 1.0",
                "HELP took_seconds Took.", "TYPE took_seconds histogram",
                "{__name__=\"took_seconds_bucket\",le=\"0.25\",what=\(awkward)} 4.0",
                "{__name__=\"took_seconds_bucket\",le=\"2\",what=\(awkward)} 6.0",
                "{__name__=\"took_seconds_bucket\",le=\"+Inf\",what=\(awkward)} 7.0",
                "{__name__=\"took_seconds_sum\",what=\(awkward)} 9.5", "{__name__=\"took_seconds_count\",what=\(awkward)} 7.0",
                "HELP wait_seconds Wait.", "TYPE wait_seconds histogram",
                "{__name__=\"wait_seconds_bucket\",le=\"0.5\",what=\(awkward)} 1.0",
                "{__name__=\"wait_seconds_bucket\",le=\"1\",what=\(awkward)} 2.0",
                "{__name__=\"wait_seconds_bucket\",le=\"10\",what=\(awkward)} 2.0",
                "{__name__=\"wait_seconds_bucket\",le=\"+Inf\",what=\(awkward)} 3.0",
                "{__name__=\"wait_seconds_sum\",what=\(awkward)} 21.1", "{__name__=\"wait_seconds_count\",what=\(awkward)} 3.0",
            ])
    }

    @Test("OpenMetrics says the same: counters without the ending in TYPE, bounds as floats")
    func openMetrics() {
        // Read with bounds normalized the text format has OpenMetrics' bounds.
        let text = events(awkwardRegistry().render(as: .text), .text, normalizingBounds: true)
        let expected = text.map { event in
            switch event {
            case "TYPE odd_events counter": "TYPE odd_events unknown"
            case _ where event.hasPrefix("TYPE events_total") || event.hasPrefix("HELP events_total"):
                event.replacing("events_total", with: "events")
            case _ where event.hasPrefix("TYPE collected_total") || event.hasPrefix("HELP collected_total"):
                event.replacing("collected_total", with: "collected")
            default: event
            }
        }
        let page = awkwardRegistry().render(as: .openMetrics)
        #expect(events(page, .openMetrics) == expected)
        let lines = String(decoding: page, as: UTF8.self)
        #expect(lines.hasSuffix("\n# EOF\n"))
        #expect(lines.contains(#"# HELP events Events: \"quoted\", \\ and\na line."# + "\n"))
        #expect(lines.contains(#"bare_seconds_bucket{le="1.0"} 0"# + "\n"))
        #expect(lines.contains(#",quantile="0.0"} 7"#))
    }

    @Test("definitions name every metric with its labels and buckets, those without samples too")
    func definitions() {
        let registry = awkwardRegistry()
        _ = registry.counter("silent_total", help: "Nothing yet.", labels: ["why"])
        #expect(
            registry.definitions.map { "\($0.name) \($0.type.rawValue) \($0.labels) \($0.buckets)" } == [
                "bare_seconds histogram [] [1.0]", "build_info gauge [\"version\"] []", "collected gauge [\"what\"] []",
                "collected_total counter [] []", "events_total counter [\"what\", \"other\"] []", "level gauge [] []",
                "odd_events counter [] []", "silent_total counter [\"why\"] []", "size_bytes summary [\"what\"] []",
                "took_seconds histogram [\"what\"] [0.25, 2.0]", "wait_seconds histogram [\"what\"] [0.5, 1.0, 10.0]",
            ])
        #expect(registry.definitions.first { $0.name == "events_total" }?.help == "Events: \"quoted\", \\ and\na line.")
    }

    @Test("a collected histogram without samples is left out")
    func emptyHistogram() {
        let registry = MetricRegistry()
        registry.collectHistogram("x_seconds", help: "X.", buckets: [1]) { [] }
        #expect(registry.render() == [])
        #expect(String(decoding: registry.render(as: .openMetrics), as: UTF8.self) == "# EOF\n")
    }

    @Test("a child that comes or goes between two pages is in the next one only")
    func changes() {
        let registry = MetricRegistry()
        let family = registry.gauge("peers", help: "Peers.", labels: ["peer"])
        family.labels("b").set(1)
        _ = registry.render()
        family.labels("a").set(2)
        #expect(String(decoding: registry.render(), as: UTF8.self).hasSuffix("peers{peer=\"a\"} 2\npeers{peer=\"b\"} 1\n"))
        family.remove(["b"])
        #expect(String(decoding: registry.render(), as: UTF8.self).hasSuffix("gauge\npeers{peer=\"a\"} 2\n"))
    }
}
