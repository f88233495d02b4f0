import Labels

/// Which samples a range vector takes at each step: the window's length and where its end lies. Milliseconds.
struct WindowPlan {
    /// The evaluation's steps.
    let steps: Steps
    let length: Int64
    let offset: Int64
    /// The one end that `@` gives to all steps.
    let fixedEnd: Int64?

    @inline(__always)
    func end(_ step: Int) -> Int64 { fixedEnd ?? steps.time(step).minus(offset) }

    var firstEnd: Int64 { end(0) }
    var lastEnd: Int64 { end(steps.count - 1) }

    /// Calls the body with the samples of each step's window that has some, as places in the columns.
    @inline(__always)
    func slide<Failure: Error>(
        over times: UnsafeBufferPointer<Int64>,
        _ body: (_ step: Int, _ samples: Range<Int>, _ start: Int64, _ end: Int64) throws(Failure) -> Void
    ) throws(Failure) {
        var low = 0
        var high = 0
        for step in 0..<steps.count {
            let end = end(step)
            let start = end.minus(length)
            // Ends never go back: both places only move forward.
            while high < times.count, times[high] <= end { high &+= 1 }
            while low < high, times[low] <= start { low &+= 1 }
            if low < high { try body(step, Range(uncheckedBounds: (low, high)), start, end) }
        }
    }
}

/// The series of a range vector, read one by one without stale markers.
struct WindowedSeries {
    private enum Origin {
        case selection(any SeriesSelection)
        /// A subquery's inner vector on its grid.
        case grid(StepVectors, Steps)
    }

    private let origin: Origin
    let plan: WindowPlan
    let count: Int
    let distinctness: LabelDistinctness

    init(_ selection: any SeriesSelection, plan: WindowPlan, distinctness: LabelDistinctness) {
        origin = .selection(selection)
        self.plan = plan
        count = selection.count
        self.distinctness = distinctness
    }

    init(_ vectors: StepVectors, _ grid: Steps, plan: WindowPlan) {
        origin = .grid(vectors, grid)
        self.plan = plan
        count = vectors.seriesCount
        distinctness = vectors.distinctness
    }

    func labels(at index: Int) -> SeriesLabels {
        switch origin {
        case .selection(let selection): SeriesLabels(labels: selection.labels(at: index), dropsName: false)
        case .grid(let vectors, _): vectors.labels[index]
        }
    }

    /// Whether samples come from the source and are to be counted.
    var isRead: Bool {
        if case .selection = origin { return true }
        return false
    }

    /// Counts the samples of one series that were loaded.
    func count(_ buffer: SampleBuffer, _ evaluator: Evaluator) throws(QueryError) {
        guard isRead else { return try evaluator.tick(buffer.count) }
        try evaluator.countRead(buffer.count) {
            var largest = 0
            buffer.withColumns { times, _ in plan.slide(over: times) { _, samples, _, _ in largest = max(largest, samples.count) } }
            return largest
        }
    }

    /// What the query's limit counts while this is in use.
    var charge: StepVectors? {
        if case .grid(let vectors, _) = origin { return vectors }
        return nil
    }

    /// Replaces the buffer by all samples of a series that any window may hold.
    func load(_ index: Int, into buffer: inout SampleBuffer) {
        buffer.removeAll()
        switch origin {
        case .selection(let selection):
            selection.read(at: index, after: plan.firstEnd.minus(plan.length), through: plan.lastEnd, into: &buffer)
            buffer.removeStaleMarkers()
        case .grid(let vectors, let grid):
            let start = index * grid.count
            for step in 0..<grid.count {
                let value = vectors.values[start + step]
                if !value.isStaleMarker { buffer.append(time: grid.time(step), value: value) }
            }
        }
    }
}

