import Testing

@testable import PromQL

@Suite struct OperatorTests {
    private let pairs = """
        a{l="1", m="x"} 6
        a{l="2", m="y"} 8
        b{l="1", n="p"} 3
        b{l="3", n="q"} 5
        """

    @Test("arithmetic follows IEEE 754, modulo the sign of the dividend, powers C's special cases")
    func scalars() throws {
        let query = try Querying()
        #expect(try query.instant("1 / 0") == ["+Inf"])
        #expect(try query.instant("0 / 0") == ["NaN"])
        #expect(try query.instant("-7 % 3") == ["-1"])
        #expect(try query.instant("7 % -3") == ["1"])
        #expect(try query.instant("1 % 0") == ["NaN"])
        #expect(try query.instant("NaN ^ 0") == ["1"])
        #expect(try query.instant("1 ^ NaN") == ["1"])
        #expect(try query.instant("NaN == bool NaN") == ["0"])
        #expect(try query.instant("NaN != bool NaN") == ["1"])
    }

    @Test("a vector with a scalar: arithmetic and bool drop the name, a filter keeps labels and the vector's value on either side")
    func vectorScalar() throws {
        let query = try Querying("x{a=\"1\"} 3\nx{a=\"2\"} 1")
        #expect(try query.instant("x * 2") == ["{a=\"1\"} 6", "{a=\"2\"} 2"])
        #expect(try query.instant("10 - x") == ["{a=\"1\"} 7", "{a=\"2\"} 9"])
        #expect(try query.instant("x > bool 2") == ["{a=\"1\"} 1", "{a=\"2\"} 0"])
        #expect(try query.instant("x > 2") == ["x{a=\"1\"} 3"])
        #expect(try query.instant("2 < x") == ["x{a=\"1\"} 3"])
        #expect(try query.instant("2 > x") == ["x{a=\"2\"} 1"])
        #expect(try query.instant("x != NaN") == ["x{a=\"1\"} 3", "x{a=\"2\"} 1"])
        #expect(try query.instant("x == NaN") == [])
    }

    @Test("a scalar operand is taken step by step")
    func scalarColumn() throws {
        let query = try Querying("x 1 2 3")
        #expect(try query.range("x + time()", through: 120) == ["{} 1 62 123"])
        #expect(try query.range("x > time() / 60", through: 120) == ["x 1 2 3"])
        #expect(try query.range("x > time() / 40", through: 120) == ["x 1 2 _"])
    }

    @Test("one-to-one: only pairs with equal labels beside the name meet")
    func oneToOne() throws {
        let query = try Querying("a{l=\"1\"} 6\na{l=\"2\"} 8\nb{l=\"1\"} 3\nb{l=\"3\"} 5")
        #expect(try query.instant("a / b") == ["{l=\"1\"} 2"])
        #expect(try query.instant("a > b") == ["a{l=\"1\"} 6"])
        #expect(try query.instant("a < b") == [])
        #expect(try query.instant("a > bool b") == ["{l=\"1\"} 1"])
    }

    @Test("with on the output has only the listed labels, also of a filter; with ignoring it lacks them")
    func onAndIgnoring() throws {
        let query = try Querying(pairs)
        #expect(try query.instant("a / on(l) b") == ["{l=\"1\"} 2"])
        #expect(try query.instant("a > on(l) b") == ["{l=\"1\"} 6"])
        #expect(try query.instant("a / ignoring(m, n) b") == ["{l=\"1\"} 2"])
        #expect(try query.instant("a > ignoring(m, n) b") == ["a{l=\"1\"} 6"])
        #expect(try query.instant("a{l=\"1\"} + on() b{l=\"3\"}") == ["{} 11"])
        #expect(try query.instant("a{l=\"1\"} > on(__name__, l) a") == [])
        #expect(try query.instant("a{l=\"1\"} == on(__name__, l) a") == ["a{l=\"1\"} 6"])
        #expect(try query.instant("a{l=\"1\"} + on(__name__, l) a") == ["{l=\"1\"} 12"])
        // A label that neither side has matches as empty.
        #expect(try query.instant("a{l=\"1\"} + on(zz) b{l=\"3\"}") == ["{} 11"])
    }

    private let many = """
        m{i="1", k="a"} 10
        m{i="1", k="b"} 20
        m{i="2", k="a"} 30
        o{i="1", v="7"} 2
        o{i="3", v="9"} 5
        """

