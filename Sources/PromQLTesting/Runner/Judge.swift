import Labels
import PromQL
import RE2

/// Evaluates one expression, compares what came with what was expected, and then runs the hidden variants of reference 9.1.
struct Judge {
    let engine: QueryEngine
    let storage: TestStorage
    let evaluation: ScriptEvaluation

    private var expectation: Expectation { evaluation.expectation }

    func verdict(on expression: Expression) -> Verdict {
        let outcome = evaluate(expression, text: evaluation.expression, at: evaluation.times)
        switch outcome {
        case .failure(.unsupported(let text)): return .skipped(text)
        case .failure(let error):
            guard let expected = expectation.failure else { return .failed("failed: \(error)") }
            return match(error.description, expected) ? .passed : .failed("failed with \"\(error)\", expected \(expected.description)")
        case .success(let result):
            if expectation.failure != nil { return .failed("expected a failure, got \(Rendering.text(of: result.value))") }
            if let problem = problem(of: result, times: evaluation.times) { return .failed(problem) }
        }
        guard case .instant(let time) = evaluation.times else { return .passed }
        return variantProblem(of: expression, at: time).map { .failed($0) } ?? .passed
    }

    private func evaluate(_ expression: Expression, text: String, at times: EvaluationTimes) -> Result<QueryResult, QueryError> {
        Result { () throws(QueryError) -> QueryResult in
            switch times {
            case .instant(let time): try engine.instant(expression, text: text, at: time, source: storage)
            case .range(let from, let through, let step):
                try engine.range(expression, text: text, from: from, through: through, step: step, source: storage)
            }
        }
    }

    private func problem(of result: QueryResult, times: EvaluationTimes) -> String? {
        annotationProblem("warning", result.warnings, expectation.warnings) ?? annotationProblem("info", result.infos, expectation.infos)
            ?? valueProblem(of: result.value, times: times)
    }

    private func annotationProblem(_ kind: String, _ given: [String], _ expected: Expectation.Annotations) -> String? {
        switch expected {
        case .ignored: return nil
        case .none: return given.isEmpty ? nil : "expected no \(kind), got: \(given.joined(separator: "; "))"
        case .all(let texts):
            for text in texts where !given.contains(where: { match($0, text) }) {
                return "no \(kind) is \(text.description); got: \(given.isEmpty ? "none" : given.joined(separator: "; "))"
            }
            return given.first { text in !texts.contains { match(text, $0) } }.map { "unexpected \(kind): \($0)" }
        }
    }

    private func match(_ text: String, _ expected: Expectation.Text) -> Bool {
        switch expected {
        case .any: true
        case .literal(let literal): text == literal
        case .pattern(let pattern): (try? RE2Regex(pattern))?.matches(text) ?? false
        }
    }

    // MARK: Values

    private func valueProblem(of value: QueryValue, times: EvaluationTimes) -> String? {
        if let string = expectation.string {
            if case .string(_, string) = value { return nil }
            return "expected the string \(GoQuote.quote(string)), got \(Rendering.text(of: value))"
        }
        if let scalar = expectation.scalar {
            if case .scalar(_, let given) = value, ValueComparison.almostEqual(scalar, given) { return nil }
            return "expected the scalar \(scalar), got \(Rendering.text(of: value))"
        }
        switch value {
        case .vector(let elements): return vectorProblem(elements)
        case .matrix(let elements):
            guard case .range(let from, _, let step) = expectation.rangeVector ?? times else {
                return "expected an instant vector, got \(Rendering.text(of: value))"
            }
            return matrixProblem(elements, from: from, step: step)
        case .scalar, .string: return "expected a vector, got \(Rendering.text(of: value))"
        }
    }

    private func vectorProblem(_ elements: [VectorElement]) -> String? {
        if expectation.rangeVector != nil { return "expected a range vector, got \(Rendering.text(of: .vector(elements)))" }
        var expected: [(labels: LabelSet, value: Double)] = []
        for series in expectation.series {
            guard series.values.count == 1, case .sample(let value) = series.values[0] else {
                return "line \(series.line): expected one value for an instant query, found \(series.values.count)"
            }
            expected.append((series.labels, value))
        }
        let got = "got \(Rendering.text(of: .vector(elements)))"
        guard elements.count == expected.count else { return "expected \(expected.count) series; \(got)" }
        if expectation.isOrdered {
            for (element, wanted) in zip(elements, expected)
            where element.labels != wanted.labels || !ValueComparison.almostEqual(wanted.value, element.value) {
                return "expected \(Rendering.metric(wanted.labels)) \(wanted.value) at its place in the order; \(got)"
            }
            return nil
        }
        let values = Dictionary(elements.map { ($0.labels, $0.value) }) { first, _ in first }
        for wanted in expected {
            guard let value = values[wanted.labels] else { return "expected \(Rendering.metric(wanted.labels)); \(got)" }
            guard ValueComparison.almostEqual(wanted.value, value) else {
                return "expected \(Rendering.metric(wanted.labels)) \(wanted.value); \(got)"
            }
        }
        return nil
    }

