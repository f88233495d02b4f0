import Labels

/// Two series, one of each side, that may meet at some step.
struct SeriesPair {
    var many: Int
    var one: Int
}

/// Two vectors whose elements are matched, as the operator sees them.
struct VectorMatch {
    let many: StepVectors
    let one: StepVectors
    /// The "many" side stands on the right: `group_right`.
    let isSwapped: Bool
    let matching: VectorMatching
    let keys: MatchKeys
    let dropsName: Bool
    /// Names go at once although other operations leave them to the end of the query: arithmetic between vectors (reference 3.11).
    let stripsName: Bool

    var steps: Int { many.steps }
    var isOneToOne: Bool { matching.cardinality == .oneToOne }

    @inline(__always)
    func manyIsPresent(_ series: Int, _ step: Int) -> Bool { !many.values[series &* many.steps &+ step].isStaleMarker }
    @inline(__always)
    func oneIsPresent(_ series: Int, _ step: Int) -> Bool { !one.values[series &* one.steps &+ step].isStaleMarker }
}

extension Evaluator {
    /// Arithmetic and comparisons between two vectors. The keys are matched once, then whole columns are combined.
    func match(_ binary: BinaryExpression, _ left: StepVectors, _ right: StepVectors) throws(QueryError) -> StepVectors {
        guard let matching = binary.matching else { throw .execution("binary expression between vectors has no matching") }
        let isSwapped = matching.cardinality == .oneToMany
        let (many, one) = isSwapped ? (right, left) : (left, right)
        let fills = matching.fillLeft != nil || matching.fillRight != nil
        if !fills, many.seriesCount == 0 || one.seriesCount == 0 { return StepVectors(steps: left.steps) }
        let match = VectorMatch(
            many: many, one: one, isSwapped: isSwapped, matching: matching,
            keys: MatchKeys(one: one, many: many, matching: matching) { hidesName($0) },
            dropsName: !binary.op.isComparison || binary.returnsBool,
            stripsName: options.delaysNameRemoval && !binary.op.isComparison)
        if match.keys.hasEqualOnes { try refuseEqualOnes(match, emptySidesMatter: fills) }
        let outcome: ComparisonOutcome = binary.returnsBool ? .truth : .keepLeft
        if fills { return try matchFilling(match, binary.op, outcome) }

        var pairs = ContiguousArray<SeriesPair>()
        pairs.reserveCapacity(many.seriesCount)
        let haveEqualMany = try collectPairs(of: match, into: &pairs)
        if match.isOneToOne && haveEqualMany { try refuseEqualMany(match, fillsPartners: false) }
        var result = StepVectors(steps: left.steps)
        result.labels = outputLabels(of: pairs, match)
        result.distinctness = outputDistinctness(match, pairsAreUnique: !match.keys.hasEqualOnes && !haveEqualMany)
        let mayBeEqual =
            result.distinctness == .unknown || (match.dropsName && !options.delaysNameRemoval && !isDistinct(result))
        if mayBeEqual, !match.isOneToOne { try refuseEqualOutputs(result.labels, pairs, match) }
        var body = PairsBody(match: match, pairs: pairs, labels: result.labels)
        try reserve(series: pairs.count, steps: left.steps)
        (result.labels, result.values) = try binary.op.run(&body, outcome)
        if match.dropsName || mayBeEqual { try mergeEqualLabels(&result) }
        return result
    }

    /// All pairs in the order of the "many" side; whether two of its series have the same key.
    func collectPairs(of match: VectorMatch, into pairs: inout ContiguousArray<SeriesPair>) throws(QueryError) -> Bool {
        var isTaken = ContiguousArray(repeating: false, count: match.keys.keys.count)
        var haveEqualMany = false
        for (many, key) in match.keys.keyOfMany.enumerated() where key >= 0 {
            if isTaken[Int(key)] { haveEqualMany = true }
            isTaken[Int(key)] = true
            var one = Int(match.keys.firstOne[Int(key)])
            while one >= 0 {
                pairs.append(SeriesPair(many: many, one: one))
                one = Int(match.keys.nextOne[one])
            }
            // Series that replaced one another in time may make very many pairs.
            if pairs.count > options.maxSamples { throw .tooManySamples }
            try tick(0)
        }
        return haveEqualMany
    }

