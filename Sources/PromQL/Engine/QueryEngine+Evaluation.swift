import Labels

extension QueryEngine {
    /// Evaluates an expression of any type at one time.
    ///
    /// - Parameters:
    ///   - text: what the expression was parsed from; annotations name places in it.
    ///   - time: Unix time in milliseconds.
    ///   - control: ends the query from outside.
    public func instant(
        _ expression: Expression, text: String, at time: Int64, source: some SampleSource, control: QueryControl? = nil
    ) throws(QueryError) -> QueryResult {
        let evaluator = Evaluator(
            expression, options: options, source: source, control: control, bounds: QueryBounds(start: time, end: time, step: 0), text: text
        )
        try control?.check()
        switch expression.withoutParentheses {
        case .matrixSelector, .subquery:
            let elements = LabelOrder.sorted(try evaluator.matrix(expression, at: time))
            for (element, next) in zip(elements, elements.dropFirst()) where element.labels == next.labels {
                throw .execution("vector cannot contain metrics with the same labelset")
            }
            return evaluator.result(.matrix(elements), text)
        default: break
        }
        switch try evaluator.evaluate(expression, .one(at: time)) {
        case .scalar(let column): return evaluator.result(.scalar(time: time, value: column[0]), text)
        case .string(let string): return evaluator.result(.string(time: time, value: string), text)
        case .vectors(var vectors):
            if options.delaysNameRemoval { try evaluator.mergeFinally(&vectors) }
            var elements: [VectorElement] = []
            elements.reserveCapacity(vectors.seriesCount)
            for (index, series) in vectors.labels.enumerated() where !vectors.values[index].isStaleMarker {
                elements.append(VectorElement(labels: evaluator.finalLabels(of: series), time: time, value: vectors.values[index]))
            }
            return evaluator.result(.vector(elements), text)
        }
    }

    /// Evaluates a scalar or instant-vector expression at `start`, `start` + `step` … up to and including `end`.
    ///
    /// - Parameters:
    ///   - text: what the expression was parsed from; annotations name places in it.
    ///   - start: Unix time in milliseconds.
    ///   - end: Unix time in milliseconds.
    ///   - step: milliseconds, above 0.
    ///   - control: ends the query from outside.
    public func range(
        _ expression: Expression, text: String, from start: Int64, through end: Int64, step: Int64, source: some SampleSource,
        control: QueryControl? = nil
    ) throws(QueryError) -> QueryResult {
        guard step > 0 else { throw .execution("a range query's step must be greater than 0, got \(step) ms") }
        guard expression.type == .scalar || expression.type == .vector else {
            let type = expression.type.documentedName
            throw .execution("invalid expression type \"\(type)\" for range query, must be Scalar or instant Vector")
        }
        let bounds = QueryBounds(start: start, end: end, step: step)
        let evaluator = Evaluator(expression, options: options, source: source, control: control, bounds: bounds, text: text)
        try control?.check()
        guard start <= end else { return evaluator.result(.matrix([]), text) }
        let span = end.minus(start) / step
        guard span < Int64(options.maxSamples) else { throw .tooManySamples }
        let steps = Steps(first: start, length: step, count: Int(span) + 1)
        let times = ContiguousArray((0..<steps.count).map { steps.time($0) })
        switch try evaluator.evaluate(expression, steps) {
        case .string: return evaluator.result(.matrix([]), text)
        case .scalar(let column):
            var samples = SampleBuffer()
            samples.times = times
            samples.values = column
            return evaluator.result(.matrix([MatrixElement(labels: LabelSet(), samples: samples)]), text)
        case .vectors(var vectors):
            if options.delaysNameRemoval { try evaluator.mergeFinally(&vectors) }
            return evaluator.result(.matrix(evaluator.matrix(vectors, times)), text)
        }
    }
}

extension Evaluator {
    func result(_ value: QueryValue, _ text: String) -> QueryResult {
        let notes = annotations.rendered(in: text)
        return QueryResult(value: value, warnings: notes.warnings, infos: notes.infos, samplesRead: samplesRead)
    }

    /// The series of a range query, sorted by labels. Series without gaps share one column of times.
    fileprivate func matrix(_ vectors: StepVectors, _ times: ContiguousArray<Int64>) -> [MatrixElement] {
        let steps = vectors.steps
        var elements: [MatrixElement] = []
        elements.reserveCapacity(vectors.seriesCount)
        for (index, series) in vectors.labels.enumerated() {
            let row = vectors.values[index * steps..<(index + 1) * steps]
            var samples = SampleBuffer()
            if row.contains(where: { $0.isStaleMarker }) {
                for (step, value) in row.enumerated() where !value.isStaleMarker { samples.append(time: times[step], value: value) }
                if samples.count == 0 { continue }
            } else {
                samples.times = times
                samples.values = ContiguousArray(row)
            }
            elements.append(MatrixElement(labels: finalLabels(of: series), samples: samples))
        }
        return LabelOrder.sorted(elements)
    }
}