    @Test("many-to-one keeps the labels of the many side and takes the listed ones from the other")
    func groupLeft() throws {
        let query = try Querying(many)
        #expect(try query.instant("m / on(i) group_left o") == ["{i=\"1\", k=\"a\"} 5", "{i=\"1\", k=\"b\"} 10"])
        #expect(try query.instant("m / on(i) group_left(v) o") == ["{i=\"1\", k=\"a\", v=\"7\"} 5", "{i=\"1\", k=\"b\", v=\"7\"} 10"])
        #expect(try query.instant("m / on(i) group_left(zz) o") == ["{i=\"1\", k=\"a\"} 5", "{i=\"1\", k=\"b\"} 10"])
        #expect(try query.instant("m > on(i) group_left(v) o") == ["m{i=\"1\", k=\"a\", v=\"7\"} 10", "m{i=\"1\", k=\"b\", v=\"7\"} 20"])
        #expect(try query.instant("m / ignoring(k, v) group_left o") == ["{i=\"1\", k=\"a\"} 5", "{i=\"1\", k=\"b\"} 10"])
    }

    @Test("group_right mirrors it and keeps the order of operands; its filters give the left value")
    func groupRight() throws {
        let query = try Querying(many)
        #expect(try query.instant("o / on(i) group_right m") == ["{i=\"1\", k=\"a\"} 0.2", "{i=\"1\", k=\"b\"} 0.1"])
        #expect(try query.instant("o < on(i) group_right(v) m") == ["m{i=\"1\", k=\"a\", v=\"7\"} 2", "m{i=\"1\", k=\"b\", v=\"7\"} 2"])
    }

    @Test("an empty label on the one side takes the label away")
    func includeEmpty() throws {
        let query = try Querying("m{i=\"1\", v=\"old\"} 10\no{i=\"1\"} 2")
        #expect(try query.instant("m * on(i) group_left(v) o") == ["{i=\"1\"} 20"])
    }

    @Test("two series of the one side with equal key fail, even without partner and even if a filter would take them out")
    func duplicateOnes() throws {
        let query = try Querying("l{i=\"9\"} 1\nr{i=\"1\", k=\"b\"} 1\nr{i=\"1\", k=\"a\"} 2")
        let message =
            "found duplicate series for the match group {i=\"1\"} on the right hand-side of the operation: "
            + "[{__name__=\"r\", i=\"1\", k=\"a\"}, {__name__=\"r\", i=\"1\", k=\"b\"}];"
            + "many-to-many matching not allowed: matching labels must be unique on one side"
        #expect(query.error("l + on(i) r") == message)
        #expect(query.error("l > on(i) r") == message)
        #expect(query.error("l + on(i) group_left r") == message)
        #expect(query.error("r + on(i) group_right l") == message.replacing("right hand-side", with: "left hand-side"))
        // Nothing is checked where a side is empty.
        #expect(query.error("nothing + on(i) r") == nil)
        #expect(query.error("(l > 5) + on(i) r") == nil)
    }

