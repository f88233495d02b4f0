import Testing

@testable import PromQL

@Suite struct QueryFunctionTests {
    @Test("scalar gives the only element, NaN for none or more")
    func scalar() throws {
        let query = try Querying("x{i=\"1\"} 3 4\nx{i=\"2\"} 5 stale")
        #expect(try query.instant("scalar(x{i=\"1\"})") == ["3"])
        #expect(try query.instant("scalar(x)") == ["NaN"])
        #expect(try query.instant("scalar(nothing)") == ["NaN"])
        #expect(try query.range("scalar(x)", through: 60) == ["{} NaN 4"])
    }

    @Test("vector, time and pi")
    func bridges() throws {
        let query = try Querying()
        #expect(try query.instant("vector(2)") == ["{} 2"])
        #expect(try query.instant("time()", at: 1.5) == ["1.5"])
        #expect(try query.instant("vector(time())", at: 60) == ["{} 60"])
        #expect(try query.instant("pi() > bool 3") == ["1"])
        #expect(try query.range("vector(1)", through: 60) == ["{} 1 1"])
    }

    @Test("timestamp is the sample's time for a bare selector, the step's for anything else")
    func timestamp() throws {
        let query = try Querying(from: 10_500, "x{a=\"1\"} 7")
        #expect(try query.instant("timestamp(x)", at: 60) == ["{a=\"1\"} 10.5"])
        #expect(try query.instant("timestamp((x))", at: 60) == ["{a=\"1\"} 10.5"])
        #expect(try query.instant("timestamp(x offset 1m)", at: 120) == ["{a=\"1\"} 10.5"])
        #expect(try query.instant("timestamp(x + 0)", at: 60) == ["{a=\"1\"} 60"])
        #expect(try query.range("timestamp(x @ 60)", from: 0, through: 120) == ["{a=\"1\"} 10.5 10.5 10.5"])
        #expect(try query.range("timestamp(timestamp(x))", from: 60, through: 120) == ["{a=\"1\"} 60 120"])
    }

    @Test("absent is 1 where nothing is, with the labels that a bare selector asks for")
    func absent() throws {
        let query = try Querying("x{a=\"1\"} 7 stale")
        #expect(try query.instant("absent(x)") == [])
        #expect(try query.instant("absent(nothing{a=\"1\", b=~\"x.*\", c=\"2\"})") == ["{a=\"1\", c=\"2\"} 1"])
        #expect(try query.instant("absent(nothing{a=\"1\", a=~\"1\"})") == ["{} 1"])
        #expect(try query.instant("absent(sum(nothing{a=\"1\"}))") == ["{} 1"])
        #expect(try query.range("absent(x)", through: 60) == ["{} _ 1"])
        #expect(try query.range("absent_over_time(x{a=\"1\"}[1m])", through: 120) == ["{a=\"1\"} _ 1 1"])
        #expect(try query.instant("absent_over_time(nothing[5m:1m])") == ["{} 1"])
    }

    @Test("predict_linear measures from the evaluation time also with @")
    func predictLinear() throws {
        let query = try Querying("x 0 60 120")
        #expect(try query.instant("predict_linear(x[5m], 60)", at: 120) == ["{} 180"])
        #expect(try query.range("predict_linear(x[5m] @ 120, 0)", from: 120, through: 240) == ["{} 120 180 240"])
    }

    @Test("scalar arguments are taken step by step")
    func scalarArguments() throws {
        let query = try Querying("x 10 20 30")
        #expect(try query.range("clamp_max(x, time() / 5)", through: 120) == ["{} 0 12 24"])
        #expect(try query.range("clamp(x, 0, 20 - time() / 6)", through: 120) == ["{} 10 10 0"])
        #expect(try query.range("quantile_over_time(time() / 120, x[3m])", from: 120, through: 120) == ["{} 30"])
    }

    @Test("date functions look at the step's time when nothing is given")
    func dates() throws {
        let query = try Querying()
        #expect(try query.instant("hour()", at: 7_200) == ["{} 2"])
        #expect(try query.instant("year(vector(0))") == ["{} 1970"])
        #expect(try query.range("minute()", through: 120) == ["{} 0 1 2"])
    }

    @Test("sort orders an instant vector, and says that it cannot in a range query")
    func sort() throws {
        let query = try Querying("x{i=\"1\"} 2\nx{i=\"2\"} 3\nx{i=\"3\"} 1")
        #expect(try query.ordered("sort(x)") == ["x{i=\"3\"} 1", "x{i=\"1\"} 2", "x{i=\"2\"} 3"])
        #expect(try query.ordered("sort_desc(x)") == ["x{i=\"2\"} 3", "x{i=\"1\"} 2", "x{i=\"3\"} 1"])
        let range = try query.result("sort(x)", from: 0, through: 60, step: 60)
        #expect(range.warnings.contains { $0.hasPrefix("PromQL warning: sort is ineffective for range queries") })
    }

    @Test("rate of something that is no counter by its name is worth an info about the argument")
    func counterInfo() throws {
        let query = try Querying("x{i=\"1\"} 2 3\nx{i=\"2\"} 2 3\nx_total 1 2")
        #expect(
            try query.result("1 + rate(x[5m])", at: 60).infos == [
                "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"x\" (1:10)"
            ])
        #expect(try query.result("rate(x_total[5m])", at: 60).infos == [])
        #expect(try query.result("rate(x[5m])", at: 0).infos == [])
        let places = try query.result("increase({i=\"1\"}[5m])\n+\nincrease({i=\"1\"}[5m])", at: 60).infos.map { $0.suffix(6) }
        #expect(places == ["(1:10)", "(3:10)"])
    }

    @Test("label_replace can make a name, and an empty replacement takes a label away")
    func labelReplace() throws {
        let query = try Querying("x{a=\"1\", b=\"2\"} 3")
        #expect(try query.instant("label_replace(-x, \"__name__\", \"y_$1\", \"a\", \"(.*)\")") == ["y_1{a=\"1\", b=\"2\"} -3"])
        #expect(try query.instant("label_replace(x, \"a\", \"\", \"b\", \"2\")") == ["x{b=\"2\"} 3"])
    }
}
