import Labels

extension Evaluator {
    /// The newest samples of an instant selector at every step (reference 3.3).
    func select(_ selector: VectorSelector, _ steps: Steps) throws(QueryError) -> StepVectors {
        try select(selector, steps, asTimes: false)
    }

    /// - Parameter asTimes: gives the samples' times in seconds instead of their values, as `timestamp` wants them.
    func select(_ selector: VectorSelector, _ steps: Steps, asTimes: Bool) throws(QueryError) -> StepVectors {
        try refuseExtension(selector)
        let offset = try offset(selector.modifiers)
        if let at = selector.modifiers.at {
            let found = try newest(selector.matchers, .one(at: time(of: at).minus(offset)), asTimes: asTimes)
            return steps.count == 1 ? found : try repeating(found, steps.count)
        }
        var shifted = steps
        shifted.first = steps.first.minus(offset)
        return try newest(selector.matchers, shifted, asTimes: asTimes)
    }

    /// `anchored` and `smoothed` are read, no more.
    func refuseExtension(_ selector: VectorSelector) throws(QueryError) {
        if let word = selector.rangeExtension { throw .execution("extended range selectors are not supported: \(word.rawValue)") }
    }

    /// What is known of the labels that a selector gives: those that ask for one name differ in other labels.
    func distinctness(of matchers: [Matcher]) -> LabelDistinctness {
        matchers.contains { $0.operation == .equal && $0.name == ReservedLabel.name && !$0.value.isEmpty } ? .sameName : .unknown
    }

    func selection(_ matchers: [Matcher], after: Int64, through: Int64) throws(QueryError) -> any SeriesSelection {
        do {
            return try source.select(matchers, after: after, through: through)
        } catch let error as QueryError {
            throw error
        } catch {
            throw .storage("\(error)")
        }
    }

    private func newest(_ matchers: [Matcher], _ steps: Steps, asTimes: Bool) throws(QueryError) -> StepVectors {
        let after = steps.first.minus(options.lookback)
        let selection = try selection(matchers, after: after, through: steps.last)
        var found = StepVectors(steps: steps.count)
        found.distinctness = distinctness(of: matchers)
        if steps.count == 1 {
            try readNewest(selection, after: after, through: steps.first, asTimes: asTimes, into: &found)
        } else {
            try reserve(series: selection.count, steps: steps.count)
            try readColumns(selection, steps, after: after, asTimes: asTimes, into: &found)
        }
        return found
    }

    private func readNewest(
        _ selection: some SeriesSelection, after: Int64, through: Int64, asTimes: Bool, into found: inout StepVectors
    ) throws(QueryError) {
        let count = selection.count
        found.labels.reserveCapacity(count)
        found.values.reserveCapacity(count)
        for index in 0..<count {
            try countRead(1)
            // A stale marker as the newest sample ends the series: older samples do not count.
            guard let sample = selection.newest(at: index, after: after, through: through), !sample.value.isStaleMarker else { continue }
            found.labels.append(SeriesLabels(labels: selection.labels(at: index), dropsName: false))
            found.values.append(asTimes ? Double(sample.time) / 1000 : sample.value)
        }
    }

    private func readColumns(
        _ selection: some SeriesSelection, _ steps: Steps, after: Int64, asTimes: Bool, into found: inout StepVectors
    ) throws(QueryError) {
        var buffer = SampleBuffer()
        var rows = RowWriter(steps: steps.count, series: selection.count)
        for index in 0..<selection.count {
            buffer.removeAll()
            selection.read(at: index, after: after, through: steps.last, into: &buffer)
            try countRead(buffer.count) { 1 }
            guard buffer.count > 0 else { continue }
            let isPresent = rows.append { row in
                buffer.withColumns { times, values in
                    Self.fill(row, times, values, steps, lookback: options.lookback, asTimes: asTimes)
                }
            }
            if isPresent {
                found.labels.append(SeriesLabels(labels: selection.labels(at: index), dropsName: false))
            }
        }
        found.values = rows.finish()
    }

    /// The newest sample of one series at each step; false when there is none at any.
    private static func fill(
        _ row: UnsafeMutablePointer<Double>, _ times: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>, _ steps: Steps,
        lookback: Int64, asTimes: Bool
    ) -> Bool {
        var next = 0
        var isPresent = false
        var time = steps.first
        for step in 0..<steps.count {
            while next < times.count, times[next] <= time { next &+= 1 }
            if next > 0, times[next &- 1] > time.minus(lookback), !values[next &- 1].isStaleMarker {
                row[step] = asTimes ? Double(times[next &- 1]) / 1000 : values[next &- 1]
                isPresent = true
            } else {
                row[step] = .staleMarker
            }
            time &+= steps.length
        }
        return isPresent
    }
}

extension SampleBuffer {
    /// Calls the body with both columns.
    @inline(__always)
    func withColumns<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Int64>, UnsafeBufferPointer<Double>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try times.withUnsafeBufferPointer { times throws(Failure) in
            try values.withUnsafeBufferPointer { values throws(Failure) in try body(times, values) }
        }
    }

    /// Takes the stale markers out: windows do not see them.
    mutating func removeStaleMarkers() {
        guard let first = values.firstIndex(where: { $0.isStaleMarker }) else { return }
        var kept = first
        for index in first..<values.count where !values[index].isStaleMarker {
            values[kept] = values[index]
            times[kept] = times[index]
            kept += 1
        }
        values.removeLast(values.count - kept)
        times.removeLast(times.count - kept)
    }
}