extension Evaluator {
    /// The series of a range selector or subquery. The caller releases them.
    func windows(of expression: Expression, _ steps: Steps) throws(QueryError) -> WindowedSeries {
        switch expression.withoutParentheses {
        case .matrixSelector(let matrix):
            try refuseExtension(matrix.selector)
            let plan = try plan(matrix.window, matrix.selector.modifiers, steps)
            let selection = try selection(matrix.selector.matchers, after: plan.firstEnd.minus(plan.length), through: plan.lastEnd)
            return WindowedSeries(selection, plan: plan, distinctness: distinctness(of: matrix.selector.matchers))
        case .subquery(let subquery):
            return try windows(of: subquery, steps)
        default:
            throw .execution("expected range vector in expression that has another type")
        }
    }

    /// Evaluates a subquery's expression at every multiple of its step that any window may hold (reference 3.3).
    private func windows(of subquery: Subquery, _ steps: Steps) throws(QueryError) -> WindowedSeries {
        let plan = try plan(subquery.window, subquery.modifiers, steps)
        let step = try subquery.step.map { duration throws(QueryError) in try positive(duration) } ?? options.defaultSubqueryStep
        let start = plan.firstEnd.minus(plan.length)
        // The window is open on the left: the first multiple behind its start.
        let first = start.roundedDown(toMultipleOf: step).minus(-step)
        let last = plan.lastEnd.roundedDown(toMultipleOf: step)
        guard first <= last else {
            return WindowedSeries(StepVectors(steps: 0), Steps(first: first, length: step, count: 0), plan: plan)
        }
        let span = last.minus(first) / step
        guard span < Int64(options.maxSamples) else { throw .tooManySamples }
        let grid = Steps(first: first, length: step, count: Int(span) + 1)
        switch try evaluate(subquery.expression, grid) {
        case .vectors(let vectors): return WindowedSeries(vectors, grid, plan: plan)
        default: throw .execution("subquery is only allowed on instant vector")
        }
    }

    private func plan(_ window: DurationExpression, _ modifiers: TimeModifiers, _ steps: Steps) throws(QueryError) -> WindowPlan {
        let offset = try offset(modifiers)
        let end = modifiers.at.map { time(of: $0).minus(offset) }
        return WindowPlan(steps: steps, length: try positive(window), offset: offset, fixedEnd: end)
    }

    func release(_ series: WindowedSeries) {
        if let vectors = series.charge { release(vectors) }
    }

    /// Applies a function to every window of every series.
    func applyRangeFunction(_ entry: RangeFunctionEntry, _ call: Call, _ steps: Steps) throws(QueryError) -> StepVectors {
        let context = context(of: call, steps)
        var columns: [ScalarColumn] = []
        var series: WindowedSeries?
        for argument in call.arguments {
            switch argument.withoutParentheses {
            case .matrixSelector, .subquery: series = try windows(of: argument, steps)
            default: columns.append(try scalar(of: argument, steps))
            }
        }
        guard let series else { throw .execution("expected range vector in call to function \"\(call.function.name)\"") }
        defer { release(series) }
        try reserve(series: series.count, steps: steps.count)
        let arguments = StepArguments(columns, steps: steps.count)

        var result = StepVectors(steps: steps.count)
        var rows = RowWriter(steps: steps.count, series: series.count)
        var buffer = SampleBuffer()
        var counterNames = CounterNames()
        var occupied = ContiguousArray(repeating: false, count: entry.check == nil ? 0 : steps.count)
        for index in 0..<series.count {
            series.load(index, into: &buffer)
            try series.count(buffer, self)
            guard buffer.count > 0 else { continue }
            if entry.check != nil {
                buffer.withColumns { times, _ in series.plan.slide(over: times) { step, _, _, _ in occupied[step] = true } }
            }
            let isPresent = try rows.append { (row) throws(QueryError) in
                try buffer.withColumns { (times, values) throws(QueryError) in
                    try fill(row, times, values, series.plan, entry.function, arguments)
                }
            }
            try tick(steps.count)
            guard isPresent else { continue }
            let labels = series.labels(at: index)
            if entry.expectsCounter { counterNames.note(labels, context, &annotations) }
            result.labels.append(SeriesLabels(labels: labels.labels, dropsName: labels.dropsName || !entry.keepsName))
        }
        result.values = rows.finish()
        result.distinctness = series.distinctness
        if let check = entry.check {
            for step in 0..<steps.count where occupied[step] { try check(arguments[step], context, &annotations) }
        }
        if !entry.keepsName { try refuseEqualLabels(&result) }
        return result
    }

