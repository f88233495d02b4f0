import Testing

@testable import PromQL

@Suite struct NameRemovalTests {
    private let two = "m1{j=\"a\"} 1 stale\nm2{j=\"a\"} _ 4"
    private let colliding = "m1{j=\"a\"} 1\nm2{j=\"a\"} 4"
    private let message = "vector cannot contain metrics with the same labelset"

    @Test("series whose labels become equal are one where they never meet, and an error where they do")
    func merging() throws {
        let apart = try Querying(two)
        #expect(try apart.range("-{j=\"a\"}", through: 60) == ["{j=\"a\"} -1 -4"])
        #expect(try apart.range("{j=\"a\"} * 2", through: 60) == ["{j=\"a\"} 2 8"])
        #expect(try apart.range("abs({j=\"a\"})", through: 60) == ["{j=\"a\"} 1 4"])
        #expect(try apart.range("label_replace({j=\"a\"}, \"__name__\", \"n\", \"\", \"\")", through: 60) == ["n{j=\"a\"} 1 4"])
        let together = try Querying(colliding)
        for text in [
            "-{j=\"a\"}", "{j=\"a\"} * 2", "abs({j=\"a\"})", "{j=\"a\"} > bool 1", "rate({j=\"a\"}[5m]) or sum_over_time({j=\"a\"}[5m])",
        ] {
            #expect(together.error(text) == message)
        }
        #expect(together.error("{j=\"a\"} > 0") == nil)
    }

    @Test("functions over windows refuse equal labels even of series that never coincide")
    func windowsAreStricter() throws {
        let apart = try Querying(two)
        #expect(throws: QueryError.self) { try apart.range("sum_over_time({j=\"a\"}[1m])", through: 60) }
        #expect(try apart.range("last_over_time({j=\"a\"}[1m])", through: 60) == ["m1{j=\"a\"} 1 _", "m2{j=\"a\"} _ 4"])
    }

    @Test("type and unit go with the name")
    func metadata() throws {
        let query = try Querying("m{__type__=\"gauge\", __unit__=\"s\", j=\"a\"} 1")
        #expect(try query.instant("-m") == ["{j=\"a\"} -1"])
        #expect(try query.instant("sum by (__type__, j) (m)") == ["{__type__=\"gauge\", j=\"a\"} 1"])
        #expect(try query.instant("sum by (__type__, j) (-m)") == ["{j=\"a\"} -1"])
        #expect(try query.delayed.instant("-m") == ["{j=\"a\"} -1"])
        let collide = try Querying("m{__type__=\"gauge\", j=\"a\"} 1\nm{__type__=\"counter\", j=\"a\"} 1")
        #expect(collide.error("-m") == message)
        #expect(collide.error("sum_over_time(m[5m])") == message)
    }

    @Test("with delayed removal intermediate results still have the name")
    func delayed() throws {
        let query = try Querying(colliding).delayed
        #expect(query.error("-{j=\"a\"}") == message)
        #expect(try query.instant("sum by (j) (-{j=\"a\"})") == ["{j=\"a\"} -5"])
        #expect(query.error("sum by (__name__, j) (-{j=\"a\"})") == message)
        #expect(
            try query.instant("label_replace(-{j=\"a\"}, \"n\", \"was $1\", \"__name__\", \"(.+)\")") == [
                "{j=\"a\", n=\"was m1\"} -1", "{j=\"a\", n=\"was m2\"} -4",
            ])
        #expect(try query.instant("sum by (__name__) (-m1)") == ["{} -1"])
        #expect(try query.instant("sum by (__name__) (m1)") == ["m1 1"])
        #expect(try query.instant("topk(5, sum by (__name__, j) (-m1))") == ["{j=\"a\"} -1"])
    }

    @Test("labels that label_replace makes equal are an error at once in either mode")
    func labelReplace() throws {
        let query = try Querying("m{j=\"a\"} 1\nm{j=\"b\"} 4")
        let text = "sum(label_replace(m, \"j\", \"\", \"\", \"\"))"
        #expect(query.error(text) == message)
        #expect(query.delayed.error(text) == message)
    }

    @Test("without it they do not")
    func immediate() throws {
        let query = try Querying("m1{j=\"a\"} 1")
        #expect(try query.instant("sum by (__name__) (-m1)") == ["{} -1"])
        #expect(try query.instant("label_replace(-m1, \"n\", \"$1\", \"__name__\", \"(.*)\")") == ["{j=\"a\"} -1"])
        #expect(try query.instant("-m1 + on(__name__) m1") == [])
    }

    @Test("delayed removal makes one series of those that never meet")
    func delayedMerging() throws {
        let query = try Querying(two).delayed
        #expect(try query.range("-{j=\"a\"}", through: 60) == ["{j=\"a\"} -1 -4"])
        #expect(try query.range("sum_over_time({j=\"a\"}[1m])", through: 60) == ["{j=\"a\"} 1 4"])
    }
}
