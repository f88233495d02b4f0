import Exposition
import Testing

@Suite("The text format")
struct TextParsingTests {
    private static let good: [BodyVector] = [
        BodyVector("foo 1\n", "{__name__=\"foo\"} 1.0"),
        BodyVector("foo 1", "{__name__=\"foo\"} 1.0"),
        BodyVector("foo:bar_2 1 1700000000123\n", "{__name__=\"foo:bar_2\"} 1.0 @1700000000123"),
        BodyVector("foo{} 1\n", "{__name__=\"foo\"} 1.0"),
        BodyVector("foo{}1\n", "{__name__=\"foo\"} 1.0"),
        BodyVector("foo{a=\"b\",c=\"d\",} 1\n", "{__name__=\"foo\",a=\"b\",c=\"d\"} 1.0"),
        BodyVector("\t foo\t{\ta = \"b\" , c=\"d\" }\t1\t5\t\n", "{__name__=\"foo\",a=\"b\",c=\"d\"} 1.0 @5"),
        BodyVector("foo{a=\"b\" c=\"d\"} 1\n", "{__name__=\"foo\",a=\"b\",c=\"d\"} 1.0"),
        BodyVector("foo{a=\"\\\\ \\\" \\n \\z\"} 1\n", "{__name__=\"foo\",a=\"\\\\ \\\" \\n \\\\z\"} 1.0"),
        BodyVector("foo{a=\"\",b=\"ä\"} 1\n", "{__name__=\"foo\",a=\"\",b=\"ä\"} 1.0"),
        BodyVector("{\"metric.name\",\"l.x\"=\"v\"} 1\n", "{__name__=\"metric.name\",l.x=\"v\"} 1.0"),
        BodyVector("{a=\"b\", \"metric name\"} 1\n", "{__name__=\"metric name\",a=\"b\"} 1.0"),
        BodyVector("{__name__=\"foo\",a=\"b\"} 1\n", "{__name__=\"foo\",a=\"b\"} 1.0"),
        BodyVector("\n\n#\n#x\n# other HELP x\n#HELP 1 2\n# HELP\nfoo 1\n  ", "{__name__=\"foo\"} 1.0"),
        BodyVector("# TYPE foo untyped\n", "TYPE foo unknown"),
        BodyVector("#\tTYPE\tfoo\thistogram\n", "TYPE foo histogram"),
        BodyVector("  # TYPE \"metric.name\" gauge", "TYPE metric.name gauge"),
        BodyVector("# HELP foo a \\\\ b\\nc \\\"d \n", "HELP foo a \\ b\nc \\\"d "),
        BodyVector("# HELP foo\nfoo 2", "{__name__=\"foo\"} 2.0"),
        BodyVector("# HELP foo", "HELP foo "),
        BodyVector("# UNIT foo bar\n# EOF\nfoo 3\n", "{__name__=\"foo\"} 3.0"),
    ]

    private static let bad: [BodyVector] = [
        BodyVector("foo\n", "error 1:4: expected a value, found the line's end"),
        BodyVector("foo 1\nbar x\n", "error 2:5: expected a value, found \"x\""),
        BodyVector("foo 1 x\n", "error 1:7: expected a timestamp or the line's end, found \"x\""),
        BodyVector("foo 1 -5\n", "error 1:7: expected a timestamp or the line's end, found \"-5\""),
        BodyVector("foo 1 1.5\n", "error 1:8: expected the line's end, found \".5\""),
        BodyVector("foo 1 5 6\n", "error 1:9: expected the line's end, found \"6\""),
        BodyVector("foo 1 9223372036854775808\n", "error 1:7: the timestamp is out of range"),
        BodyVector("foo 1\r\n", "error 1:5: expected a value, found \"1\\r\""),
        BodyVector("\n 1foo 1\n", "error 2:2: expected a metric's name, found \"1foo\""),
        BodyVector("foo-bar 1\n", "error 1:4: expected a value, found \"-bar\""),
        BodyVector("foo{a=b} 1\n", "error 1:7: expected a label's value in quotes, found \"b}\""),
        BodyVector("foo{a} 1\n", "error 1:6: expected \"=\", found \"}\""),
        BodyVector("foo{1=\"b\"} 1\n", "error 1:5: expected a label's name, found \"1=\\\"b\\\"}\""),
        BodyVector("foo{a:b=\"c\"} 1\n", "error 1:6: expected \"=\", found \":b=\\\"c\\\"}\""),
        BodyVector("foo{,} 1\n", "error 1:5: expected a label's name, found \",}\""),
        BodyVector("foo{a=\"b\",,} 1\n", "error 1:11: expected a label's name, found \",}\""),
        BodyVector("foo{a=\"b} 1\n", "error 1:7: expected a quote that ends the string"),
        BodyVector("foo{a=\"b\"", "error 1:10: expected \",\" or \"}\""),
        BodyVector("foo{", "error 1:5: expected \"}\""),
        BodyVector("foo{a=\"b\",a=\"c\"} 1\n", "error 1:1: the label \"a\" stands twice"),
        BodyVector("{a=\"b\"} 1\n", "error 1:1: expected a metric's name among the labels"),
        BodyVector("foo{\"bar\"} 1\n", "error 1:5: the metric's name stands twice"),
        BodyVector("{\"foo\",__name__=\"bar\"} 1\n", "error 1:8: the metric's name stands twice"),
        BodyVector("{\"\"} 1\n", "error 1:2: the metric's name is empty"),
        BodyVector("foo{\"\"=\"b\"} 1\n", "error 1:5: a label's name is empty"),
        BodyVector("# TYPE foo info\n", "error 1:12: \"info\" is no metric type"),
        BodyVector("# TYPE foo counter \n", "error 1:12: \"counter \" is no metric type"),
        BodyVector("# TYPE foo\n", "error 1:11: \"\" is no metric type"),
        BodyVector("foo 1\n# HELP 1foo x\n", "error 2:8: expected a metric's name, found \"1foo\""),
    ]

