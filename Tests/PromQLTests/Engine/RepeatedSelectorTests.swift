import Labels
import Synchronization
import Testing

@testable import PromQL

@Suite struct RepeatedSelectorTests {
    /// Counts how often it is asked.
    private final class Counting: SampleSource {
        let storage: ArrayStorage
        let asked = Atomic(0)

        init(_ storage: ArrayStorage) { self.storage = storage }

        func select(_ matchers: [Matcher], after: Int64, through: Int64) throws -> any SeriesSelection {
            asked.add(1, ordering: .relaxed)
            return try storage.select(matchers, after: after, through: through)
        }
    }

    private func ask(_ text: String) throws -> (selections: Int, result: QueryResult) {
        let source = Counting(try ArrayStorage("x_total{i=\"1\"} 1 2 3\nx{i=\"1\"} 4 6 8"))
        let expression = try Expression.parse(text)
        let result = try QueryEngine().range(expression, text: text, from: 60_000, through: 120_000, step: 60_000, source: source)
        return (source.asked.load(ordering: .relaxed), result)
    }

    private func values(_ result: QueryResult) -> [[Double]] {
        guard case .matrix(let elements) = result.value else { return [] }
        return elements.map { Array($0.samples.values) }
    }

    @Test("equal selectors of a query are read once and give the same everywhere")
    func once() throws {
        let (selections, result) = try ask("(x - x / 2) / x + x{i=\"1\"}")
        #expect(selections == 2)
        #expect(values(result) == [[6.5, 8.5]])
        #expect(try ask("sum(rate(x_total[2m])) / sum(rate(x_total[2m]))").selections == 1)
    }

    @Test("selectors that differ in time are different")
    func different() throws {
        #expect(try ask("x - x offset 1m").selections == 2)
        #expect(try ask("x - x @ 60").selections == 2)
        #expect(try ask("sum(rate(x_total[2m])) / sum(rate(x_total[1m]))").selections == 2)
        #expect(try ask("x + on(i) max_over_time(x[2m:1m])").selections == 2)
    }

    @Test("what is said of one place is said of the other too")
    func annotations() throws {
        let (selections, result) = try ask("rate(x[2m]) + rate(x[2m])")
        #expect(selections == 2)
        #expect(result.infos.map { $0.drop { $0 != "(" } } == ["(1:6)", "(1:20)"])
    }
}