    /// One function over one series' windows; false when no window gave a value.
    private func fill(
        _ row: UnsafeMutablePointer<Double>, _ times: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>, _ plan: WindowPlan,
        _ function: RangeFunction, _ arguments: StepArguments
    ) throws(QueryError) -> Bool {
        if plan.steps.count > 1 { UnsafeMutableBufferPointer(start: row, count: plan.steps.count).update(repeating: .staleMarker) }
        var isPresent = false
        // Windows of many samples at many steps are work too, even of one series.
        var work = 0
        try plan.slide(over: times) { (step, samples, start, end) throws(QueryError) in
            work &+= samples.count
            if work > 100_000 {
                work = 0
                try control?.check()
            }
            let window = Window(
                times: UnsafeBufferPointer(rebasing: times[samples]), values: UnsafeBufferPointer(rebasing: values[samples]), start: start,
                end: end, time: plan.steps.time(step))
            if let value = function(window, arguments[step]) {
                row[step] = value
                isPresent = true
            }
        }
        return isPresent
    }

    /// What a range selector or subquery holds at one time, for instant queries.
    func matrix(_ expression: Expression, at time: Int64) throws(QueryError) -> [MatrixElement] {
        let steps = Steps.one(at: time)
        let series = try windows(of: expression, steps)
        defer { release(series) }
        var elements: [MatrixElement] = []
        for index in 0..<series.count {
            var buffer = SampleBuffer()
            series.load(index, into: &buffer)
            try series.count(buffer, self)
            // A subquery's grid and a source may give more than the window.
            var window = SampleBuffer()
            buffer.withColumns { times, values in
                series.plan.slide(over: times) { _, samples, _, _ in
                    window.times = ContiguousArray(times[samples])
                    window.values = ContiguousArray(values[samples])
                }
            }
            guard window.count > 0 else { continue }
            held(adding: window.count)
            elements.append(MatrixElement(labels: finalLabels(of: series.labels(at: index)), samples: window))
        }
        return elements
    }
}

/// The scalar arguments of a call, those of one step side by side.
final class StepArguments {
    private let base: UnsafeMutablePointer<Double>
    private let count: Int

    init(_ columns: [ScalarColumn], steps: Int) {
        count = columns.count
        base = .allocate(capacity: max(1, columns.count * steps))
        for (index, column) in columns.enumerated() {
            for step in 0..<steps { base[step * count + index] = column[step] }
        }
    }

    deinit { base.deallocate() }

    @inline(__always)
    subscript(step: Int) -> UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: base + step &* count, count: count) }
}

/// Says of each name once that it does not look like a counter's. Neighbouring series mostly share a name.
struct CounterNames {
    private var last: LabelSet?

    mutating func note(_ series: SeriesLabels, _ context: FunctionContext, _ annotations: inout Annotations) {
        if let last, Self.sameName(last, series.labels) { return }
        if !series.dropsName || context.delaysNameRemoval { last = series.labels }
        RangeFunctions.noteCounterName(of: series, in: context, &annotations)
    }

    private static func sameName(_ left: LabelSet, _ right: LabelSet) -> Bool {
        left.withValue(ofName: ReservedLabel.name) { left in
            right.withValue(ofName: ReservedLabel.name) { right in
                switch (left, right) {
                case (nil, nil): true
                case (let left?, let right?): left.elementsEqual(right)
                default: false
                }
            }
        }
    }
}