    @Test("what is well formed is read", arguments: good)
    func accepted(_ vector: BodyVector) { #expect(events(vector.body, .text).last == vector.expected) }

    @Test("one bad line fails the body, with its place", arguments: bad)
    func refused(_ vector: BodyVector) { #expect(events(vector.body, .text).last == vector.expected) }

    @Test("bytes that are no UTF-8 are refused in labels and help")
    func encoding() {
        #expect(events(Array("foo{a=\"".utf8) + [0xFF] + Array("\"} 1\n".utf8), .text) == ["error 1:7: the string is no UTF-8"])
        #expect(events(Array("{\"foo\\".utf8) + [0xFF] + Array("\"} 1\n".utf8), .text) == ["error 1:2: the string is no UTF-8"])
        #expect(events(Array("# HELP foo ".utf8) + [0xC3, 0x0A], .text) == ["error 1:12: the help text is no UTF-8"])
        #expect(events([0x66, 0xC3, 0xB6, 0x20, 0x31], .text) == ["error 1:2: expected a value, found \"ö\""])
    }

    @Test("events come in the body's order")
    func order() {
        let body = "# HELP foo text\n# TYPE foo counter\nfoo 1\nfoo{a=\"b\"} 2\n\nbar 3\n"
        #expect(
            events(body, .text) == [
                "HELP foo text", "TYPE foo counter", "{__name__=\"foo\"} 1.0", "{__name__=\"foo\",a=\"b\"} 2.0", "{__name__=\"bar\"} 3.0",
            ])
    }

    @Test("a series' bytes are its text, and its type that of its family")
    func series() throws {
        let body = Array("# TYPE foo histogram\nfoo_bucket{le=\"1\"} 5\n foo_sum  6\nbar { a=\"b\" } 7\n{\"foo_count\"} 8".utf8)
        try body.withUnsafeBufferPointer { bytes in
            var parser = ExpositionParser(bytes, format: .text)
            var found: [String] = []
            while let event = try parser.next() {
                guard case .sample(let sample) = event else { continue }
                found.append("\(String(decoding: sample.series, as: UTF8.self))|\(sample.type)")
            }
            #expect(
                found == ["foo_bucket{le=\"1\"}|histogram", "foo_sum|histogram", "bar { a=\"b\" }|unknown", "{\"foo_count\"}|histogram"])
        }
    }

    @Test("bounds of histograms and summaries are normalised on demand, and only theirs")
    func bounds() {
        let body = """
            # TYPE h histogram
            h_bucket{le="1"} 1
            h_bucket{le="1e3"} 1
            h_bucket{le="1000000"} 1
            h_bucket{le="+Inf"} 1
            h_bucket{le="0.50"} 1
            h_bucket{le="x",quantile="1"} 1
            other{le="1"} 1
            # TYPE s summary
            s{quantile="1",le="1"} 1
            # TYPE g gauge
            g{le="1",quantile="1"} 1

            """
        let normalized = events(body, .text, normalizingBounds: true).filter { $0.hasPrefix("{") }
        #expect(
            normalized == [
                "{__name__=\"h_bucket\",le=\"1.0\"} 1.0", "{__name__=\"h_bucket\",le=\"1000.0\"} 1.0",
                "{__name__=\"h_bucket\",le=\"1e+06\"} 1.0", "{__name__=\"h_bucket\",le=\"+Inf\"} 1.0",
                "{__name__=\"h_bucket\",le=\"0.5\"} 1.0", "{__name__=\"h_bucket\",le=\"x\",quantile=\"1\"} 1.0",
                "{__name__=\"other\",le=\"1\"} 1.0", "{__name__=\"s\",le=\"1\",quantile=\"1.0\"} 1.0",
                "{__name__=\"g\",le=\"1\",quantile=\"1\"} 1.0",
            ])
        #expect(events(body, .text).contains("{__name__=\"h_bucket\",le=\"1e3\"} 1.0"))
    }
}
