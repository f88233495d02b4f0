import Labels

extension Evaluator {
    /// An aggregation (reference 3.5).
    func aggregate(_ aggregation: Aggregation, _ steps: Steps) throws(QueryError) -> StepVectors {
        if aggregation.op == .countValues { return try countValues(aggregation, steps) }
        var parameter = ScalarColumn()
        if aggregation.op.takesParameter {
            guard let expression = aggregation.parameter else {
                throw .execution("wrong number of arguments for aggregate expression provided, expected 2, got 1")
            }
            parameter = try scalar(of: expression, steps)
            try check(parameter, aggregation.op, expression.range)
        }
        let vectors = try vectors(of: aggregation.argument, steps)
        defer { release(vectors) }
        let groups = Groups(
            vectors, aggregation.grouping, isWithout: aggregation.isWithout, delaysNameRemoval: options.delaysNameRemoval)
        switch aggregation.op {
        case .topk, .bottomk: return try selectExtremes(vectors, groups, parameter, largest: aggregation.op == .topk)
        case .limitk: return try selectFirst(vectors, groups, parameter)
        case .limitRatio: return try selectByHash(vectors, parameter)
        default: break
        }
        try reserve(series: groups.count, steps: steps.count)
        var result = StepVectors(steps: steps.count)
        result.labels = groups.labels
        result.distinctness = groups.distinctness
        switch aggregation.op {
        case .sum: result.values = GroupReduction.sum(vectors, groups)
        case .avg: result.values = try GroupReduction.average(vectors, groups)
        case .min: result.values = GroupReduction.minimum(vectors, groups)
        case .max: result.values = GroupReduction.maximum(vectors, groups)
        case .count: result.values = GroupReduction.count(vectors, groups)
        case .group: result.values = GroupReduction.presence(vectors, groups)
        case .stdvar: result.values = GroupReduction.variance(vectors, groups)
        case .stddev:
            result.values = GroupReduction.variance(vectors, groups)
            for index in result.values.indices where !result.values[index].isStaleMarker {
                result.values[index] = result.values[index].squareRoot()
            }
        default:
            result.values = GroupReduction.absent(groups, steps.count)
            try groups.forEachColumn(of: vectors) { (group, step, column) throws(QueryError) in
                result.values[group * steps.count + step] = Quantile.value(parameter[step], ofReordering: column.values)
                try tick(column.values.count)
            }
        }
        return result
    }

    // MARK: Parameters

    /// What a parameter may not be, and what is worth a warning.
    private func check(_ parameter: ScalarColumn, _ op: AggregationOperator, _ range: SourceRange) throws(QueryError) {
        let hasNaN = parameter.contains { $0.isNaN }
        let largest = parameter.lazy.filter { !$0.isNaN }.max() ?? 0
        let smallest = parameter.lazy.filter { !$0.isNaN }.min() ?? 0
        switch op {
        case .topk, .bottomk, .limitk:
            if hasNaN { throw .execution("Parameter value is NaN") }
            if largest >= 0x1p63 { throw .execution("Scalar value \(FloatText.general(largest)) overflows int64") }
            if smallest <= -0x1p63 { throw .execution("Scalar value \(FloatText.general(smallest)) underflows int64") }
        case .limitRatio:
            if hasNaN { throw .execution("Ratio value is NaN") }
            for (value, limit) in [(largest, 1.0), (smallest, -1.0)] where abs(value) > 1 && value.sign == limit.sign {
                annotations.warn(
                    "ratio value should be between -1 and 1, got \(FloatText.general(value)), capping to \(FloatText.general(limit))",
                    at: range)
            }
        default:
            if hasNaN, let text = Quantile.warning(for: .nan) { annotations.warn(text, at: range) }
            if let text = Quantile.warning(for: largest), largest > 1 { annotations.warn(text, at: range) }
            if let text = Quantile.warning(for: smallest), smallest < 0 { annotations.warn(text, at: range) }
        }
    }

    /// The bytes of a string argument as they were written, which need not be UTF-8.
    private func bytes(of literal: StringLiteral) -> [UInt8] {
        let written = String(
            decoding: text.utf8.dropFirst(literal.range.start).prefix(max(0, literal.range.end - literal.range.start)), as: UTF8.self)
        return GoQuote.unquotedBytes(written) ?? Array(literal.value.utf8)
    }

    // MARK: count_values

    /// One output for each distinct value of a group: how often it came. The value becomes a label.
    private func countValues(_ aggregation: Aggregation, _ steps: Steps) throws(QueryError) -> StepVectors {
        guard case .string(let literal)? = aggregation.parameter?.withoutParentheses else {
            throw .execution("expected type string in aggregation parameter")
        }
        let label = bytes(of: literal)
        guard label.withUnsafeBufferPointer({ isValidLabelName($0, mode: .utf8) }) else {
            throw .execution("invalid label name \(GoQuote.quote(label))")
        }
        let name = literal.value
        let vectors = try vectors(of: aggregation.argument, steps)
        defer { release(vectors) }
        // The label counts among the grouping's: it is set first, then labels are kept or dropped.
        let dropsValue = aggregation.isWithout && aggregation.grouping.contains(name)
        let names = aggregation.isWithout ? aggregation.grouping + [name] : aggregation.grouping.filter { $0 != name }
        let groups = Groups(vectors, names, isWithout: aggregation.isWithout, delaysNameRemoval: options.delaysNameRemoval)
        var counts = ValueCounts(steps: steps.count)
        for series in 0..<vectors.seriesCount {
            let group = groups.groupOfSeries[series]
            for step in 0..<steps.count {
                let value = vectors.values[series * steps.count + step]
                if !value.isStaleMarker { counts.add(value, step, group: group, countsAll: dropsValue) }
            }
            try tick(steps.count)
            // Every distinct value has a row of its own.
            if counts.values.count > options.maxSamples { throw .tooManySamples }
        }
        var result = StepVectors(steps: steps.count)
        result.values = counts.values
        for key in counts.keys {
            var series = groups.labels[Int(key.group)]
            if !dropsValue { series.labels = series.labels.setting(name, to: GoFloat.text(Double(bitPattern: key.bits), "f")) }
            result.labels.append(series)
        }
        return result
    }
}

/// How often each value came in each group, step by step.
private struct ValueCounts {
    struct Key: Hashable {
        let group: Int32
        let bits: UInt64
    }

    private let steps: Int
    private var places: [Key: Int] = [:]
    private(set) var keys: [Key] = []
    private(set) var values: ContiguousArray<Double> = []

    init(steps: Int) { self.steps = steps }

    /// - Parameter countsAll: takes all values of a group for the same.
    mutating func add(_ value: Double, _ step: Int, group: Int32, countsAll: Bool) {
        // All NaNs are printed alike.
        let key = Key(group: group, bits: countsAll ? 0 : value.isNaN ? Double.nan.bitPattern : value.bitPattern)
        let place: Int
        if let known = places[key] {
            place = known
        } else {
            place = keys.count
            places[key] = place
            keys.append(key)
            values.append(contentsOf: repeatElement(.staleMarker, count: steps))
        }
        let cell = place * steps + step
        values[cell] = values[cell].isStaleMarker ? 1 : values[cell] + 1
    }
}
