import Labels
import PromQL
import Testing

@Suite("Expressions as text")
struct PrintingTests {
    @Test(
        "are written in one form",
        arguments: [
            Vector("sum by(a,b,)(foo)", "sum by (a, b) (foo)"),
            Vector("sum(foo)by(a)", "sum by (a) (foo)"),
            Vector("SUM(foo)", "sum(foo)"),
            Vector("sum by () (foo)", "sum(foo)"),
            Vector("sum without () (foo)", "sum without () (foo)"),
            Vector("count_values('v',foo)", "count_values(\"v\", foo)"),
            Vector("sum by (\"a.b\", \"c\", a:b) (foo)", "sum by (\"a.b\", c, \"a:b\") (foo)"),
            Vector("a==bool on(x)group_left(y,z)b", "a == bool on (x) group_left (y, z) b"),
            Vector("a + ignoring() b", "a + b"),
            Vector("a + ignoring() group_right b", "a + ignoring () group_right () b"),
            Vector("a + on() b", "a + on () b"),
            Vector("1 + on() 2", "1 + 2"),
            Vector("foo{b=\"2\",a!='1',}", "foo{a!=\"1\",b=\"2\"}"),
            Vector("foo{}", "foo"),
            Vector("{__name__=\"foo\"}", "{__name__=\"foo\"}"),
            Vector("{\"foo.bar\",\"a.b\"=~'x'}", "{\"a.b\"=~\"x\",__name__=\"foo.bar\"}"),
            Vector("foo{a=\"\\t\\\"\\\\\\u00e4\\x01\"}", "foo{a=\"\\t\\\"\\\\ä\\x01\"}"),
            Vector("foo{a=\"\\ufffd\"}", "foo{a=\"\\ufffd\"}"),
            Vector("foo{a=\"\\ufffd\\u0301\"}", "foo{a=\"\\ufffd\u{301}\"}"),
            Vector("foo[300]", "foo[5m]"),
            Vector("foo[90s:1.5]", "foo[1m30s:1s500ms]"),
            Vector("foo[8d:]", "foo[8d:]"),
            Vector("foo[7d]", "foo[1w]"),
            Vector("foo @1234", "foo @ 1234.000"),
            Vector("foo offset -1h @ -1.0005", "foo @ -1.001 offset -1h"),
            Vector("foo[5m] @ start() offset 3600", "foo[5m] @ start() offset 1h"),
            Vector("foo[5m:1m] @ end()", "foo[5m:1m] @ end()"),
            Vector("foo offset 0s", "foo"),
            Vector("- foo", "-foo"),
            Vector("+ (foo)", "+(foo)"),
            Vector("rate( foo [5m] )  # comment", "rate(foo[5m])"),
        ])
    func canonical(_ vector: Vector) throws {
        let text = try printed(vector.text)
        #expect(text == vector.expected)
        #expect(try printed(text) == text)
    }

    @Test(
        "numbers and durations keep their kind",
        arguments: [
            Vector("3", "3"), Vector(".5", "0.5"), Vector("5.", "5"), Vector("1e3", "1000"), Vector("1e-3", "0.001"),
            Vector("0x1F", "31"), Vector("0XaB", "171"), Vector("1_000", "1000"), Vector("0x_ff_00", "65280"),
            Vector("1_0.0_1e1_0", "100100000000"),
            Vector("0755", "493"), Vector("010", "8"), Vector("08", "8"), Vector("0755.0", "755"), Vector("007", "7"),
            Vector("9223372036854775808", "9223372036854776000"), Vector("0777777777777777777777777", "777777777777777800000000"),
            Vector("inf", "+Inf"), Vector("-INF", "-Inf"), Vector("NaN", "NaN"), Vector("Inf ^ 2", "Inf ^ 2"),
            Vector("2 ^ inf", "2 ^ +Inf"),
            Vector("5m", "5m"), Vector("-90s", "-1m30s"), Vector("1h30m + 1", "1h30m + 1"), Vector("300", "300"), Vector("0s", "0s"),
            Vector("1y2w3d4h5m6s7ms", "382d4h5m6s7ms"), Vector("2w", "2w"), Vector("365d", "1y"),
        ])
    func literals(_ vector: Vector) throws {
        let text = try printed(vector.text)
        #expect(text == vector.expected)
        #expect(try printed(text) == text)
    }

    @Test("a duration is its seconds")
    func durationValue() throws {
        guard case .number(let literal) = try Expression.parse("1h30m") else { return #expect(Bool(false), "no number") }
        #expect(literal.value == 5400)
        #expect(literal.isDuration)
    }

    @Test("what is longer than 100 bytes is split as Prometheus splits it")
    func pretty() throws {
        let text = """
            histogram_quantile(0.99, sum by (le, job) (rate(http_request_duration_seconds_bucket{job="api-server"}[5m]))) \
            > bool on (job) group_left (x) -max_over_time((vector(1) + up{instance=~"first-host|second-host",job="api-server"} * 2)[1h:5m])
            """
        #expect(
            try Expression.parse(text).pretty() == """
                  histogram_quantile(
                    0.99,
                    sum by (le, job) (rate(http_request_duration_seconds_bucket{job="api-server"}[5m]))
                  )
                > bool on (job) group_left (x)
                  -max_over_time((vector(1) + up{instance=~"first-host|second-host",job="api-server"} * 2)[1h:5m])
                """)
        #expect(try Expression.parse("sum( a )+b").pretty() == "sum(a) + b")
    }

    @Test("parentheses, aggregations and subqueries are split too")
    func prettyNesting() throws {
        let name = String(repeating: "x", count: 60)
        let text = "topk without (a) (3, (\(name) + \(name))[1h:] @ start())"
        let inner = "max_over_time((\(name) + \(name))[1h:] @ start())"
        #expect(syntaxError(text)?.contains("expected type instant vector") == true)
        #expect(
            try Expression.parse("topk without (a) (3, \(inner))").pretty() == """
                topk without (a) (
                  3,
                  max_over_time(
                    (
                        \(name)
                      +
                        \(name)
                    )[1h:] @ start()
                  )
                )
                """)
    }

    @Test("a pretty text means the same")
    func prettyReads() throws {
        let text = "sum by (a) (rate(\(String(repeating: "y", count: 90))[5m])) / -(\(String(repeating: "z", count: 101)) ^ 2)"
        let expression = try Expression.parse(text)
        #expect(try printed(expression.pretty()) == expression.description)
        let power = try Expression.parse("Inf ^ \(String(repeating: "z", count: 101))")
        #expect(try printed(power.pretty()) == power.description)
    }

    @Test("a selector alone is read as its matchers")
    func selectors() throws {
        #expect(try Expression.parseSelector("up").map(\.name) == ["__name__"])
        #expect(try Expression.parseSelector("sum{a=\"b\",c=~\"d\"}").map(\.value) == ["sum", "b", "d"])
        #expect(try Expression.parseSelector("{a=\"\"}").count == 1)
        for (text, message) in [
            ("", "1:1: parse error: unexpected end of input"), ("up[5m]", "1:3: parse error: unexpected \"[\""),
            ("up offset 5m", "1:4: parse error: unexpected <offset>"), ("1", "1:1: parse error: unexpected number \"1\""),
        ] {
            let error = #expect(throws: PromQLSyntaxError.self) { try Expression.parseSelector(text) }
            #expect(error?.description == message)
        }
    }
}
