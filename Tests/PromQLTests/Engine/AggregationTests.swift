import Testing

@testable import PromQL

@Suite struct AggregationTests {
    private let requests = """
        r{g="a", i="0"} 100
        r{g="a", i="1"} 200
        r{g="b", i="0"} 300
        r{g="b", i="1"} 400
        """

    @Test("by keeps the listed labels, without drops them and the name, neither makes one group")
    func grouping() throws {
        let query = try Querying(requests)
        #expect(try query.instant("sum(r)") == ["{} 1000"])
        #expect(try query.instant("sum by (g) (r)") == ["{g=\"a\"} 300", "{g=\"b\"} 700"])
        #expect(try query.instant("sum by (g, zz) (r)") == ["{g=\"a\"} 300", "{g=\"b\"} 700"])
        #expect(try query.instant("sum by () (r)") == ["{} 1000"])
        #expect(try query.instant("sum without (i) (r)") == ["{g=\"a\"} 300", "{g=\"b\"} 700"])
        #expect(try query.instant("sum without () (r{g=\"a\"})") == ["{g=\"a\", i=\"0\"} 100", "{g=\"a\", i=\"1\"} 200"])
        #expect(try query.instant("sum by (__name__) (r)") == ["r 1000"])
        #expect(try query.instant("sum(nothing)") == [])
        #expect(try query.instant("count(nothing)") == [])
    }

    @Test("each aggregation of plain numbers")
    func plainNumbers() throws {
        let query = try Querying(requests)
        #expect(try query.instant("avg(r)") == ["{} 250"])
        #expect(try query.instant("min(r)") == ["{} 100"])
        #expect(try query.instant("max(r)") == ["{} 400"])
        #expect(try query.instant("count(r)") == ["{} 4"])
        #expect(try query.instant("group(r)") == ["{} 1"])
        #expect(try query.instant("stdvar(r)") == ["{} 12500"])
        #expect(try query.instant("stddev by (g) (r)") == ["{g=\"a\"} 50", "{g=\"b\"} 50"])
        #expect(try query.instant("quantile(0.5, r)") == ["{} 250"])
    }

    @Test("sums are compensated: what is exactly zero comes out as zero")
    func compensated() throws {
        let query = try Querying("x{i=\"1\"} 1e100\nx{i=\"2\"} 1\nx{i=\"3\"} -1e100\nx{i=\"4\"} -1")
        #expect(try query.instant("sum(x)") == ["{} 0"])
        #expect(try query.instant("avg(x)") == ["{} 0"])
    }

    @Test("the average of huge values stays finite")
    func hugeAverage() throws {
        let query = try Querying("x{i=\"1\"} 1.7e308\nx{i=\"2\"} 1.7e308\nx{i=\"3\"} 1.7e308")
        #expect(try query.instant("avg(x)") == ["{} 1.7e+308"])
        #expect(try query.instant("sum(x)") == ["{} +Inf"])
    }

    @Test("infinities add up to infinity, opposite ones to NaN")
    func infinities() throws {
        let query = try Querying("x{i=\"1\"} Inf\nx{i=\"2\"} 5\ny{i=\"1\"} Inf\ny{i=\"2\"} -Inf")
        #expect(try query.instant("sum(x)") == ["{} +Inf"])
        #expect(try query.instant("avg(x)") == ["{} +Inf"])
        #expect(try query.instant("sum(y)") == ["{} NaN"])
        #expect(try query.instant("stddev(x)") == ["{} NaN"])
    }

    @Test("min and max are NaN only when all values are")
    func extremesOfNaN() throws {
        let query = try Querying("x{i=\"1\"} NaN\nx{i=\"2\"} 5\nx{i=\"3\"} 7\ny NaN")
        #expect(try query.instant("min(x)") == ["{} 5"])
        #expect(try query.instant("max(x)") == ["{} 7"])
        #expect(try query.instant("max(y)") == ["{} NaN"])
    }

