import Labels

extension Evaluator {
    /// A sign in front of an expression. Plus has no effect.
    func negate(_ unary: UnaryExpression, _ steps: Steps) throws(QueryError) -> EvaluatedValue {
        let operand = try evaluate(unary.operand, steps)
        guard unary.isNegation else { return operand }
        switch operand {
        case .string: throw .execution("unary expression only allowed on expressions of type scalar or instant vector")
        case .scalar(var column):
            for index in column.indices { column[index] = -column[index] }
            return .scalar(column)
        case .vectors(var vectors):
            release(vectors)
            for index in vectors.values.indices where !vectors.values[index].isStaleMarker {
                vectors.values[index] = -vectors.values[index]
            }
            try dropNames(&vectors)
            return .vectors(try charged(vectors))
        }
    }

    /// A binary operator on whatever its sides are (reference 3.4).
    func operate(_ binary: BinaryExpression, _ steps: Steps) throws(QueryError) -> EvaluatedValue {
        let left = try evaluate(binary.left, steps)
        let right = try evaluate(binary.right, steps)
        switch (left, right) {
        case (.scalar(let left), .scalar(let right)):
            var body = ScalarsBody(left: left, right: right)
            return .scalar(try binary.op.run(&body, .truth))
        case (.vectors(let vectors), .scalar(let column)):
            return .vectors(try operate(binary, vectors, column, vectorIsLeft: true))
        case (.scalar(let column), .vectors(let vectors)):
            return .vectors(try operate(binary, vectors, column, vectorIsLeft: false))
        case (.vectors(let left), .vectors(let right)):
            release(left)
            release(right)
            let result = binary.op.isSetOperator ? try combineSets(binary, left, right) : try match(binary, left, right)
            return .vectors(try charged(result))
        default:
            throw .execution("binary expression must contain only scalar and instant vector types")
        }
    }

    private func operate(
        _ binary: BinaryExpression, _ vectors: StepVectors, _ column: ScalarColumn, vectorIsLeft: Bool
    ) throws(QueryError) -> StepVectors {
        release(vectors)
        let filters = binary.op.isComparison && !binary.returnsBool
        var body = VectorScalarBody(vectors: vectors, column: column, vectorIsLeft: vectorIsLeft, filters: filters)
        var result = try binary.op.run(&body, !filters ? .truth : vectorIsLeft ? .keepLeft : .keepRight)
        if !filters { try dropNames(&result) }
        return try charged(result)
    }
}

/// Two scalars at every step.
private struct ScalarsBody: OperationBody {
    let left: ScalarColumn
    let right: ScalarColumn

    mutating func run<Operation: BinaryOperation>(_: Operation.Type) -> ScalarColumn {
        var result = left
        for step in result.indices { result[step] = Operation.apply(left[step], right[step]) }
        return result
    }
}

/// Every element of a vector with a scalar. What a filter takes out altogether leaves the vector.
private struct VectorScalarBody: OperationBody {
    let vectors: StepVectors
    let column: ScalarColumn
    let vectorIsLeft: Bool
    let filters: Bool

    mutating func run<Operation: BinaryOperation>(_ operation: Operation.Type) -> StepVectors {
        vectorIsLeft ? apply { Operation.apply($0, $1) } : apply { Operation.apply($1, $0) }
    }

    @inline(__always)
    private func apply(_ operation: (_ element: Double, _ scalar: Double) -> Double) -> StepVectors {
        let steps = vectors.steps
        var result = StepVectors(steps: steps)
        result.distinctness = vectors.distinctness
        if !filters { result.labels = vectors.labels }
        var rows = RowWriter(steps: steps, series: vectors.seriesCount)
        vectors.values.withUnsafeBufferPointer { values in
            column.withUnsafeBufferPointer { column in
                for series in 0..<vectors.seriesCount {
                    let start = series &* steps
                    let isKept = rows.append { row in
                        var isPresent = false
                        for step in 0..<steps {
                            let value = values[start &+ step]
                            let outcome = value.isStaleMarker ? value : operation(value, column[step])
                            row[step] = outcome
                            isPresent = isPresent || !outcome.isStaleMarker
                        }
                        // Arithmetic takes nothing out: rows keep their places.
                        return isPresent || !filters
                    }
                    if isKept && filters { result.labels.append(vectors.labels[series]) }
                }
            }
        }
        result.values = rows.finish()
        return result
    }
}
