import Exposition
import Testing

@Suite("the lint of a page")
struct PageLintTests {
    @Test("a page with every kind of metric is clean in both formats")
    func clean() {
        let registry = MetricRegistry()
        registry.counter("x_events_total", help: "Events.", labels: ["what"]).labels("a").increment()
        registry.gauge("x_build_info", help: "Build.", labels: ["version"]).labels("1").set(1)
        registry.gauge("x_level", help: "Level.").labels().set(-1.5)
        registry.summary("x_size_bytes", help: "Size.").labels().observe(1)
        registry.histogram("x_wait_seconds", help: "Wait.", labels: ["what"], buckets: [0.1, 1]).labels("a").observe(0.5)
        registry.collectHistogram("x_took_seconds", help: "Took.", buckets: [1]) { [HistogramSample(counts: [1, 1], sum: 3)] }
        registry.addProcessMetrics()
        for format in [ExpositionFormat.text, .openMetrics] {
            let report = ExpositionLint.report(registry.render(as: format), format: format)
            #expect(report.findings == [])
            #expect(report.families == 12)
            #expect(report.samples == 23)
            #expect(!report.isRefused)
        }
    }

    @Test(
        "a page without samples, however it is decorated, is an error",
        arguments: [
            LintVector("", "1 no-samples"), LintVector("\n\n", "1 no-samples"),
            LintVector("# shared dict 'flatnet_metrics' not configured\n", "1 no-samples"),
            LintVector(head(), "1 no-samples", "1 empty-family"),
        ])
    func noSamples(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test("an empty OpenMetrics page is an error too")
    func emptyOpenMetrics() {
        #expect(findings("# EOF\n", .openMetrics) == ["1 no-samples"])
        #expect(findings("", .openMetrics) == ["1 missing-eof", "1 no-samples"])
    }

    @Test(
        "lines that cannot be read are told each, and the others are still looked at",
        arguments: [
            LintVector(head() + "x\nx{a=\"1\"} 1\nx{a=} 2\n", "3 syntax", "5 syntax"),
            LintVector(head() + "x one\nx 1\n2x 1\n", "3 syntax", "5 syntax"),
            LintVector(head("x", "number") + "x 1\n", "2 syntax", "3 no-type"),
            LintVector(head() + "x{a=\"1} 1\n", "1 no-samples", "1 empty-family", "3 syntax"),
            LintVector("\u{FEFF}" + head() + "x 1\n", "1 syntax"),
            LintVector(head() + "x 1", "3 no-final-newline"),
            LintVector(
                head() + "x{a=\"1\"} 1 \n \nx{a=\"2\"} 1 1763811208250\t", "3 trailing-blanks", "5 no-final-newline", "5 timestamp",
                "5 trailing-blanks"),
            LintVector("# HELP x Text.\r\n# TYPE x gauge\r\nx 1\r\n", "1 carriage-returns"),
            LintVector(head() + "x 1\r\n", "3 carriage-returns"),
        ])
    func unreadable(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
        #expect(ExpositionLint.report(Array(vector.page.utf8), format: .text).isRefused)
    }

    @Test("a page of rubbish is told in a few findings, in bounded time")
    func rubbish() {
        let found = ExpositionLint.problems(Array(String(repeating: "= = =\n", count: 200_000).utf8), format: .text)
        #expect(found.filter { $0.check == .syntax }.count == 5)
        #expect(found.count == 6)
        #expect(found.last?.message.hasSuffix("(and 15 more of the same)") == true)
    }

    @Test("bytes that are no UTF-8 are told once a line")
    func invalidUTF8() {
        let page = Array((head() + "x{a=\"").utf8) + [0xFF] + Array("\"} 1\nx{a=\"é\"} 1\n".utf8)
        #expect(findings(page) == ["3 invalid-utf8"])
        #expect(findings(Array("# HELP x ".utf8) + [0xC3] + Array("\n# TYPE x gauge\nx 1\n".utf8)) == ["1 invalid-utf8", "3 no-help"])
    }

    @Test("OpenMetrics needs its end, and nothing behind it")
    func openMetricsEnd() {
        #expect(findings(head() + "x 1\n", .openMetrics) == ["3 missing-eof"])
        #expect(findings(head() + "x 1\n# EOF\nx 2\n# EOF\n", .openMetrics) == ["5 syntax"])
        #expect(findings(head() + "x 1\n# EOF", .openMetrics) == [])
        #expect(findings(head() + "x 1\n\n# EOF\n", .openMetrics) == ["4 syntax"])
    }

    @Test(
        "escapes that the format does not have, and names in quotes, are told",
        arguments: [
            LintVector(head() + "x{a=\"C:\\temp\"} 1\n", "3 escape"), LintVector(head() + "x{a=\"C:\\\\temp\\n\\\"\"} 1\n"),
            LintVector(head() + "x{a=\"one\ntwo\"} 1\n", "4 escape"), LintVector("# HELP x A \\q.\n# TYPE x gauge\nx 1\n", "1 escape"),
            LintVector("# HELP x A \\\\ and \\n.\n# TYPE x gauge\nx 1\n"),
            LintVector("# HELP x A \\\".\n# TYPE x gauge\nx 1\n", "1 escape"),
            LintVector(head() + "{\"x\",a=\"1\"} 1\n", "3 quoted-name"), LintVector(head() + "x{\"b.c\"=\"1\"} 1\n", "3 quoted-name"),
        ])
    func escapes(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test(
        "comments that look like HELP, TYPE or OpenMetrics are told",
        arguments: [
            LintVector(head() + "#HELP y Text.\nx 1\n", "3 odd-comment"), LintVector(head() + "# type y counter\nx 1\n", "3 odd-comment"),
            LintVector(head() + "x 1\n# EOF\n", "4 odd-comment"), LintVector(head() + "# UNIT x seconds\nx 1\n", "3 odd-comment"),
            LintVector(head() + "# Help is near.\n# nothing\n#\nx 1\n", "3 odd-comment"), LintVector(head() + "# just words\nx 1\n"),
        ])
    func comments(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test(
        "HELP and TYPE are there once, in front of their samples",
        arguments: [
            LintVector("# TYPE x gauge\nx 1\n", "2 no-help"), LintVector("# HELP x \n# TYPE x gauge\nx 1\n", "1 no-help"),
            LintVector("# HELP x Text.\nx 1\n", "2 no-type"), LintVector("x 1\n", "1 no-help", "1 no-type"),
            LintVector(head("x", "untyped") + "x 1\n", "1 untyped"),
            LintVector("# HELP x A.\n" + head() + "x 1\n", "2 duplicate-help"),
            LintVector("# TYPE x counter\n" + head() + "x 1\n", "1 counter-name", "3 duplicate-type"),
            LintVector("# HELP x A.\nx 1\n# TYPE x gauge\n", "3 late-metadata"),
            LintVector("# TYPE x gauge\nx 1\n# HELP x A.\n", "3 late-metadata"),
            LintVector("x_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n" + head("x", "histogram"), "4 late-metadata", "5 late-metadata"),
        ])
    func metadata(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test("UNIT twice is told in OpenMetrics")
    func units() {
        let page =
            "# HELP x_seconds Text.\n# TYPE x_seconds gauge\n# UNIT x_seconds seconds\n# UNIT x_seconds seconds\nx_seconds 1\n# EOF\n"
        #expect(findings(page, .openMetrics) == ["4 duplicate-unit x_seconds"])
    }

    @Test("HELP and TYPE that name another metric than the samples behind them are an error")
    func orphan() {
        // What Flatnet's Gateway exposes: a family split in two by a name that has no samples.
        let page =
            head("x_total", "counter") + "x_total 12\n" + head("x_by_status_total", "counter") + "x_total{status=\"200\"} 11\n"
            + "x_total{status=\"500\"} 1\n"
        #expect(
            findings(page) == ["3 bare-series x_total", "4 orphan-metadata x_by_status_total", "6 split-family x_total"])
    }

    @Test("a metric without samples is told, whatever follows")
    func emptyFamilies() {
        #expect(findings(head("y") + head() + "x 1\n") == ["1 empty-family y"])
        #expect(findings(head() + "x 1\n" + head("y") + head("z")) == ["4 empty-family y", "6 empty-family z"])
    }

    @Test(
        "all lines of a metric stand together",
        arguments: [
            LintVector(head() + head("y") + "x 1\ny 1\n", "5 split-family", "6 split-family y"),
            LintVector(head() + "x{a=\"1\"} 1\n" + head("y") + "y 1\nx{a=\"2\"} 1\n", "7 split-family"),
            LintVector(
                head("x", "histogram") + "x_bucket{le=\"+Inf\"} 1\n" + head("y") + "y 1\nx_sum 1\nx_count 1\n", "7 split-family"),
        ])
    func groups(vector: LintVector) {
        #expect(findings(vector.page) == vector.expected)
    }

    @Test("a name that is another metric's sample is told")
    func clash() {
        let histogram = head("x", "histogram") + "x_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n"
        #expect(
            findings(histogram + head("x_count", "counter") + "x_count 1\n").contains("6 name-clash x_count"))
        #expect(
            findings(histogram + head("y_count", "histogram") + "y_count_bucket{le=\"+Inf\"} 1\ny_count_sum 1\ny_count_count 1\n") == [])
    }

    @Test("ten thousand equal mistakes are told by five of them and a number")
    func flood() {
        let page = head() + (0..<10_000).map { "x{a=\"\($0 % 5000)\"} 1\n" }.joined()
        let found = ExpositionLint.problems(Array(page.utf8), format: .text)
        #expect(found.map(\.check) == [.tooManySeries] + Array(repeating: .duplicateSeries, count: 5))
        #expect(found.last?.message.hasSuffix("(and 4995 more of the same)") == true)
    }

    @Test("a check that is ignored finds nothing")
    func ignored() {
        var limits = ExpositionLint.Limits()
        limits.ignored = [.noHelp]
        #expect(findings("x 1\n", limits: limits) == ["1 no-type"])
    }

    @Test("OpenMetrics is known by its last line")
    func guess() {
        #expect(ExpositionLint.guessedFormat(Array("x 1\n# EOF\n".utf8)) == .openMetrics)
        #expect(ExpositionLint.guessedFormat(Array("# EOF".utf8)) == .openMetrics)
        #expect(ExpositionLint.guessedFormat(Array("x 1\r\n# EOF\r\n".utf8)) == .openMetrics)
        #expect(ExpositionLint.guessedFormat(Array("x 1\n# EOF\nx 2\n".utf8)) == .text)
        #expect(ExpositionLint.guessedFormat(Array("x{a=\"# EOF".utf8)) == .text)
        #expect(ExpositionLint.guessedFormat([]) == .text)
    }

    @Test("a finding says where, what and how to put it right")
    func words() {
        let found = ExpositionLint.problems(Array("# TYPE x counter\nx -1\n".utf8), format: .text)
        #expect(
            found.map(\.description) == [
                #"1: warning: x: counter metrics should have "_total" suffix: rename it to x_total, or say gauge if it can fall [counter-name]"#,
                "2: warning: x: no help text: add \"# HELP x …\" [no-help]",
                "2: error: x: the series without labels is -1: a counter begins at 0 and only grows; say gauge if it can fall [negative-counter]",
            ])
    }
}
