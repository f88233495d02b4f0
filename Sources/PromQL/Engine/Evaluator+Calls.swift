import Labels

extension Evaluator {
    /// A function with its arguments.
    func call(_ call: Call, _ steps: Steps) throws(QueryError) -> EvaluatedValue {
        switch call.function.name {
        case "time": return .scalar(ScalarColumn((0..<steps.count).map { Double(steps.time($0)) / 1000 }))
        case "scalar": return .scalar(try scalarOfVector(call, steps))
        case "vector":
            guard let argument = call.arguments.first else { throw Self.missingArgument(call) }
            return .vectors(try charged(labelless(try scalar(of: argument, steps), steps)))
        case "timestamp": return .vectors(try charged(timestamps(call, steps)))
        case "absent": return .vectors(try charged(absent(call, steps)))
        case "absent_over_time": return .vectors(try charged(absentOverTime(call, steps)))
        case "info": return .vectors(try charged(info(call, steps)))
        default: break
        }
        if let entry = RangeFunctions.named(call.function.name) { return .vectors(try charged(applyRangeFunction(entry, call, steps))) }
        if let function = ElementFunctions.named(call.function.name) { return .vectors(try apply(function, call, steps)) }
        if let function = ScalarFunctions.named(call.function.name) {
            var columns: [ScalarColumn] = []
            for argument in call.arguments { columns.append(try scalar(of: argument, steps)) }
            return .scalar(function(columns, context(of: call, steps)))
        }
        if let function = VectorFunctions.named(call.function.name) { return .vectors(try apply(function, call, steps)) }
        throw .unsupported("function \"\(call.function.name)\" is not supported")
    }

    private static func missingArgument(_ call: Call) -> QueryError {
        .execution("expected 1 argument(s) in call to \"\(call.function.name)\", got \(call.arguments.count)")
    }

    /// One series without labels.
    private func labelless(_ column: ScalarColumn, _ steps: Steps) -> StepVectors {
        StepVectors(
            steps: steps.count, labels: [SeriesLabels(labels: LabelSet(), dropsName: false)], values: column, distinctness: .withoutName)
    }

    /// `scalar(v)`: the value of the only element, NaN where there is none or more.
    private func scalarOfVector(_ call: Call, _ steps: Steps) throws(QueryError) -> ScalarColumn {
        guard let argument = call.arguments.first else { throw Self.missingArgument(call) }
        let vectors = try vectors(of: argument, steps)
        defer { release(vectors) }
        var counts = ContiguousArray(repeating: 0, count: steps.count)
        var column = ScalarColumn(repeating: .nan, count: steps.count)
        for series in 0..<vectors.seriesCount {
            for step in 0..<steps.count {
                let value = vectors.values[series * steps.count + step]
                if value.isStaleMarker { continue }
                counts[step] += 1
                column[step] = counts[step] == 1 ? value : .nan
            }
        }
        return column
    }

    /// `timestamp(v)`: the time of the sample found where the argument is a bare selector, that of the step elsewhere.
    private func timestamps(_ call: Call, _ steps: Steps) throws(QueryError) -> StepVectors {
        guard let argument = call.arguments.first else { throw Self.missingArgument(call) }
        var result: StepVectors
        if case .vectorSelector(let selector) = argument.withoutParentheses {
            result = try select(selector, steps, asTimes: true)
        } else {
            result = try vectors(of: argument, steps)
            release(result)
            for series in 0..<result.seriesCount {
                for step in 0..<steps.count where !result.values[series * steps.count + step].isStaleMarker {
                    result.values[series * steps.count + step] = Double(steps.time(step)) / 1000
                }
            }
        }
        try dropNames(&result)
        return result
    }

    /// `absent(v)`: 1 where no series has a sample.
    private func absent(_ call: Call, _ steps: Steps) throws(QueryError) -> StepVectors {
        guard let argument = call.arguments.first else { throw Self.missingArgument(call) }
        let vectors = try vectors(of: argument, steps)
        defer { release(vectors) }
        var labels = LabelSet()
        if case .vectorSelector(let selector) = argument.withoutParentheses {
            labels = VectorFunctions.absentLabels(of: selector.matchers)
        }
        return absence(vectors.occupiedSteps(), labels, steps)
    }

