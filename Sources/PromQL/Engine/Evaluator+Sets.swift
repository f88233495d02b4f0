import Labels

extension Evaluator {
    /// `and`, `or` and `unless`: elements of both sides by whether their key has a partner at the step. Values and names stay.
    func combineSets(_ binary: BinaryExpression, _ left: StepVectors, _ right: StepVectors) throws(QueryError) -> StepVectors {
        let matching =
            binary.matching
            ?? VectorMatching(cardinality: .manyToMany, labels: [], isOn: false, include: [], fillLeft: nil, fillRight: nil)
        switch binary.op {
        case .and:
            if left.seriesCount == 0 || right.seriesCount == 0 { return StepVectors(steps: left.steps) }
            return try filter(left, by: right, matching, keepsPartnered: true)
        case .unless:
            if left.seriesCount == 0 || right.seriesCount == 0 { return left }
            return try filter(left, by: right, matching, keepsPartnered: false)
        default:
            if left.seriesCount == 0 { return right }
            if right.seriesCount == 0 { return left }
            return try unite(left, right, matching)
        }
    }

    /// The elements of `vectors` whose key has a partner among `others` at the step, or has none.
    private func filter(
        _ vectors: StepVectors, by others: StepVectors, _ matching: VectorMatching, keepsPartnered: Bool
    ) throws(QueryError) -> StepVectors {
        let steps = vectors.steps
        let keys = MatchKeys(one: others, many: vectors, matching: matching) { hidesName($0) }
        let partners = presence(of: others, keys)
        var result = StepVectors(steps: steps)
        result.distinctness = vectors.distinctness
        var rows = RowWriter(steps: steps, series: vectors.seriesCount)
        for series in 0..<vectors.seriesCount {
            let key = Int(keys.keyOfMany[series])
            if key < 0 && keepsPartnered { continue }
            let isKept = vectors.values.withUnsafeBufferPointer { values in
                rows.append { row in
                    let start = series &* steps
                    var isPresent = false
                    for step in 0..<steps {
                        let hasPartner = key >= 0 && partners[key &* steps &+ step]
                        let value = hasPartner == keepsPartnered ? values[start &+ step] : .staleMarker
                        row[step] = value
                        isPresent = isPresent || !value.isStaleMarker
                    }
                    return isPresent
                }
            }
            if isKept { result.labels.append(vectors.labels[series]) }
            try tick(steps)
        }
        result.values = rows.finish()
        return result
    }

    /// Whether any series of a key has a sample at a step, key by key.
    private func presence(of vectors: StepVectors, _ keys: MatchKeys) -> ContiguousArray<Bool> {
        let steps = vectors.steps
        var present = ContiguousArray(repeating: false, count: keys.keys.count * steps)
        for series in 0..<vectors.seriesCount {
            let start = Int(keys.keyOfOne[series]) &* steps
            for step in 0..<steps where !vectors.values[series &* steps &+ step].isStaleMarker { present[start &+ step] = true }
        }
        return present
    }

    /// `or`: the left side, and the elements of the right whose key has none there. Equal labels at different steps become one series.
    private func unite(_ left: StepVectors, _ right: StepVectors, _ matching: VectorMatching) throws(QueryError) -> StepVectors {
        let steps = left.steps
        let keys = MatchKeys(one: left, many: right, matching: matching) { hidesName($0) }
        let taken = presence(of: left, keys)
        var leftTable: KeyTable?
        var result = left
        result.distinctness = .unknown
        result.charge = 0
        for series in 0..<right.seriesCount {
            let key = Int(keys.keyOfMany[series])
            let start = series &* steps
            var row = ContiguousArray(right.values[start..<start &+ steps])
            if key >= 0 {
                var isPresent = false
                for step in 0..<steps {
                    if taken[key &* steps &+ step] { row[step] = .staleMarker }
                    isPresent = isPresent || !row[step].isStaleMarker
                }
                guard isPresent else { continue }
                // Series whose keys meet at some steps only are rare: the table waits for the first.
                let labels = leftTable ?? table(of: left)
                leftTable = labels
                nameRemoval.project(right.labels[series].labels, hidesName: hidesName(right.labels[series]))
                if let equal = labels.find(nameRemoval) {
                    for step in 0..<steps where !row[step].isStaleMarker { result.values[equal &* steps &+ step] = row[step] }
                    continue
                }
            }
            result.labels.append(right.labels[series])
            result.values.append(contentsOf: row)
            try tick(steps)
        }
        return result
    }

    /// The series of a vector by their labels.
    private func table(of vectors: StepVectors) -> KeyTable {
        let table = KeyTable(expected: vectors.seriesCount)
        for series in vectors.labels {
            nameRemoval.project(series.labels, hidesName: hidesName(series))
            _ = table.intern(nameRemoval)
        }
        return table
    }
}