    @Test("duplicates are looked for step by step: series that replace each other are none")
    func duplicatesByStep() throws {
        let query = try Querying(
            """
            l{i="1"} 1 2 3
            r{i="1", k="a"} 10 stale _
            r{i="1", k="b"} _ 20 30
            """)
        #expect(try query.range("l + on(i) r", through: 120) == ["{i=\"1\"} 11 22 33"])
        #expect(
            try query.range("l + on(i) group_left(k) r", through: 120) == ["{i=\"1\", k=\"a\"} 11 _ _", "{i=\"1\", k=\"b\"} _ 22 33"])
        #expect(try query.range("l + on(i) group_left r", through: 120) == ["{i=\"1\"} 11 22 33"])
        #expect(try query.range("r + on(i) l", through: 120) == ["{i=\"1\"} 11 22 33"])
    }

    @Test("several series of the left side that meet one partner need group_left, also where the filter would leave one")
    func manyToOneImplicit() throws {
        let query = try Querying("m{i=\"1\", k=\"a\"} 0\nm{i=\"1\", k=\"b\"} 1\no{i=\"1\"} 1")
        let message = "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
        for comparison in [">", ">=", "<=", "+"] { #expect(query.error("m \(comparison) on(i) o") == message) }
        #expect(query.error("m > on(i) (o > 5)") == nil)
    }

    @Test("many-to-one outputs with equal labels for one key are refused")
    func groupingLabels() throws {
        let query = try Querying("m{i=\"1\", k=\"a\"} 0\nm{i=\"1\", k=\"b\"} 1\no{i=\"1\", k=\"z\"} 1")
        #expect(
            query.error("m + on(i) group_left(k) o") == "multiple matches for labels: grouping labels must ensure unique matches")
        #expect(
            query.error("m > on(i) group_left(k) o") == "multiple matches for labels: grouping labels must ensure unique matches")
    }

    @Test("equal outputs of different keys are equal label sets in one vector")
    func equalOutputs() throws {
        let query = try Querying("m{i=\"1\", k=\"a\"} 0\nm{i=\"2\", k=\"a\"} 1\no{i=\"1\", j=\"z\"} 1\no{i=\"2\", j=\"z\"} 1")
        #expect(query.error("label_replace(m, \"i\", \"\", \"\", \"\")") == "vector cannot contain metrics with the same labelset")
        #expect(try query.instant("m + on(i) group_left(j) o") == ["{i=\"1\", j=\"z\", k=\"a\"} 1", "{i=\"2\", j=\"z\", k=\"a\"} 2"])
    }

    @Test("and, or and unless match by key at each step and leave values and names alone")
    func setOperators() throws {
        let query = try Querying(
            """
            a{l="1"} 1 1 1
            a{l="2"} 2 2 2
            b{l="1"} 9 stale 9
            b{l="3"} 3 3 3
            """)
        #expect(try query.instant("a and b") == ["a{l=\"1\"} 1"])
        #expect(try query.instant("a unless b") == ["a{l=\"2\"} 2"])
        #expect(try query.instant("a or b") == ["a{l=\"1\"} 1", "a{l=\"2\"} 2", "b{l=\"3\"} 3"])
        #expect(try query.instant("a and on() b") == ["a{l=\"1\"} 1", "a{l=\"2\"} 2"])
        #expect(try query.instant("a unless on() nothing") == ["a{l=\"1\"} 1", "a{l=\"2\"} 2"])
        #expect(try query.instant("a and nothing") == [])
        #expect(try query.instant("nothing or a") == ["a{l=\"1\"} 1", "a{l=\"2\"} 2"])
        #expect(try query.range("a and b", through: 120) == ["a{l=\"1\"} 1 _ 1"])
        #expect(try query.range("a unless b", through: 120) == ["a{l=\"1\"} _ 1 _", "a{l=\"2\"} 2 2 2"])
        #expect(
            try query.range("b or a", through: 120) == ["a{l=\"1\"} _ 1 _", "a{l=\"2\"} 2 2 2", "b{l=\"1\"} 9 _ 9", "b{l=\"3\"} 3 3 3"])
    }

    @Test("or makes one series of left and right samples with equal labels at different steps")
    func orMerges() throws {
        let query = try Querying("metric_a 1 stale\nmetric_b 3 4")
        #expect(try query.range("-metric_a or -metric_b", through: 60) == ["{} -1 -4"])
    }

    @Test("fill modifiers stand for the missing partner of either side")
    func fill() throws {
        let query = try Querying("a{l=\"1\"} 6\na{l=\"2\"} 8\nb{l=\"1\"} 3\nb{l=\"3\"} 5")
        #expect(try query.instant("a + fill_right(100) b") == ["{l=\"1\"} 9", "{l=\"2\"} 108"])
        #expect(try query.instant("a + fill_left(100) b") == ["{l=\"1\"} 9", "{l=\"3\"} 105"])
        #expect(try query.instant("a + fill(0) b") == ["{l=\"1\"} 9", "{l=\"2\"} 8", "{l=\"3\"} 5"])
        #expect(try query.instant("a + fill(0) nothing") == ["{l=\"1\"} 6", "{l=\"2\"} 8"])
        #expect(try query.instant("nothing + fill(0) b") == ["{l=\"1\"} 3", "{l=\"3\"} 5"])
    }

    @Test("operators of native histograms say that these are not supported")
    func nativeHistograms() throws {
        let query = try Querying("x 1")
        #expect(query.error("x </ 1")?.hasPrefix("native histograms are not supported") == true)
    }
}