    /// `absent_over_time(m)`: 1 where no series has a sample in the window.
    private func absentOverTime(_ call: Call, _ steps: Steps) throws(QueryError) -> StepVectors {
        guard let argument = call.arguments.first else { throw Self.missingArgument(call) }
        let series = try windows(of: argument, steps)
        defer { release(series) }
        var occupied = ContiguousArray(repeating: false, count: steps.count)
        var buffer = SampleBuffer()
        for index in 0..<series.count {
            series.load(index, into: &buffer)
            try series.count(buffer, self)
            buffer.withColumns { times, _ in series.plan.slide(over: times) { step, _, _, _ in occupied[step] = true } }
        }
        var labels = LabelSet()
        if case .matrixSelector(let matrix) = argument.withoutParentheses {
            labels = VectorFunctions.absentLabels(of: matrix.selector.matchers)
        }
        return absence(occupied, labels, steps)
    }

    private func absence(_ occupied: ContiguousArray<Bool>, _ labels: LabelSet, _ steps: Steps) -> StepVectors {
        guard occupied.contains(false) else { return StepVectors(steps: steps.count) }
        return StepVectors(
            steps: steps.count, labels: [SeriesLabels(labels: labels, dropsName: false)],
            values: ContiguousArray(occupied.map { $0 ? .staleMarker : 1 }), distinctness: .withoutName)
    }

    /// A function over single elements. A date function without argument looks at the step's time.
    private func apply(_ function: ElementFunction, _ call: Call, _ steps: Steps) throws(QueryError) -> StepVectors {
        var result: StepVectors
        if let argument = call.arguments.first {
            result = try vectors(of: argument, steps)
            release(result)
        } else {
            result = labelless(ScalarColumn((0..<steps.count).map { Double(steps.time($0)) / 1000 }), steps)
        }
        var columns: [ScalarColumn] = []
        for argument in call.arguments.dropFirst() { columns.append(try scalar(of: argument, steps)) }
        if columns.isEmpty {
            result.values.withUnsafeMutableBufferPointer { function.row($0, []) }
        } else {
            function.apply(to: &result, arguments: columns)
            removeAbsentSeries(&result)
        }
        try dropNames(&result)
        return try charged(result)
    }

    /// A function over whole vectors.
    private func apply(_ function: VectorFunctions.Function, _ call: Call, _ steps: Steps) throws(QueryError) -> StepVectors {
        var arguments = FunctionArguments()
        for argument in call.arguments {
            switch try evaluate(argument, steps) {
            case .scalar(let column): arguments.scalars.append(column)
            case .string(let text): arguments.strings.append(text)
            case .vectors(let vectors):
                release(vectors)
                arguments.vectors.append(vectors)
            }
        }
        let known = arguments.vectors.first?.distinctness ?? .unknown
        var result = try function(&arguments, context(of: call, steps), &annotations)
        if call.function.name.hasPrefix("sort") {
            result.distinctness = known
        } else {
            result.distinctness = .unknown
            removeAbsentSeries(&result)
            try mergeEqualLabels(&result, always: call.function.name.hasPrefix("label_"))
        }
        return try charged(result)
    }

    /// Takes series without a sample at any step out.
    func removeAbsentSeries(_ vectors: inout StepVectors) {
        let steps = vectors.steps
        var kept = 0
        for index in 0..<vectors.seriesCount {
            let isPresent = vectors.values.withUnsafeBufferPointer { values in
                var step = index * steps
                let end = step + steps
                while step < end, values[step].isStaleMarker { step &+= 1 }
                return step < end
            }
            guard isPresent else { continue }
            if kept != index {
                vectors.labels[kept] = vectors.labels[index]
                for step in 0..<steps { vectors.values[kept * steps + step] = vectors.values[index * steps + step] }
            }
            kept += 1
        }
        vectors.labels.removeLast(vectors.seriesCount - kept)
        vectors.values.removeLast(vectors.values.count - kept * steps)
    }
}