    // MARK: Output labels

    func outputLabels(of pairs: ContiguousArray<SeriesPair>, _ match: VectorMatch) -> ContiguousArray<SeriesLabels> {
        let matching = match.matching
        var labels = ContiguousArray<SeriesLabels>()
        labels.reserveCapacity(pairs.count)
        if !match.isOneToOne && !matching.include.isEmpty {
            var writer = IncludedLabels(matching.include)
            for pair in pairs {
                labels.append(
                    writer.labels(
                        match.many.labels[pair.many], match.one.labels[pair.one], dropsName: match.dropsName, stripsName: match.stripsName,
                        delaysNameRemoval: options.delaysNameRemoval))
            }
            return labels
        }
        let trims = match.isOneToOne && (matching.isOn || !matching.labels.isEmpty)
        let projection =
            !trims
            ? (match.stripsName ? nameRemoval : nil)
            : matching.isOn ? LabelProjection.keeping(matching.labels) : .removing(matching.labels)
        for pair in pairs {
            let series = match.many.labels[pair.many]
            let dropsName = !match.stripsName && (series.dropsName || match.dropsName)
            if let projection {
                projection.project(series.labels, hidesName: match.stripsName || hidesName(series))
                let trimmed = LabelSet(trustedPacked: projection.output.bytes, count: projection.count)
                labels.append(SeriesLabels(labels: trimmed, dropsName: dropsName))
            } else {
                labels.append(SeriesLabels(labels: series.labels, dropsName: dropsName))
            }
        }
        return labels
    }

    /// What the matching itself says about equal output labels.
    private func outputDistinctness(_ match: VectorMatch, pairsAreUnique: Bool) -> LabelDistinctness {
        let matching = match.matching
        if match.stripsName { return .unknown }
        if match.isOneToOne {
            // One pair a key, and the output holds at least the key's labels, except for a name that goes.
            guard pairsAreUnique else { return .unknown }
            if matching.isOn { return matching.labels.contains(where: ReservedLabel.all.contains) ? .unknown : .withoutName }
            return .sameName
        }
        return matching.include.isEmpty && !match.keys.hasEqualOnes ? match.many.distinctness : .unknown
    }

    /// The labels that a reader sees at the moment.
    func visibleLabels(of series: SeriesLabels) -> LabelSet {
        hidesName(series) ? finalLabels(of: series) : series.labels
    }
}

/// Combines the columns of pairs. Pairs that never meet, or that a filter takes out, leave nothing.
private struct PairsBody: OperationBody {
    let match: VectorMatch
    let pairs: ContiguousArray<SeriesPair>
    let labels: ContiguousArray<SeriesLabels>

    mutating func run<Operation: BinaryOperation>(
        _ operation: Operation.Type
    ) -> (ContiguousArray<SeriesLabels>, ContiguousArray<Double>) {
        match.isSwapped ? combine { Operation.apply($1, $0) } : combine { Operation.apply($0, $1) }
    }

    @inline(__always)
    private func combine(
        _ operation: (_ many: Double, _ one: Double) -> Double
    ) -> (ContiguousArray<SeriesLabels>, ContiguousArray<Double>) {
        let steps = match.steps
        var kept = ContiguousArray<SeriesLabels>()
        kept.reserveCapacity(pairs.count)
        var rows = RowWriter(steps: steps, series: pairs.count)
        match.many.values.withUnsafeBufferPointer { many in
            match.one.values.withUnsafeBufferPointer { one in
                for (index, pair) in pairs.enumerated() {
                    let manyStart = pair.many &* steps
                    let oneStart = pair.one &* steps
                    let isKept = rows.append { row in
                        var isPresent = false
                        for step in 0..<steps {
                            let first = many[manyStart &+ step]
                            let second = one[oneStart &+ step]
                            let outcome = first.isStaleMarker || second.isStaleMarker ? .staleMarker : operation(first, second)
                            row[step] = outcome
                            isPresent = isPresent || !outcome.isStaleMarker
                        }
                        return isPresent
                    }
                    if isKept { kept.append(labels[index]) }
                }
            }
        }
        return (kept, rows.finish())
    }
}