    @Test("quantile takes NaN for the smallest and warns of a parameter out of range")
    func quantile() throws {
        let query = try Querying("x{i=\"1\"} NaN\nx{i=\"2\"} 5\nx{i=\"3\"} 7")
        #expect(try query.instant("quantile(0, x)") == ["{} NaN"])
        #expect(try query.instant("quantile(1, x)") == ["{} 7"])
        #expect(try query.instant("quantile(0.75, x)") == ["{} 6"])
        #expect(try query.instant("quantile(-1, x)") == ["{} -Inf"])
        #expect(try query.instant("quantile(2, x)") == ["{} +Inf"])
        #expect(try query.instant("quantile(NaN, x)") == ["{} NaN"])
        #expect(
            try query.result("quantile(2, x)").warnings == ["PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)"])
        #expect(try query.result("quantile(0.5, x)").warnings == [])
    }

    @Test("topk and bottomk give original series, sorted within their group")
    func topk() throws {
        let query = try Querying(requests)
        #expect(try query.ordered("topk(2, r)") == ["r{g=\"b\", i=\"1\"} 400", "r{g=\"b\", i=\"0\"} 300"])
        #expect(try query.ordered("bottomk(3, r)") == ["r{g=\"a\", i=\"0\"} 100", "r{g=\"a\", i=\"1\"} 200", "r{g=\"b\", i=\"0\"} 300"])
        #expect(try query.ordered("topk by (g) (1.9, r)") == ["r{g=\"a\", i=\"1\"} 200", "r{g=\"b\", i=\"1\"} 400"])
        #expect(try query.ordered("topk(0, r)") == [])
        #expect(try query.ordered("topk(9, r)").count == 4)
    }

    @Test("NaN loses in topk and bottomk but fills free places")
    func topkNaN() throws {
        let query = try Querying("x{i=\"1\"} NaN\nx{i=\"2\"} 5\nx{i=\"3\"} 7")
        #expect(try query.ordered("topk(2, x)") == ["x{i=\"3\"} 7", "x{i=\"2\"} 5"])
        #expect(try query.ordered("bottomk(3, x)") == ["x{i=\"2\"} 5", "x{i=\"3\"} 7", "x{i=\"1\"} NaN"])
        #expect(try query.ordered("bottomk(1, x)") == ["x{i=\"2\"} 5"])
    }

    @Test("topk chooses anew at every step")
    func topkRange() throws {
        let query = try Querying("x{i=\"1\"} 1 5 3\nx{i=\"2\"} 2 4 stale")
        #expect(try query.range("topk(1, x)", through: 120) == ["x{i=\"1\"} _ 5 3", "x{i=\"2\"} 2 _ _"])
        #expect(try query.range("topk(time() / 60, x)", through: 120) == ["x{i=\"1\"} _ 5 3"])
    }

    @Test("bad parameters of topk are errors")
    func topkErrors() throws {
        let query = try Querying("x 1")
        #expect(query.error("topk(NaN, x)") == "Parameter value is NaN")
        #expect(query.error("topk(1e30, x)") == "Scalar value 1e+30 overflows int64")
        #expect(query.error("limit_ratio(NaN, x)") == "Ratio value is NaN")
    }

    @Test("count_values counts equal values in a label written without exponent")
    func countValues() throws {
        let query = try Querying("v{i=\"1\"} 6\nv{i=\"2\"} 6\nv{i=\"3\"} 1e30\nv{i=\"4\"} 0.000001")
        #expect(
            try query.instant("count_values(\"n\", v)") == [
                "{n=\"0.000001\"} 1", "{n=\"1000000000000000000000000000000\"} 1", "{n=\"6\"} 2",
            ])
        #expect(try query.instant("count_values without (i) (\"n\", v == 6)") == ["{n=\"6\"} 2"])
        #expect(try query.instant("count_values by (i) (\"i\", v == 6)") == ["{i=\"6\"} 2"])
        #expect(try query.instant("count_values without (i, n) (\"n\", v)") == ["{} 4"])
        #expect(query.error("count_values(\"a\\xc5z\", v)") == "invalid label name \"a\\xc5z\"")
        #expect(query.error("count_values(\"\", v)") == "invalid label name \"\"")
    }

    @Test("count_values follows the steps")
    func countValuesRange() throws {
        let query = try Querying("v{i=\"1\"} 6 7\nv{i=\"2\"} 6 6")
        #expect(try query.range("count_values(\"n\", v)", through: 60) == ["{n=\"6\"} 2 1", "{n=\"7\"} _ 1"])
    }

    @Test("limitk takes the first series of each group, limit_ratio a share and its complement the rest")
    func limits() throws {
        let query = try Querying(requests)
        #expect(try query.instant("limitk(1, r)") == ["r{g=\"a\", i=\"0\"} 100"])
        #expect(try query.instant("limitk by (g) (1, r)") == ["r{g=\"a\", i=\"0\"} 100", "r{g=\"b\", i=\"0\"} 300"])
        for ratio in ["0.1", "0.5", "0.9"] {
            let share = try query.instant("limit_ratio(\(ratio), r)")
            let rest = try query.instant("limit_ratio(-(1 - \(ratio)), r)")
            #expect((share + rest).sorted() == (try query.instant("r")))
        }
        #expect(try query.instant("limit_ratio(1, r)").count == 4)
        #expect(
            try query.result("limit_ratio(1.5, r)").warnings
                == ["PromQL warning: ratio value should be between -1 and 1, got 1.5, capping to 1 (1:13)"])
    }

    @Test("groups of a range query have gaps where no member has a sample")
    func gaps() throws {
        let query = try Querying("x{g=\"a\", i=\"1\"} 1 stale 3\nx{g=\"a\", i=\"2\"} 5 stale stale\nx{g=\"b\"} _ 1 1")
        #expect(try query.range("sum by (g) (x)", through: 120) == ["{g=\"a\"} 6 _ 3", "{g=\"b\"} _ 1 1"])
        #expect(try query.range("avg by (g) (x)", through: 120) == ["{g=\"a\"} 3 _ 3", "{g=\"b\"} _ 1 1"])
        #expect(try query.range("quantile by (g) (1, x)", through: 120) == ["{g=\"a\"} 5 _ 3", "{g=\"b\"} _ 1 1"])
        #expect(try query.range("stdvar(x)", through: 120) == ["{} 4 0 1"])
    }
}