    private func matrixProblem(_ elements: [MatrixElement], from: Int64, step: Int64) -> String? {
        for (earlier, later) in zip(elements, elements.dropFirst()) where !LabelOrder.precedes(earlier.labels, later.labels) {
            return "the series are not sorted by labels: \(Rendering.metric(earlier.labels)) before \(Rendering.metric(later.labels))"
        }
        let got = "got \(Rendering.text(of: .matrix(elements)))"
        guard elements.count == expectation.series.count else { return "expected \(expectation.series.count) series; \(got)" }
        let given = Dictionary(elements.map { ($0.labels, $0.samples) }) { first, _ in first }
        for series in expectation.series {
            guard let samples = given[series.labels] else { return "expected \(Rendering.metric(series.labels)); \(got)" }
            var position = 0
            for (index, value) in series.values.enumerated() {
                guard case .sample(let wanted) = value else { continue }
                let time = from + Int64(index) * step
                guard position < samples.count, samples.times[position] == time,
                    ValueComparison.almostEqual(wanted, samples.values[position])
                else { return "expected \(Rendering.metric(series.labels)) \(wanted) at \(time) ms; \(got)" }
                position += 1
            }
            if position < samples.count { return "expected no more samples of \(Rendering.metric(series.labels)); \(got)" }
        }
        return nil
    }

    // MARK: Variants

    /// Runs the expression with its time pinned at other times, and all of it in the middle of range queries.
    private func variantProblem(of expression: Expression, at time: Int64) -> String? {
        var variants: [(text: String, time: Int64)] = [(evaluation.expression, time)]
        if !expression.dependsOnEvaluationTime {
            let text = expression.pinned(at: time).description
            let times = time == 0 ? [-1000, 0, 1000] : [-10 * time, 0, time / 5, time, 10 * time]
            variants += times.map { (text, $0) }
        }
        for (index, variant) in variants.enumerated() {
            if let problem = variantProblem(variant.text, at: variant.time, isFirst: index == 0) {
                return "as \(variant.text) at \(variant.time) ms: \(problem)"
            }
        }
        return nil
    }

    private func variantProblem(_ text: String, at time: Int64, isFirst: Bool) -> String? {
        let expression: Expression
        do { expression = try Expression.parse(text, options: .all) } catch { return "its printed form does not parse: \(error)" }
        if !isFirst {
            switch evaluate(expression, text: text, at: .instant(at: time)) {
            case .failure(let error): return "failed: \(error)"
            case .success(let result): if let problem = problem(of: result, times: .instant(at: time)) { return problem }
            }
        }
        guard !expectation.isOrdered, expectation.rangeVector == nil, expectation.string == nil, !expression.mentionsQueryTimes else {
            return nil
        }
        let times = EvaluationTimes.range(from: time - 60_000, through: time + 60_000, step: 60_000)
        switch evaluate(expression, text: text, at: times) {
        case .failure(let error): return "as a range query it failed: \(error)"
        case .success(let result):
            guard case .matrix(let elements) = result.value else { return "a range query gave \(Rendering.text(of: result.value))" }
            return middleProblem(elements, at: time).map { "in the middle of a range query: \($0)" }
        }
    }

    private func middleProblem(_ elements: [MatrixElement], at time: Int64) -> String? {
        for (earlier, later) in zip(elements, elements.dropFirst()) where !LabelOrder.precedes(earlier.labels, later.labels) {
            return "not sorted by labels"
        }
        let middle = elements.compactMap { element in
            element.samples.times.firstIndex(of: time).map {
                VectorElement(labels: element.labels, time: time, value: element.samples.values[$0])
            }
        }
        guard expectation.scalar != nil else { return vectorProblem(middle) }
        guard middle.count == 1, middle[0].labels.isEmpty else {
            return "expected one series without labels, got \(Rendering.text(of: .vector(middle)))"
        }
        return valueProblem(of: .scalar(time: time, value: middle[0].value), times: .instant(at: time))
    }
}

extension Expectation.Text {
    var description: String {
        switch self {
        case .any: "any text"
        case .literal(let text): GoQuote.quote(text)
        case .pattern(let pattern): "a text that matches \(pattern)"
        }
    }
}
