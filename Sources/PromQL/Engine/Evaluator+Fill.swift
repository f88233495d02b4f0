import Labels

/// What meets in one output of a matching with fill modifiers: two series, or one and the value that stands for the other.
private struct FillRow {
    enum Content {
        case pair(SeriesPair)
        /// A series of the "many" side where its partner is missing.
        case manyAlone(Int)
        /// A series of the "one" side where nothing meets it.
        case oneAlone(Int)
    }

    var content: Content
    var labels: SeriesLabels
}

extension Evaluator {
    /// Arithmetic and comparisons where a value stands for a missing partner (reference 3.4, experimental).
    func matchFilling(_ match: VectorMatch, _ op: BinaryOperator, _ outcome: ComparisonOutcome) throws(QueryError) -> StepVectors {
        let fillForMany = match.isSwapped ? match.matching.fillRight : match.matching.fillLeft
        let fillForOne = match.isSwapped ? match.matching.fillLeft : match.matching.fillRight
        if match.isOneToOne { try refuseEqualMany(match, fillsPartners: fillForOne != nil) }

        var pairs = ContiguousArray<SeriesPair>()
        _ = try collectPairs(of: match, into: &pairs)
        let pairLabels = outputLabels(of: pairs, match)
        if !match.isOneToOne { try refuseEqualOutputs(pairLabels, pairs, match) }
        var rows = zip(pairs, pairLabels).map { FillRow(content: .pair($0), labels: $1) }
        if fillForOne != nil {
            for (many, labels) in filledOneLabels(match).enumerated() { rows.append(FillRow(content: .manyAlone(many), labels: labels)) }
        }
        if fillForMany != nil {
            for one in 0..<match.one.seriesCount { rows.append(FillRow(content: .oneAlone(one), labels: filledManyLabels(match, one))) }
        }
        try reserve(series: rows.count, steps: match.steps)
        var body = FillBody(match: match, rows: rows, fillForMany: fillForMany ?? 0, fillForOne: fillForOne ?? 0)
        var result = try op.run(&body, outcome)
        try mergeEqualLabels(&result)
        return result
    }

    /// The outputs of the "many" side's series whose partner is a fill value with the labels of the match group.
    private func filledOneLabels(_ match: VectorMatch) -> ContiguousArray<SeriesLabels> {
        let projection = MatchKeys.projection(for: match.matching)
        var groups = StepVectors(steps: 0)
        var pairs = ContiguousArray<SeriesPair>()
        for (index, series) in match.many.labels.enumerated() {
            projection.project(series.labels, hidesName: hidesName(series))
            let group = LabelSet(trustedPacked: projection.output.bytes, count: projection.count)
            groups.labels.append(SeriesLabels(labels: group, dropsName: series.dropsName))
            pairs.append(SeriesPair(many: index, one: index))
        }
        let filled = VectorMatch(
            many: match.many, one: groups, isSwapped: match.isSwapped, matching: match.matching, keys: match.keys,
            dropsName: match.dropsName, stripsName: match.stripsName)
        return outputLabels(of: pairs, filled)
    }

    /// The output of a series of the "one" side that meets a fill value with the labels of the match group.
    private func filledManyLabels(_ match: VectorMatch, _ one: Int) -> SeriesLabels {
        let series = match.one.labels[one]
        let group = SeriesLabels(labels: match.keys.keys.labels(of: Int(match.keys.keyOfOne[one])), dropsName: series.dropsName)
        if match.isOneToOne || match.matching.include.isEmpty {
            let marked = SeriesLabels(labels: group.labels, dropsName: group.dropsName || match.dropsName)
            return match.stripsName ? SeriesLabels(labels: finalLabels(of: marked), dropsName: false) : marked
        }
        var writer = IncludedLabels(match.matching.include)
        return writer.labels(
            group, series, dropsName: match.dropsName, stripsName: match.stripsName, delaysNameRemoval: options.delaysNameRemoval)
    }
}

private struct FillBody: OperationBody {
    let match: VectorMatch
    let rows: [FillRow]
    let fillForMany: Double
    let fillForOne: Double

    mutating func run<Operation: BinaryOperation>(_ operation: Operation.Type) -> StepVectors {
        match.isSwapped ? combine { Operation.apply($1, $0) } : combine { Operation.apply($0, $1) }
    }

    private func combine(_ operation: (_ many: Double, _ one: Double) -> Double) -> StepVectors {
        let steps = match.steps
        let ones = presentOnes()
        let manys = presentManys()
        var result = StepVectors(steps: steps)
        var writer = RowWriter(steps: steps, series: rows.count)
        for row in rows {
            let isKept = writer.append { output in
                var isPresent = false
                for step in 0..<steps {
                    output[step] = value(of: row.content, step, ones, manys, operation)
                    isPresent = isPresent || !output[step].isStaleMarker
                }
                return isPresent
            }
            if isKept { result.labels.append(row.labels) }
        }
        result.values = writer.finish()
        return result
    }

    private func value(
        of content: FillRow.Content, _ step: Int, _ ones: ContiguousArray<Bool>, _ manys: ContiguousArray<Bool>,
        _ operation: (_ many: Double, _ one: Double) -> Double
    ) -> Double {
        let steps = match.steps
        switch content {
        case .pair(let pair):
            guard match.manyIsPresent(pair.many, step), match.oneIsPresent(pair.one, step) else { return .staleMarker }
            return operation(match.many.values[pair.many * steps + step], match.one.values[pair.one * steps + step])
        case .manyAlone(let many):
            let key = Int(match.keys.keyOfMany[many])
            guard match.manyIsPresent(many, step), key < 0 || !ones[key * steps + step] else { return .staleMarker }
            return operation(match.many.values[many * steps + step], fillForOne)
        case .oneAlone(let one):
            let key = Int(match.keys.keyOfOne[one])
            guard match.oneIsPresent(one, step), !manys[key * steps + step] else { return .staleMarker }
            return operation(fillForMany, match.one.values[one * steps + step])
        }
    }

    /// Whether the "one" side has a series of a key at a step.
    private func presentOnes() -> ContiguousArray<Bool> {
        var present = ContiguousArray(repeating: false, count: match.keys.keys.count * match.steps)
        for (one, key) in match.keys.keyOfOne.enumerated() {
            for step in 0..<match.steps where match.oneIsPresent(one, step) { present[Int(key) * match.steps + step] = true }
        }
        return present
    }

    /// Whether the "many" side has a series of a key at a step.
    private func presentManys() -> ContiguousArray<Bool> {
        var present = ContiguousArray(repeating: false, count: match.keys.keys.count * match.steps)
        for (many, key) in match.keys.keyOfMany.enumerated() where key >= 0 {
            for step in 0..<match.steps where match.manyIsPresent(many, step) { present[Int(key) * match.steps + step] = true }
        }
        return present
    }
}
