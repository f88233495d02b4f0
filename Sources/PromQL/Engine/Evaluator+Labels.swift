import Labels

extension Evaluator {
    private static let equalLabels = QueryError.execution("vector cannot contain metrics with the same labelset")

    /// The labels that a series has for whoever asked the query.
    func finalLabels(of series: SeriesLabels) -> LabelSet {
        guard series.dropsName else { return series.labels }
        let projection = nameRemoval
        projection.project(series.labels, hidesName: true)
        return LabelSet(trustedPacked: projection.output.bytes, count: projection.count)
    }

    /// Whether no two series can have equal labels, found without comparing them.
    func isDistinct(_ vectors: StepVectors) -> Bool {
        if vectors.seriesCount < 2 { return true }
        switch vectors.distinctness {
        case .withoutName: return true
        case .sameName: return !vectors.labels.contains { ReservedLabel.hasMetadata($0.labels) }
        case .unknown: return false
        }
    }

    /// The check of functions over range vectors: equal labels are an error even where the series never coincide (reference 3.11).
    func refuseEqualLabels(_ vectors: inout StepVectors) throws(QueryError) {
        if options.delaysNameRemoval { return }
        if isDistinct(vectors) {
            vectors.distinctness = .withoutName
            return
        }
        let table = KeyTable(expected: vectors.seriesCount)
        for (index, series) in vectors.labels.enumerated() {
            nameRemoval.project(series.labels, hidesName: hidesName(series))
            if table.intern(nameRemoval) != index { throw Self.equalLabels }
        }
        vectors.distinctness = .withoutName
    }

    /// Makes one series of those with equal labels; an error where two of them have a sample at the same step (reference 3.11).
    ///
    /// - Parameter always: looks also where an instant query would do so at its end, when names go only then. Functions that set labels do.
    func mergeEqualLabels(_ vectors: inout StepVectors, always: Bool = false) throws(QueryError) {
        if !always, options.delaysNameRemoval, vectors.steps == 1 { return }
        if isDistinct(vectors) {
            if !options.delaysNameRemoval { vectors.distinctness = .withoutName }
            return
        }
        try merge(&vectors) { hidesName($0) }
    }

    /// The same for the query's answer, from which marked names are gone.
    func mergeFinally(_ vectors: inout StepVectors) throws(QueryError) {
        if isDistinct(vectors) || !vectors.labels.contains(where: { $0.dropsName }) && vectors.steps > 1 { return }
        try merge(&vectors) { $0.dropsName }
    }

    private func merge(_ vectors: inout StepVectors, hidesName: (SeriesLabels) -> Bool) throws(QueryError) {
        let steps = vectors.steps
        let table = KeyTable(expected: vectors.seriesCount)
        var kept = 0
        var allHide = true
        for index in 0..<vectors.seriesCount {
            let series = vectors.labels[index]
            let hides = hidesName(series)
            allHide = allHide && hides
            nameRemoval.project(series.labels, hidesName: hides)
            let target = table.intern(nameRemoval)
            if target == kept {
                // Not seen before: moves up behind those that are kept.
                if kept != index {
                    vectors.labels[kept] = series
                    for step in 0..<steps { vectors.values[kept * steps + step] = vectors.values[index * steps + step] }
                }
                kept += 1
                continue
            }
            for step in 0..<steps {
                let value = vectors.values[index * steps + step]
                if value.isStaleMarker { continue }
                guard vectors.values[target * steps + step].isStaleMarker else { throw Self.equalLabels }
                vectors.values[target * steps + step] = value
            }
        }
        vectors.labels.removeLast(vectors.seriesCount - kept)
        vectors.values.removeLast(vectors.values.count - kept * steps)
        if allHide { vectors.distinctness = .withoutName }
    }

    /// Marks all names as removed and looks for equal labels.
    func dropNames(_ vectors: inout StepVectors) throws(QueryError) {
        for index in 0..<vectors.seriesCount { vectors.labels[index].dropsName = true }
        // With delayed removal the labels stay what they are for now.
        if options.delaysNameRemoval { return }
        try mergeEqualLabels(&vectors)
    }
}
