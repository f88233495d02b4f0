import Labels
import Testing

@testable import PromQL

@Suite struct SelectorTests {
    @Test("an instant selector finds the newest sample within the lookback, whose left edge is open")
    func lookback() throws {
        let query = try Querying("x 1 2")
        #expect(try query.instant("x", at: 60) == ["x 2"])
        #expect(try query.instant("x", at: 59) == ["x 1"])
        #expect(try query.instant("x", at: 359) == ["x 2"])
        #expect(try query.instant("x", at: 360) == [])
        #expect(try query.instant("x", at: -1) == [])
    }

    @Test("a stale marker as the newest sample ends the series, although older samples lie within the lookback")
    func stale() throws {
        let query = try Querying("x 1 stale 3")
        #expect(try query.instant("x", at: 60) == [])
        #expect(try query.instant("x", at: 119) == [])
        #expect(try query.instant("x", at: 120) == ["x 3"])
        #expect(try query.range("x", through: 120) == ["x 1 _ 3"])
        #expect(try query.instant("count_over_time(x[5m])", at: 120) == ["{} 2"])
    }

    @Test("an ordinary NaN is a sample like others")
    func ordinaryNaN() throws {
        let query = try Querying("x 1 NaN")
        #expect(try query.instant("x", at: 60) == ["x NaN"])
        #expect(try query.instant("count_over_time(x[5m])", at: 60) == ["{} 2"])
    }

    @Test("a range selector's window is open on the left and closed on the right")
    func windowEdges() throws {
        let query = try Querying(every: 15_000, "x 0 1 2 3 4 5 6 7 8")
        #expect(try query.instant("count_over_time(x[1m])", at: 60) == ["{} 4"])
        #expect(try query.instant("count_over_time(x[15s])", at: 60) == ["{} 1"])
        #expect(try query.instant("x[30s]", at: 60) == ["x 3@45 4@60"])
        #expect(try query.instant("count_over_time(x[1m])", at: 200) == [])
    }

    @Test("an offset moves the window into the past, a negative one into the future")
    func offset() throws {
        let query = try Querying("x 1 2 3 4")
        #expect(try query.instant("x offset 1m", at: 120) == ["x 2"])
        #expect(try query.instant("x offset -1m", at: 120) == ["x 4"])
        #expect(try query.instant("sum_over_time(x[2m] offset 1m)", at: 180) == ["{} 5"])
        #expect(try query.range("x offset 1m", from: 60, through: 180) == ["x 1 2 3"])
    }

    @Test("with @ the same window serves every step, and the offset applies after it")
    func at() throws {
        let query = try Querying("x 1 2 3 4")
        #expect(try query.range("x @ 60", through: 120) == ["x 2 2 2"])
        #expect(try query.range("x @ 120 offset 1m", through: 120) == ["x 2 2 2"])
        #expect(try query.range("x @ start()", from: 60, through: 180) == ["x 2 2 2"])
        #expect(try query.range("x @ end()", from: 60, through: 180) == ["x 4 4 4"])
        #expect(try query.range("sum_over_time(x[2m] @ 60)", through: 120) == ["{} 3 3 3"])
        #expect(try query.range("x + x @ 60", through: 120) == ["{} 3 4 5"])
        #expect(try query.instant("x @ end()", at: 60) == ["x 2"])
    }

    @Test("a subquery is evaluated at absolute multiples of its step, not at distances from the evaluation time")
    func subqueryGrid() throws {
        let query = try Querying(every: 10_000, "x 0 1 2 3 4 5 6 7 8 9 10 11 12")
        #expect(try query.instant("x[50s:20s]", at: 75) == ["x 4@40 6@60"])
        #expect(try query.instant("x[40s:20s]", at: 80) == ["x 6@60 8@80"])
        #expect(try query.instant("x[1m:]", at: 119) == ["x 6@60"])
        #expect(try query.instant("count_over_time(x[40s:10s] offset 10s)", at: 80) == ["{} 4"])
    }

    @Test("each step of a range query has its own window over a subquery's shared grid")
    func subqueryInRange() throws {
        let query = try Querying("x 0 1 2 3 4 5")
        #expect(try query.range("max_over_time(x[2m:1m])", through: 300) == ["{} 0 1 2 3 4 5"])
        #expect(try query.range("min_over_time(x[2m:1m])", through: 300) == ["{} 0 0 1 2 3 4"])
        #expect(try query.range("sum_over_time(sum_over_time(x[2m:1m])[2m:1m])", through: 300) == ["{} 0 1 4 8 12 16"])
    }

    @Test("a subquery over times before 1970 keeps to the multiples too")
    func negativeGrid() throws {
        let query = try Querying(from: -300_000, "x 1 2 3 4 5 6")
        #expect(try query.instant("x[2m:1m]", at: -90) == ["x 3@-180 4@-120"])
        #expect(try query.instant("x[2m:1m]", at: -120) == ["x 3@-180 4@-120"])
    }

    @Test("an @ on a subquery does not reach a selector with its own")
    func nestedAt() throws {
        let query = try Querying("x 0 1 2 3 4 5")
        #expect(try query.instant("sum_over_time(x[2m:1m] @ 120)", at: 300) == ["{} 3"])
        #expect(try query.instant("sum_over_time((x @ 60)[2m:1m] @ 300)", at: 0) == ["{} 2"])
    }

    @Test("range queries give sorted series, which may come and go")
    func rangeResult() throws {
        let query = try Querying(
            """
            x{b="1"} 1 stale 3
            x{a="2"} _ 5 stale
            w{a="2"} 1 1 1
            """)
        #expect(
            try query.range("{__name__=~\"x|w\"}", through: 120) == ["w{a=\"2\"} 1 1 1", "x{a=\"2\"} _ 5 _", "x{b=\"1\"} 1 _ 3"])
    }

    @Test("series are ordered label by label, a set before one that goes on")
    func labelOrder() throws {
        let query = try Querying(
            """
            x{b="1"} 1
            x{a="2", b="1"} 1
            x{a="2"} 1
            x{a="10"} 1
            """)
        #expect(try query.range("x", through: 0) == ["x{a=\"10\"} 1", "x{a=\"2\"} 1", "x{a=\"2\", b=\"1\"} 1", "x{b=\"1\"} 1"])
        #expect(try query.ordered("x[1m]") == ["x{a=\"10\"} 1@0", "x{a=\"2\"} 1@0", "x{a=\"2\", b=\"1\"} 1@0", "x{b=\"1\"} 1@0"])
    }

    @Test("scalars and strings are answers too")
    func otherTypes() throws {
        let query = try Querying()
        #expect(try query.instant("1 + 2 * 3") == ["7"])
        #expect(try query.instant("\"a\\tb\"") == ["a\tb"])
        #expect(try query.instant("-1 ^ 2") == ["-1"])
        #expect(try query.instant("2 ^ 3 ^ 2") == ["512"])
        #expect(try query.instant("1 > bool 2") == ["0"])
        #expect(try query.range("time()", through: 120) == ["{} 0 60 120"])
    }

    @Test("negative and positive signs: minus drops the name, plus keeps it")
    func signs() throws {
        let query = try Querying("x{a=\"1\"} 3")
        #expect(try query.instant("-x") == ["{a=\"1\"} -3"])
        #expect(try query.instant("+x") == ["x{a=\"1\"} 3"])
    }

    @Test("a range query of no time gives nothing, one without step is refused")
    func degenerateRanges() throws {
        let query = try Querying("x 1")
        #expect(try query.range("x", from: 60, through: 0) == [])
        #expect(throws: QueryError.self) { try query.result("x", from: 0, through: 60, step: 0) }
    }
}
