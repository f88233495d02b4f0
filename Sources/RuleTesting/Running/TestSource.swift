import PromQL
import PromQLTesting
import Rules

/// The samples of a test, as rules ask for them.
struct TestSource: QuerySource {
    let storage: TestStorage
    let engine: QueryEngine

    var name: String { "test" }

    func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult {
        do throws(QueryError) {
            return try engine.instant(query.expression, text: query.text, at: time, source: storage)
        } catch {
            throw QuerySourceError(error.description)
        }
    }

    func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult {
        do throws(QueryError) {
            return try engine.range(query.expression, text: query.text, from: start, through: end, step: step, source: storage)
        } catch {
            throw QuerySourceError(error.description)
        }
    }
}
