import Labels
import Synchronization
import Testing

@testable import PromQL

@Suite struct LimitTests {
    private func series(_ count: Int, samples: Int) throws -> ArrayStorage {
        var buffer = SampleBuffer()
        for index in 0..<samples { buffer.append(time: Int64(index) * 15_000, value: Double(index)) }
        return ArrayStorage(
            (0..<count).map { ArrayStorage.Series(labels: ["__name__": "x", "i": "\($0)"], samples: buffer) })
    }

    private func evaluate(_ text: String, _ storage: ArrayStorage, limit: Int, control: QueryControl? = nil) throws -> QueryResult {
        var engine = QueryEngine()
        engine.options.maxSamples = limit
        let expression = try Expression.parse(text)
        return try engine.range(expression, text: text, from: 0, through: 600_000, step: 60_000, source: storage, control: control)
    }

    @Test("a query that would hold more samples than the limit fails")
    func sampleLimit() throws {
        let storage = try series(20, samples: 41)
        #expect(throws: QueryError.tooManySamples) { try evaluate("x", storage, limit: 200) }
        #expect(try evaluate("x", storage, limit: 300).samplesRead == 20 * 41)
        #expect(throws: QueryError.tooManySamples) { try evaluate("x * x", storage, limit: 300) }
        #expect(throws: Never.self) { try evaluate("sum(x) + sum(x)", storage, limit: 300) }
    }

    @Test("an ended control ends the query with its reason, the first one")
    func control() throws {
        let storage = try series(2, samples: 10)
        let canceled = QueryControl()
        canceled.cancel()
        canceled.expire()
        #expect(throws: QueryError.canceled) { try evaluate("x", storage, limit: 1000, control: canceled) }
        let expired = QueryControl()
        expired.expire()
        #expect(throws: QueryError.timeout) { try evaluate("x", storage, limit: 1000, control: expired) }
        #expect(throws: Never.self) { try evaluate("x", storage, limit: 1000, control: QueryControl()) }
    }

    @Test("a control that ends in the middle of a query is seen")
    func controlInTheMiddle() throws {
        let control = QueryControl()
        struct Ending: SampleSource {
            let storage: ArrayStorage
            let control: QueryControl
            func select(_ matchers: [Matcher], after: Int64, through: Int64) throws -> any SeriesSelection {
                control.cancel()
                return try storage.select(matchers, after: after, through: through)
            }
        }
        let source = Ending(storage: try series(2, samples: 10), control: control)
        let expression = try Expression.parse("x + x")
        #expect(throws: QueryError.canceled) {
            try QueryEngine().range(expression, text: "x + x", from: 0, through: 60_000, step: 60_000, source: source, control: control)
        }
    }

    @Test("a control is also seen within the windows of a single series")
    func controlWithinASeries() throws {
        let text = "sum_over_time(x[1h])"
        let expression = try Expression.parse(text)
        guard case .call(let call) = expression else { throw QueryError.execution("no call") }
        let control = QueryControl()
        let evaluator = Evaluator(
            expression, options: .init(), source: try series(1, samples: 4_000), control: control,
            bounds: QueryBounds(start: 0, end: 60_000_000, step: 15_000), text: text)
        let calls = Atomic(0)
        let entry = RangeFunctionEntry(function: { _, _ in
            calls.add(1, ordering: .relaxed)
            control.expire()
            return 1
        })
        #expect(throws: QueryError.timeout) {
            try evaluator.applyRangeFunction(entry, call, Steps(first: 0, length: 15_000, count: 4_000))
        }
        #expect(calls.load(ordering: .relaxed) < 1_000)
    }

    @Test("a source that fails makes the query fail with its text")
    func sourceError() throws {
        struct Broken: SampleSource {
            struct Disk: Error, CustomStringConvertible { var description: String { "the disk is gone" } }
            func select(_ matchers: [Matcher], after: Int64, through: Int64) throws -> any SeriesSelection { throw Disk() }
        }
        let expression = try Expression.parse("x")
        do {
            _ = try QueryEngine().instant(expression, text: "x", at: 0, source: Broken())
            Issue.record("the query succeeded")
        } catch {
            #expect(error.description == "the disk is gone")
        }
    }

    @Test("an expression nested beyond the limit is refused, one at the limit is evaluated")
    func depth() throws {
        let one = Expression.number(NumberLiteral(value: 1, isDuration: false, range: SourceRange(0, 1)))
        func nested(_ levels: Int) -> Expression {
            (1..<levels).reduce(one) { inner, _ in .parentheses(Parentheses(expression: inner, range: SourceRange(0, 1))) }
        }
        let engine = QueryEngine()
        #expect(throws: QueryError.self) { try engine.instant(nested(5_000), text: "", at: 0, source: ArrayStorage([])) }
        #expect(throws: Never.self) { try engine.instant(nested(Evaluator.maximumDepth), text: "", at: 0, source: ArrayStorage([])) }
    }

    @Test("times at the ends of what 64 bits hold do no harm")
    func extremeTimes() throws {
        let storage = try series(1, samples: 3)
        for time in [Int64.min, Int64.min + 1, Int64.max - 1, Int64.max] {
            for text in ["x", "x offset 100y", "x offset -100y", "rate(x[5m])", "max_over_time(x[10m:1m])"] {
                let expression = try Expression.parse(text)
                #expect(throws: Never.self) { try QueryEngine().instant(expression, text: text, at: time, source: storage) }
            }
        }
    }
}
