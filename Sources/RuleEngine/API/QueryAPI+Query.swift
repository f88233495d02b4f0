import PromQL
import Time
import WebServer

/// Instant and range queries (reference 4.2).
extension QueryAPI {
    /// The most steps that a range query may have.
    private static let maximumSteps = 11_000

    func instantQuery(_ parameters: QueryParameters) async throws(QueryAPIError) -> WebResponse {
        let limit = try parameters.limit()
        let time = try parameters.time("time", default: now())
        let timeout = try self.timeout(parameters)
        let engine = try self.engine(parameters)
        let (expression, text) = try expression(parameters)
        let store = store
        return try await answer(parameters, limit: limit, timeout: timeout) { control throws(QueryError) in
            try engine.instant(expression, text: text, at: time, source: store, control: control)
        }
    }

    func rangeQuery(_ parameters: QueryParameters) async throws(QueryAPIError) -> WebResponse {
        let limit = try parameters.limit()
        let start = try parameters.requiredTime("start")
        let end = try parameters.requiredTime("end")
        guard end >= start else { throw .invalid("end", "end timestamp must not be before start time") }
        let step = try parameters.requiredDuration("step")
        guard step > 0 else {
            throw .invalid("step", "zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        guard (end - start) / step <= Self.maximumSteps else {
            throw .badData("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")
        }
        let timeout = try self.timeout(parameters)
        let engine = try self.engine(parameters)
        let (expression, text) = try expression(parameters)
        guard expression.type == .vector || expression.type == .scalar else {
            throw .invalid(
                "query",
                "invalid expression type \"\(expression.type.documentedName)\" for range query, must be Scalar or instant Vector")
        }
        let store = store
        return try await answer(parameters, limit: limit, timeout: timeout) { control throws(QueryError) in
            try engine.range(expression, text: text, from: start, through: end, step: step, source: store, control: control)
        }
    }

    private func answer(
        _ parameters: QueryParameters, limit: Int, timeout: Int64,
        _ query: @escaping @Sendable (QueryControl) throws(QueryError) -> QueryResult
    ) async throws(QueryAPIError) -> WebResponse {
        let wantsStatistics = parameters.first("stats").map { !$0.isEmpty } ?? false
        let begun = Clock.monotonic()
        do throws(QueryError) {
            // Results are written where they were made: the text is often the larger part of the work.
            let bytes = try await gate.run(timeout: timeout) { control throws(QueryError) in
                let started = Clock.monotonic()
                let result = try query(control)
                let statistics = QueryStatistics(
                    queued: Double(started - begun) / 1e9, evaluated: Double(Clock.monotonic() - started) / 1e9, samples: result.samplesRead
                )
                return ResultWriter.write(result, limit: limit, statistics: wantsStatistics ? statistics : nil)
            }
            return .json(bytes)
        } catch { throw QueryAPIError(error) }
    }

    func formatQuery(_ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        let (expression, _) = try expression(parameters)
        return .data { $0.string(expression.pretty()) }
    }

    func parseQuery(_ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        let (expression, _) = try expression(parameters)
        return .data { SyntaxTreeWriter.write(expression, into: &$0) }
    }

    /// Exemplars are not kept: the answer to any valid query is empty.
    func exemplars(_ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        let start = try parameters.time("start", default: .min / 2)
        let end = try parameters.time("end", default: .max / 2)
        guard end >= start else { throw .badData("end timestamp must not be before start timestamp") }
        do throws(PromQLSyntaxError) { _ = try Expression.parse(parameters.first("query") ?? "", options: options.syntax) } catch {
            throw .badData(error.description)
        }
        return .data {
            $0.beginArray()
            $0.endArray()
        }
    }

    // MARK: Parameters

    private func expression(_ parameters: QueryParameters) throws(QueryAPIError) -> (PromQL.Expression, String) {
        let text = parameters.first("query") ?? ""
        do throws(PromQLSyntaxError) { return (try Expression.parse(text, options: options.syntax), text) } catch {
            throw .invalid("query", error.description)
        }
    }

    /// What the request asks for, at most the server's limit.
    private func timeout(_ parameters: QueryParameters) throws(QueryAPIError) -> Int64 {
        min(try parameters.duration("timeout") ?? options.timeout, options.timeout)
    }

    private func engine(_ parameters: QueryParameters) throws(QueryAPIError) -> QueryEngine {
        var engine = QueryEngine(options: options.engine)
        if let lookback = try parameters.duration("lookback_delta") {
            guard lookback > 0 else { throw .badData("error parsing lookback delta duration: lookback_delta must be positive") }
            engine.options.lookback = lookback
        }
        return engine
    }
}

/// What `stats` asks for. Seconds.
struct QueryStatistics {
    var queued: Double
    var evaluated: Double
    var samples: Int
}
